/**
 * The suite: every named scenario with several seeds. It fails where an oracle fails within its
 * assumptions, where an oracle judged nothing in all runs, and where a scenario never reaches what it
 * says; it notes situations that no run reached.
 */
import { BUILTIN_ORACLES } from '../oracle/builtin.ts'
import { loadScenario, scenarioNames } from '../scenario/catalogue.ts'
import { SITUATIONS } from '../situation/names.ts'
import { type Done, Pool, type Task } from './pool.ts'

/** A run that takes longer than this, in ms of CPU time, is made with one seed only. */
export const SLOW_RUN_MS = 2_000

/** What a suite is asked for. */
export interface SuiteOptions {
  readonly seeds: number
  readonly workers: number
  readonly scenarios?: readonly string[]
  /** Slow runs, too, are made with every seed. */
  readonly isSoak: boolean
  readonly onDone?: (done: Done) => void
}

/** What a suite came to. */
export interface SuiteReport {
  readonly runs: readonly Done[]
  /** Everything that is wrong, a sentence each. */
  readonly problems: readonly string[]
  /** Situations that no run reached, a sentence each. */
  readonly notes: readonly string[]
}

/** Runs the suite. */
export async function runSuite(options: SuiteOptions): Promise<SuiteReport> {
  const names = options.scenarios ?? scenarioNames()
  const runs: Done[] = []
  const queue: Task[] = names.map((scenario) => ({ scenario, seed: loadScenario(scenario).seed }))
  const pool = new Pool(options.workers)
  const begun = new Set<string>()
  const noteDone = (done: Done): void => {
    const { task, cpuMs } = done
    runs.push(done)
    options.onDone?.(done)
    if (begun.has(task.scenario)) return
    begun.add(task.scenario)
    if (cpuMs > SLOW_RUN_MS && !options.isSoak) return
    for (let i = 1; i < options.seeds; i++) queue.push({ ...task, seed: task.seed + i })
  }
  // A second time, for what the last runs of the first asked for when the other workers were gone.
  for (let i = 0; i < 2; i++) await pool.run(() => queue.shift(), noteDone)
  return {
    runs,
    problems: problemsOf(runs, names),
    notes: isWhole(names) ? unreachedAnywhere(runs) : [],
  }
}

/** Only of all scenarios can be said what they never do. */
const isWhole = (names: readonly string[]): boolean => names.length === scenarioNames().length

/** Everything that is wrong with these runs of these scenarios, a sentence each. */
export function problemsOf(runs: readonly Done[], names: readonly string[]): string[] {
  return [
    ...runs.flatMap(failures),
    ...names.flatMap((name) => unreached(name, runs)),
    ...(isWhole(names) ? idleOracles(runs) : []),
  ]
}

function failures({ task, result }: Done): string[] {
  if (result.verdict !== 'fail') return []
  return result.oracles.flatMap(({ name, failure }) =>
    failure
      ? [
          `${task.scenario} seed ${task.seed}: ${name}: ${failure.sentence}; again: folkmoot-sim run ${task.scenario} --seed ${task.seed}`,
        ]
      : [],
  )
}

/** What a scenario says that it reaches, or has judged, and did with no seed. */
function unreached(name: string, runs: readonly Done[]): string[] {
  const own = runs.filter(({ task }) => task.scenario === name)
  const { reaches, oracles } = loadScenario(name).expect
  return [
    ...reaches
      .filter((situation) => !own.some(({ result }) => (result.situations[situation] ?? 0) > 0))
      .map((situation) => `${name} never reaches ${situation}`),
    ...oracles
      .filter((oracle) => !hasJudged(oracle, own))
      .map((oracle) => `${name} expects ${oracle}, which judged nothing`),
  ]
}

const hasJudged = (name: string, runs: readonly Done[]): boolean =>
  runs.some(({ result }) => result.oracles.some((one) => one.name === name && one.checked > 0))

const idleOracles = (runs: readonly Done[]): string[] =>
  BUILTIN_ORACLES.map((make) => make().name)
    .filter((name) => !hasJudged(name, runs))
    .map((name) => `oracle ${name} judged nothing in the whole suite`)

const unreachedAnywhere = (runs: readonly Done[]): string[] =>
  SITUATIONS.flatMap(({ name, about }) =>
    runs.some(({ result }) => (result.situations[name] ?? 0) > 0)
      ? []
      : [`the suite never reaches ${name}: ${about}`],
  )
