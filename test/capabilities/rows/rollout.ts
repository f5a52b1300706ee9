/** Capabilities of plans, stages and rollbacks. */
import { type Capability, capability } from '../capability.ts'

/** How what was adopted reaches everybody, and how everybody goes back. */
export const ROLLOUT_ROWS: readonly Capability[] = [
  capability(
    22,
    'A rollout has a way back, or its proposal is void; an increment waits until what it depends on is rolled out.',
    {
      commands: ['propose', 'rollout show'],
      tests: [
        'src/proposal/rollout/plan.test.ts > has a way back',
        'src/replica/rollout/rollout.test.ts > does not open before the plan says, nor before what it depends on is rolled out',
        'src/replica/rollout/rollout.test.ts > does not open once what it depends on is set aside',
      ],
    },
  ),
  capability(
    29,
    'A rollout goes from cohort to cohort, named, by function or by share; every node derives the same stages, and runs its own organisation’s hook when it is its turn.',
    {
      commands: ['rollout list', 'rollout show', 'rollout hooks', 'rollout approve'],
      tests: [
        'src/replica/rollout/rollout.test.ts > goes from cohort to cohort: healthy, soaked, next',
        'src/proposal/rollout/plan.test.ts > a function is those who are in no earlier stage; a share counts them all, rounded up',
        'node/hooks/rollout-runner.test.ts > is run with the settled digest, and what it measured is reported',
        'node/hooks/rollout-runner.test.ts > is never run for what is not settled, nor after a halt',
        'test/rollout/killed.test.ts > a daemon that is killed runs no hook twice, and says of each how it ended',
        'src/replica/rollout/rollout.test.ts > before the stage has its turn, by whoever does not keep to that, shortens no soak',
      ],
    },
  ),
  capability(
    30,
    'Success is limits on metrics, exact at equality; failures, inconclusive reports and healthy ones have limits of their own.',
    {
      commands: ['rollout report', 'rollout show'],
      tests: [
        'src/proposal/rollout/vectors.test.ts > there are at least sixty stories, each with a name of its own',
        'node/hooks/rollout-runner.test.ts > is asked after the hook, and again and again: a breach halts',
      ],
    },
  ),
  capability(
    31,
    'A breached indicator, too many failures or one stop holds every later cohort everywhere; whoever has moved goes back by its own hook, and only a ballot that names the halt lets it go on.',
    {
      commands: ['rollout halt', 'rollout resume', 'rollout rollback'],
      tests: [
        'src/replica/rollout/rollout.test.ts > by an indicator holds all that is not open, and everybody goes back',
        'src/replica/rollout/rollout.test.ts > that a resume did not name halts on',
        'node/hooks/rollout-runner.test.ts > runs the rollback hook of whoever has moved, once',
        'node/hooks/rollout-runner.test.ts > that did nothing yet is not tried again once a halt is heard: whoever moved goes back',
        'node/hooks/rollout-runner.test.ts > from a stage that cannot be undone waits for a person, whatever the settings',
        'node/cli/rollout.test.ts > is halted by one word, and resumed by a ballot that names it',
      ],
    },
  ),
  capability(
    32,
    'Mitigations beside a change are reported with what they are for and when they end, and with the metrics that show their effect.',
    {
      commands: ['rollout report', 'rollout close'],
      tests: [
        'node/cli/rollout.test.ts > takes a report with what was measured, tried first without signing',
      ],
    },
  ),
  capability(
    33,
    'No stage is closed without its deviations, or the word that there were none, and a rationale; a rollout is done once all are closed.',
    {
      commands: ['rollout close'],
      tests: [
        'src/replica/rollout/rollout.test.ts > is done once every stage is closed, with deviations and a rationale',
        'node/cli/rollout.test.ts > closes a stage with deviations, or the word that there were none',
      ],
    },
  ),
  capability(
    41,
    'A plan may name each organisation’s own build, and no hook runs for a file whose digest was not settled.',
    {
      commands: ['rollout hooks', 'rollout show'],
      tests: [
        'node/hooks/rollout-runner.test.ts > is not run where its file is not what was settled',
      ],
    },
  ),
]
