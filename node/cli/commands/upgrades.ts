/** Commands that take an upgrade from a draft to its retrospective (design §3.4). */
import { defineCommand } from '../command.ts'
import { DRY_RUN } from './shared.ts'

const UPGRADE = {
  about: 'id of the draft or the proposal: a unique beginning, or its last characters',
} as const

const list = defineCommand({
  name: 'upgrade list',
  about: 'drafts and proposed upgrades, each with its stage',
  isDefault: true,
  examples: [{ run: 'folkmoot upgrade', does: 'where each one is, and what it waits for' }],
  run: async (_input, context) => (await import('../acts/upgrades.ts')).list(context),
})

const begin = defineCommand({
  name: 'upgrade new',
  carries: true,
  about: 'begin the draft of an upgrade; asks for what is not given where there is a terminal',
  options: {
    title: { kind: 'text', value: 'text', about: 'in one line' },
    slot: { kind: 'text', value: 'slot', about: 'what it decides: core@main' },
    component: { kind: 'list', value: 'id', about: 'components that it touches' },
    track: { kind: 'text', value: 'track', about: 'track of the charter (default: standard)' },
    summary: { kind: 'text', value: 'text', about: 'in a few sentences' },
    text: { kind: 'text', value: 'text', about: 'what is voted on, word for word' },
    objective: { kind: 'list', value: 'text', about: 'what it is for' },
    nonGoal: { kind: 'list', value: 'text', about: 'what it is not for' },
    compatibility: { kind: 'list', value: 'text', about: 'what goes on working with what' },
    performance: { kind: 'list', value: 'text', about: 'what may be expected of it, in numbers' },
    variability: {
      kind: 'list',
      value: 'text',
      about: 'in what members may differ, and until when',
    },
    criterion: { kind: 'list', value: 'text', about: 'what it should be judged by' },
    subject: {
      kind: 'list',
      value: 'name=digest',
      about: 'what is tested and built: core=sha256:…',
    },
    irreversible: { kind: 'flag', about: 'it cannot be undone' },
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot upgrade new', does: 'asks, one question after the other' },
    {
      run: 'folkmoot upgrade new --title "Gateway 4" --slot gateway@main --component gateway',
      does: 'a draft that members fill in together: `folkmoot doc edit`',
    },
  ],
  run: async (input, context) => (await import('../acts/upgrades.ts')).begin(input, context),
})

const show = defineCommand({
  name: 'upgrade show',
  about: 'the stages of an upgrade, and what is missing for the next',
  args: { upgrade: UPGRADE },
  examples: [{ run: 'folkmoot upgrade show x4m2k7ra', does: 'who and what it waits for' }],
  run: async (input, context) => (await import('../acts/upgrades.ts')).show(input, context),
})

const propose = defineCommand({
  name: 'upgrade propose',
  carries: true,
  about: 'freeze a draft and open its ballot; refuses one that lacks something, and says what',
  args: { upgrade: UPGRADE },
  options: { dryRun: DRY_RUN },
  examples: [{ run: 'folkmoot upgrade propose x4m2k7ra', does: 'deliberation begins' }],
  run: async (input, context) => (await import('../acts/upgrades.ts')).propose(input, context),
})

const retrospective = defineCommand({
  name: 'upgrade retrospective',
  carries: true,
  about: 'what an upgrade took, from the log; with options, writes what only people can say',
  args: { upgrade: UPGRADE },
  options: {
    wentWell: { kind: 'text', value: 'text', about: 'what went well' },
    wentBadly: { kind: 'text', value: 'text', about: 'what went badly' },
    deviations: {
      kind: 'text',
      value: 'text',
      about: 'what went otherwise than planned, and why',
    },
    lessons: { kind: 'text', value: 'text', about: 'what we do differently next time' },
    actions: {
      kind: 'text',
      value: 'text',
      about: 'none, because …; what is to be done is a task: `upgrade action`',
    },
    facts: { kind: 'flag', about: 'only what the log says, as Markdown' },
    dryRun: DRY_RUN,
  },
  examples: [
    { run: 'folkmoot upgrade retrospective x4m2k7ra', does: 'times, who waited for whom, gates' },
    {
      run: 'folkmoot upgrade retrospective x4m2k7ra --went-well "no page at night" --lessons "drill earlier"',
      does: 'begins the document, or writes into it',
    },
  ],
  run: async (input, context) =>
    (await import('../acts/retrospective.ts')).retrospective(input, context),
})

const action = defineCommand({
  name: 'upgrade action',
  carries: true,
  about: 'have a task come of a retrospective: the register of tasks has it, each names the other',
  args: { upgrade: UPGRADE, task: { about: 'id of the row in `register tasks`, new or there' } },
  options: {
    title: { kind: 'text', value: 'text', about: 'what is to be done (a new task needs it)' },
    owner: { kind: 'text', value: 'id', about: 'whose move it is (a new task needs it)' },
    due: { kind: 'text', value: 'date', about: 'by when (a new task needs it)' },
    note: { kind: 'text', value: 'text', about: 'what else there is to say' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot upgrade action x4m2k7ra drill-early --title "Put drills before reviews" --owner globex --due 2027-04-01',
      does: 'a new task that comes of this upgrade',
    },
    { run: 'folkmoot upgrade action x4m2k7ra soak-test', does: 'takes a task that is there' },
  ],
  run: async (input, context) => (await import('../acts/retrospective.ts')).action(input, context),
})

const archive = defineCommand({
  name: 'upgrade archive',
  carries: true,
  about: 'freeze a retrospective in which everything is said',
  args: { upgrade: UPGRADE },
  options: { dryRun: DRY_RUN },
  examples: [
    { run: 'folkmoot upgrade archive x4m2k7ra', does: 'refuses while a part of it is empty' },
  ],
  run: async (input, context) => (await import('../acts/retrospective.ts')).archive(input, context),
})

/** Commands about upgrades. */
export const UPGRADE_COMMANDS = [list, begin, show, propose, retrospective, action, archive]
