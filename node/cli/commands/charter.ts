/** Commands about charters. */
import { defineCommand } from '../command.ts'

const check = defineCommand({
  name: 'charter check',
  about: 'check a charter and say what it risks',
  args: { file: { about: 'the charter, YAML' } },
  options: {
    cards: { kind: 'list', value: 'file', about: 'cards of the members, for their roots' },
  },
  examples: [
    {
      run: 'folkmoot charter check charter.yaml',
      does: 'errors with line and path; needs no home',
    },
    {
      run: 'folkmoot charter check charter.yaml --cards *.card',
      does: 'roots need not be written down',
    },
  ],
  run: async (input, context) => (await import('../acts/charter.ts')).check(input, context),
})

const show = defineCommand({
  name: 'charter show',
  about: 'the charter in force, as YAML',
  isDefault: true,
  examples: [{ run: 'folkmoot charter show > next.yaml', does: 'a start for an amendment' }],
  run: async (_input, context) => (await import('../acts/charter.ts')).show(context),
})

/** Commands about charters. */
export const CHARTER_COMMANDS = [check, show]
