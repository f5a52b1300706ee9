/** Commands about escalations (design §3.8). */
import { defineCommand } from '../command.ts'
import { DRY_RUN } from './shared.ts'

const list = defineCommand({
  name: 'escalations list',
  about: 'what overlaps or waits, whose move it is, and by when',
  isDefault: true,
  options: { overdue: { kind: 'flag', about: 'only those that are overdue' } },
  examples: [{ run: 'folkmoot escalations --overdue', does: 'what nobody has moved in time' }],
  run: async (input, context) => (await import('../acts/escalations.ts')).list(input, context),
})

const open = defineCommand({
  name: 'escalations open',
  carries: true,
  about: 'record that something overlaps or waits; overdue, every node says so',
  args: {
    kind: { about: 'what is the matter', choices: ['overlap', 'waiting'] },
    subject: { about: 'in a few words' },
  },
  options: {
    owner: { kind: 'list', value: 'id', about: 'a member whose move it is' },
    due: { kind: 'duration', value: 'time', about: 'how long they have (default: 2d)' },
    because: { kind: 'text', value: 'text', required: true, about: 'what the matter is' },
    about: { kind: 'text', value: 'id', about: 'the proposal that it bears on' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot escalations open overlap "Who notifies vendors?" --owner acme --owner globex --due 3d --because "both have begun"',
      does: 'in the status of every node once three days are over',
    },
  ],
  run: async (input, context) => (await import('../acts/escalations.ts')).open(input, context),
})

const resolve = defineCommand({
  name: 'escalations resolve',
  carries: true,
  about: 'say that an escalation is resolved: its author, an owner, or the council',
  args: {
    escalation: { about: 'id of the escalation: a unique beginning, or its last characters' },
  },
  options: {
    because: { kind: 'text', value: 'text', required: true, about: 'how' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot escalations resolve p7w2m4kd --because "acme notifies, globex reviews"',
      does: 'nobody waits for it any more',
    },
  ],
  run: async (input, context) => (await import('../acts/escalations.ts')).resolve(input, context),
})

/** Commands about escalations. */
export const ESCALATION_COMMANDS = [list, open, resolve]
