/** Commands about rollouts: how what was adopted reaches everybody (design §3.9). */
import { defineCommand } from '../command.ts'
import { DRY_RUN, PROPOSAL_ID } from './shared.ts'

const STAGE = {
  kind: 'text',
  value: 'name',
  about: 'the stage (default: the one we are in)',
} as const
const BECAUSE = {
  kind: 'text',
  value: 'text',
  required: true,
  about: 'why; it stays on record',
} as const
const MITIGATION = {
  kind: 'list',
  value: 'text',
  about: 'what was put in place beside: "rate limit; for: fewer timeouts; until: 2026-12-01"',
} as const

const list = defineCommand({
  name: 'rollout list',
  about: 'rollouts, and what is our turn in each',
  isDefault: true,
  examples: [{ run: 'folkmoot rollout', does: 'stage, state and turn of every rollout' }],
  run: async (_input, context) => (await import('../acts/rollout.ts')).list(context),
})

const show = defineCommand({
  name: 'rollout show',
  about: 'one rollout: stages, cohorts, reports, halts, our hooks',
  args: { proposal: PROPOSAL_ID },
  examples: [
    { run: 'folkmoot rollout show x4m2k7ra', does: 'who is where, and what holds the next stage' },
  ],
  run: async (input, context) => (await import('../acts/rollout.ts')).show(input, context),
})

const report = defineCommand({
  name: 'rollout report',
  carries: true,
  about: 'report how our part of a stage stands',
  args: {
    proposal: PROPOSAL_ID,
    status: {
      about: 'how it stands',
      choices: ['started', 'healthy', 'degraded', 'failed', 'inconclusive', 'rolled-back'],
    },
  },
  options: {
    stage: STAGE,
    metric: { kind: 'list', value: 'name=value', about: 'what was measured: error-rate=0.4%' },
    mitigation: MITIGATION,
    note: { kind: 'text', value: 'text', about: 'anything else' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot rollout report x4m2k7ra healthy --metric error-rate=0.4% p99=180',
      does: 'counts as healthy where the plan agrees with the metrics',
    },
    {
      run: 'folkmoot rollout report x4m2k7ra degraded --mitigation "rate limit; for: fewer timeouts; until: 2026-12-01"',
      does: 'says what was put in place beside, what for, and when it ends',
    },
    {
      run: 'folkmoot rollout report x4m2k7ra healthy --offline -o report.carried',
      does: 'signed where no daemon runs; any member publishes it',
    },
  ],
  run: async (input, context) => (await import('../acts/rollout.ts')).report(input, context),
})

const halt = defineCommand({
  name: 'rollout halt',
  carries: true,
  about: 'stop: nothing more is opened by anybody until a ballot resumes it',
  args: { proposal: PROPOSAL_ID },
  options: { because: BECAUSE, dryRun: DRY_RUN },
  examples: [
    {
      run: 'folkmoot rollout halt x4m2k7ra --because "logins fail since noon"',
      does: 'holds every later cohort, in every organisation, at once',
    },
  ],
  run: async (input, context) => (await import('../acts/rollout.ts')).halt(input, context),
})

const resume = defineCommand({
  name: 'rollout resume',
  carries: true,
  about: 'open the ballot on the emergency track by which a halted rollout goes on',
  args: { proposal: PROPOSAL_ID },
  options: { because: BECAUSE, dryRun: DRY_RUN },
  examples: [
    {
      run: 'folkmoot rollout resume x4m2k7ra --because "the proxy was at fault, and is mended"',
      does: 'names every statement that halts it; adopted, it goes on',
    },
  ],
  run: async (input, context) => (await import('../acts/rollout.ts')).resume(input, context),
})

const close = defineCommand({
  name: 'rollout close',
  carries: true,
  about: 'close a stage that is complete: what went otherwise than planned, and why',
  args: { proposal: PROPOSAL_ID, stage: { about: 'name of the stage' } },
  options: {
    deviation: { kind: 'list', value: 'text', about: 'a deviation; more than once for more' },
    noDeviations: { kind: 'flag', about: 'everything went as planned' },
    mitigation: MITIGATION,
    because: { kind: 'text', value: 'text', required: true, about: 'the rationale' },
    dryRun: DRY_RUN,
  },
  examples: [
    {
      run: 'folkmoot rollout close x4m2k7ra canary --deviation "a day later" --because "the vendor was closed"',
      does: 'a rollout is done once each of its stages is closed',
    },
  ],
  run: async (input, context) => (await import('../acts/rollout.ts')).close(input, context),
})

const approve = defineCommand({
  name: 'rollout approve',
  about: 'let the hook run that waits for our word (setting steward.rollout: ask)',
  args: { proposal: PROPOSAL_ID },
  examples: [{ run: 'folkmoot rollout approve x4m2k7ra', does: 'the node begins our part' }],
  run: async (input, context) => (await import('../acts/rollout.ts')).approve(input, context),
})

const rollback = defineCommand({
  name: 'rollout rollback',
  about: 'go back ourselves, whatever the others do: runs our rollback hook',
  args: { proposal: PROPOSAL_ID },
  examples: [{ run: 'folkmoot rollout rollback x4m2k7ra', does: 'and reports that we are back' }],
  run: async (input, context) => (await import('../acts/rollout.ts')).rollback(input, context),
})

const hooks = defineCommand({
  name: 'rollout hooks',
  about: 'our hooks, or with `test` a try of one with an event that changes nothing',
  args: {
    test: { about: 'test', choices: ['test'], optional: true },
    kind: { about: 'which', choices: ['deploy', 'rollback'], optional: true },
  },
  options: {
    component: { kind: 'text', value: 'id', about: 'the component (default: any other, *)' },
    dryRun: { kind: 'flag', about: 'show the event, and run nothing' },
  },
  examples: [
    { run: 'folkmoot rollout hooks', does: 'what would run for each component' },
    {
      run: 'folkmoot rollout hooks test deploy --component gateway',
      does: 'runs it with dryRun set, and shows how its answer is read',
    },
  ],
  run: async (input, context) => (await import('../acts/hooks.ts')).hooks(input, context),
})

/** Commands about rollouts. */
export const ROLLOUT_COMMANDS = [list, show, report, halt, resume, close, approve, rollback, hooks]
