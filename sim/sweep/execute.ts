/** One run of a plan, from its line to its row. */
import { unwrap } from '../../src/op/refusal.ts'
import type { RunOptions, RunResult } from '../run-result.ts'
import { runScenario } from '../run-scenario.ts'
import { Course } from '../story/course.ts'
import type { TraceRecord } from '../trace/record.ts'
import { applyCell } from './applied.ts'
import type { PlanHead, PlannedRun } from './plan.ts'
import { readScenario } from './read-scenario.ts'
import { formatRow, type Row } from './row.ts'

/** Of so many runs one is done twice, to prove that it gives the same again (design §5.2). */
export const REPEAT_ONE_OF = 20

/** What a run took of the machine that ran it: no two are alike, so it goes to a file of its own. */
export interface HostTimings {
  readonly run: string
  readonly wallMs: number
  readonly peakRssBytes: number
  readonly node: string
}

/** What came of a run. */
export interface Executed {
  readonly row: Row
  readonly host: HostTimings
  /** The row of the second time, where there was one and it differs. */
  readonly differs?: Row
}

/** Runs a line of a plan; throws `RefusedError` where its scenario is not valid. */
export function execute(head: PlanHead, planned: PlannedRun, options: RunOptions = {}): Executed {
  const text = unwrap(applyCell(head.scenario, head.axes, planned.cell))
  const scenario = readScenario(
    text,
    head.plan,
    (options.strategies ?? []).map(({ name }) => name),
  )
  const once = (): RunResult => {
    const course = new Course()
    const observed = { ...options, onTrace: (record: TraceRecord) => course.observe(record) }
    const result = runScenario(scenario, planned.seed, observed)
    return { ...result, metrics: { ...result.metrics, ...course.metrics() } }
  }
  const result = once()
  const row = rowOf(head, planned, result)
  const host = {
    run: planned.run,
    wallMs: result.wallMs,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    node: process.version,
  }
  if (!isRepeated(planned)) return { row, host }
  const again = rowOf(head, planned, once())
  return formatRow(again) === formatRow(row) ? { row, host } : { row, host, differs: again }
}

/** By the run's id: the same runs are repeated on every machine. */
const isRepeated = ({ run }: PlannedRun): boolean =>
  Number.parseInt(run.slice(0, 8), 16) % REPEAT_ONE_OF === 0

function rowOf({ plan }: PlanHead, { run, index, cell }: PlannedRun, result: RunResult): Row {
  const { wallMs: _, oracles, outside, ...rest } = result
  return {
    run,
    plan,
    index,
    cell,
    ...rest,
    outside: [...outside],
    oracles: oracles.map((oracle) => ({ ...oracle })),
  }
}
