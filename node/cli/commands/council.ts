/** Commands about the council, where the charter wants one (design §3.8). */
import { defineCommand } from '../command.ts'
import { DRY_RUN } from './shared.ts'

const WHY = { kind: 'text', value: 'text', required: true, about: 'why' } as const

const show = defineCommand({
  name: 'council show',
  about: 'who is the council, until when, and what it may do',
  isDefault: true,
  examples: [{ run: 'folkmoot council', does: 'by the clock of this node' }],
  run: async (_input, context) => (await import('../acts/council.ts')).show(context),
})

const elect = defineCommand({
  name: 'council elect',
  carries: true,
  about: 'open the ballot that elects a council for a term',
  args: { members: { about: 'ids of the members who would be the council', many: true } },
  options: { because: WHY, dryRun: DRY_RUN },
  examples: [
    {
      run: 'folkmoot council elect acme globex umbrella --because "the term is over in May"',
      does: 'adopted, it takes the place of the council before',
    },
  ],
  run: async (input, context) => (await import('../acts/council.ts')).elect(input, context),
})

const recall = defineCommand({
  name: 'council recall',
  carries: true,
  about: 'open the ballot that recalls the council',
  options: { because: WHY, dryRun: DRY_RUN },
  examples: [
    { run: 'folkmoot council recall --because "it takes sides"', does: 'adopted, there is none' },
  ],
  run: async (input, context) =>
    (await import('../acts/council.ts')).elect({ ...input, members: [] }, context),
})

/** Commands about the council. */
export const COUNCIL_COMMANDS = [show, elect, recall]
