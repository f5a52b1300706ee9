/** Results of several shards as one, in the order of the plan. */
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import { formatRow, type Row } from './row.ts'

/** What came together. */
export interface Merged {
  readonly rows: readonly Row[]
  /** Runs that several files had, with equal results. */
  readonly repeated: number
}

/**
 * Puts results in the order of their plan; equal ones count once. Refuses (`determinism`) two different
 * results of one run: what should be one and the same on every machine was not. Refuses
 * (`other-plan`) results of different plans.
 */
export function mergeRows(parts: readonly (readonly Row[])[]): Result<Merged> {
  const byRun = new Map<string, Row>()
  const all = parts.flat()
  for (const row of all) {
    const before = byRun.get(row.run)
    if (before !== undefined && formatRow(before) !== formatRow(row)) return alarm(before, row)
    byRun.set(row.run, before ?? row)
  }
  const plans = [...new Set(all.map(({ plan }) => plan))]
  if (plans.length > 1)
    return refuse('other-plan', `results of ${plans.length} plans: ${plans.join(', ')}`, ONE_PLAN)
  const rows = [...byRun.values()].toSorted((a, b) => a.index - b.index)
  return accept({ rows, repeated: all.length - rows.length })
}

const ONE_PLAN = 'merge the results of one plan at a time'

/** Names the fields in which two results of one run differ. */
function alarm(a: Row, b: Row) {
  const fields = Object.entries(a)
    .filter(
      ([name, value]) =>
        JSON.stringify(value) !==
        JSON.stringify(Object.entries(b).find(([other]) => other === name)?.[1]),
    )
    .map(([name]) => name)
  return refuse(
    'determinism',
    `run ${a.run} (index ${a.index}, seed ${a.seed}) has two results that differ in ${fields.join(', ')}`,
    'one code, scenario and seed must give one result: please report it with both lines',
  )
}
