/** `folkmoot-sim run`: runs scenarios and says what every oracle found. */
import { openSync, writeSync } from 'node:fs'
import type { Command } from 'commander'
import { MUTANTS, mutantNamed } from '../../mutant/mutants.ts'
import type { RunOptions, RunResult } from '../../run-result.ts'
import { runScenario } from '../../run-scenario.ts'
import { loadScenario } from '../../scenario/catalogue.ts'
import { MAX_RUN_EVENTS } from '../../world/limits.ts'
import { collected, command, flagsOf, wholeFrom } from '../command.ts'
import { SimError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { loadOracles, loadStrategies } from '../extensions.ts'
import type { Io } from '../io.ts'
import { Progress } from '../progress.ts'
import { renderResult } from '../render-result.ts'
import { type RunPlanOptions, runPlan } from './run-plan.ts'

interface Options extends Omit<RunPlanOptions, 'plan'> {
  readonly plan?: string
  readonly seed?: number
  readonly seeds: number
  readonly twice?: true
  readonly trace?: string
  readonly oracle?: readonly string[]
  readonly strategy?: readonly string[]
  readonly mutant?: string
  readonly verifyEverywhere?: true
  readonly maxEvents: number
  readonly json?: true
}

/** An oracle as small as it gets. */
const CALM =
  'export const oracle = () => ({ name: "calm", about: "no alarm", observe: (one, _, judge) => one.what === "violation" ? judge.fails("alarm") : judge.holds() })'

/** The command. */
export function runCommand(io: Io): Command {
  return command('run', 'run scenarios, each with one seed or more', [
    'folkmoot-sim run even-split',
    'folkmoot-sim scenarios even-split > my-outage.yaml',
    'folkmoot-sim run my-outage.yaml --seed 42 --json',
    'folkmoot-sim run minority-partition --seeds 2 --twice',
    'folkmoot-sim run minority-partition --trace trace.jsonl',
    `echo '${CALM}' > calm.ts`,
    'folkmoot-sim run clean --oracle calm.ts   # docs/guides/first-scenario.md says more',
    'folkmoot-sim run --plan plan.jsonl -o results.jsonl   # the plan of: folkmoot-sim plan --help',
    'folkmoot-sim run --plan plan.jsonl --shard 1/2 -o part-1.jsonl --resume',
    'folkmoot-sim run --plan plan.jsonl --shard 2/2 -o part-2.jsonl --time-budget 50m',
    'folkmoot-sim run --plan plan.jsonl --run 0',
  ])
    .argument('[scenario...]', 'names (folkmoot-sim scenarios), or files')
    .option('--seed <n>', 'the first seed; else that of the scenario', wholeFrom(0))
    .option('--seeds <n>', 'how many seeds, one after another', wholeFrom(1), 1)
    .option('--twice', 'run everything twice and compare the trace hashes')
    .option('--trace <file>', 'write every record of the trace as a line of JSON')
    .option('--oracle <file>', 'an oracle of your own (repeatable)', collected)
    .option('--strategy <file>', 'a misbehaviour of your own (repeatable)', collected)
    .option(
      '--mutant <name>',
      `break a rule on purpose: ${MUTANTS.map(({ name }) => name).join(', ')}`,
    )
    .option(
      '--max-events <n>',
      'end a run that has not ended by then: its oracle bounded-work fails',
      wholeFrom(1),
      MAX_RUN_EVENTS,
    )
    .option('--verify-everywhere', 'every node checks every signature itself')
    .option('--json', 'one line of JSON a run')
    .optionsGroup('Of a plan:')
    .option('--plan <file>', 'do the runs of a plan, on all cores')
    .option('--shard <i/n>', 'only every n-th of its runs: 1/3, 2/3, 3/3')
    .option('-o, --out <file>', 'where results go, one synced line a run')
    .option('--resume', 'go on with what is in that file')
    .option('--time-budget <time>', 'begin no run after that: 50m')
    .option('--workers <n>', 'processes; else one a core', wholeFrom(1))
    .option('--run <id>', 'do this one of its runs again, by id or number, and print its row')
    .action(async (names: readonly string[], options: Options) => {
      const { plan } = options
      process.exitCode =
        plan === undefined
          ? await run(io, needed(names), options)
          : await runPlan(io, { ...options, plan })
    })
}

function needed(names: readonly string[]): readonly string[] {
  if (names.length > 0) return names
  const hint = 'folkmoot-sim scenarios lists those that there are'
  throw new SimError('no-scenario', 'nothing to run: a scenario, or --plan', hint)
}

async function run(io: Io, names: readonly string[], options: Options): Promise<number> {
  const [oracles, strategies] = await Promise.all([
    loadOracles(options.oracle ?? []),
    loadStrategies(options.strategy ?? []),
  ])
  const known = strategies.map((one) => one.name)
  const scenarios = names.map((name) => [name, loadScenario(name, known)] as const)
  const mutant = options.mutant === undefined ? undefined : mutantNamed(options.mutant)
  if (options.mutant !== undefined && !mutant)
    throw new SimError(
      'no-mutant',
      `there is no mutant "${options.mutant}"`,
      `one of ${MUTANTS.map(({ name }) => name).join(', ')}`,
    )
  const traceFile = options.trace === undefined ? undefined : openSync(options.trace, 'w')
  let exit: number = EXIT.ok
  for (const [name, scenario] of scenarios)
    for (let i = 0; i < options.seeds; i++) {
      const seed = (options.seed ?? scenario.seed) + i
      const progress = new Progress(io, `${scenario.name} ${seed}`, scenario.durationMs)
      const how: RunOptions = {
        ...(mutant?.options ?? {}),
        oracles,
        strategies,
        verifyEverywhere: options.verifyEverywhere ?? false,
        maxEvents: options.maxEvents,
        onProgress: (simulatedMs, events) => progress.show(simulatedMs, `${events} events`),
        ...(traceFile !== undefined && {
          onTrace: (record) => void writeSync(traceFile, `${JSON.stringify(record)}\n`),
        }),
      }
      const result = runScenario(scenario, seed, how)
      progress.clear()
      const again = ['folkmoot-sim run', name, '--seed', seed, ...flagsOf(options)].join(' ')
      io.out(options.json ? `${JSON.stringify(result)}\n` : renderResult(result, scenario, again))
      if (result.verdict === 'fail') exit = EXIT.failed
      if (options.twice)
        assertSame(result, runScenario(scenario, seed, { ...how, onTrace: () => {} }))
    }
  return exit
}

function assertSame(first: RunResult, second: RunResult): void {
  if (first.traceHash === second.traceHash) return
  throw new SimError(
    'not-deterministic',
    `${first.scenario} with seed ${first.seed} gave ${first.traceHash}, then ${second.traceHash}`,
    'this is a bug of the simulator, or of an oracle or strategy that reads a clock',
    EXIT.failed,
  )
}
