/** What a report is about. */
import type { Delivery, RunResult } from '../run-result.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { PlanHead } from '../sweep/plan.ts'
import type { Row } from '../sweep/row.ts'
import type { TraceRecord } from '../trace/record.ts'
import type { Measures } from './frontier.ts'

/** A run, done once more to be looked at. */
export interface ToldRun {
  /** Unique on the page. */
  readonly id: string
  /** Why this one: `A run with harm`. */
  readonly title: string
  /** Which one: its values and seed. */
  readonly about: string
  /** The command that does it again. */
  readonly replay: string
  readonly scenario: Scenario
  readonly result: RunResult
  /** What each oracle says must hold, by its name. */
  readonly claims: ReadonlyMap<string, string>
  readonly records: readonly TraceRecord[]
  readonly deliveries: readonly Delivery[]
}

/** A sweep with all its results. */
export interface SweepResults {
  readonly head: PlanHead
  readonly rows: readonly Row[]
  readonly measures: Measures
}
