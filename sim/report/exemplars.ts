/** Which runs of a sweep a reader should look at, and the runs themselves, done once more. */
import { BUILTIN_ORACLES } from '../oracle/builtin.ts'
import type { Delivery, RunOptions, RunResult } from '../run-result.ts'
import { runScenario } from '../run-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Row } from '../sweep/row.ts'
import type { TraceRecord } from '../trace/record.ts'
import type { Measures } from './frontier.ts'
import type { ToldRun } from './subject.ts'

/** A row, and why it was chosen. */
export interface Exemplar {
  readonly row: Row
  readonly title: string
}

/** At most one run of each kind, the shortest of its kind: one that failed, one with harm, one without. */
export function exemplarsOf(rows: readonly Row[], { harm, progress }: Measures): Exemplar[] {
  const kinds: readonly (readonly [string, (row: Row) => boolean])[] = [
    ['A run that failed', (row) => row.verdict === 'fail'],
    ['A run with harm', (row) => harm.holds(row)],
    ['Progress without harm', (row) => progress.holds(row) && !harm.holds(row)],
    ['Neither harm nor progress', (row) => !progress.holds(row) && !harm.holds(row)],
  ]
  const sorted = rows.toSorted((a, b) => a.events - b.events || a.index - b.index)
  const taken = new Set<Row>()
  return kinds.flatMap(([title, isOne]) => {
    const row = sorted.find((one) => isOne(one) && !taken.has(one))
    if (!row) return []
    taken.add(row)
    return [{ row, title }]
  })
}

/** Runs a scenario and keeps everything that a reader may want to see. */
export function retell(
  scenario: Scenario,
  seed: number,
  options: RunOptions,
  told: Pick<ToldRun, 'id' | 'title' | 'about' | 'replay'>,
): ToldRun {
  const records: TraceRecord[] = []
  const deliveries: Delivery[] = []
  const result: RunResult = runScenario(scenario, seed, {
    ...options,
    onTrace: (record) => records.push(record),
    onDelivery: (delivery) => deliveries.push(delivery),
  })
  return { ...told, scenario, result, claims: claimsOf(options), records, deliveries }
}

const claimsOf = ({ oracles = [] }: RunOptions): ReadonlyMap<string, string> =>
  new Map(
    [...BUILTIN_ORACLES, ...oracles].map((make) => {
      const { name, about } = make()
      return [name, about]
    }),
  )
