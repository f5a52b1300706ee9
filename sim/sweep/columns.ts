/** Results as a table: one row a run, one column a value, as pandas, R and DuckDB want it. */
import type { Row } from './row.ts'

/** What stands in a column; null where a run has no such value. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean'
/** A value of a column. */
export type ColumnValue = string | number | boolean | null

/** A column by name, its values in the order of the rows. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly values: readonly ColumnValue[]
}

/**
 * The columns of results: `cell.<axis>`, `oracle.<name>` (true: content), `checked.<name>`,
 * `situation.<name>`, `metric.<name>`. What some rows lack is null there; but a count that a run does
 * not have is 0, and a time that never came is null instead of −1, so that a mean is one.
 */
export const columnsOf = (rows: readonly Row[]): Column[] => [
  ...FIXED.map(({ name, type, of }) => ({ name, type, values: rows.map(of) })),
  ...spread(rows, 'cell', 'text', ({ cell }) => cell),
  ...spread(rows, 'oracle', 'boolean', ({ oracles }) => byName(oracles, ({ ok }) => ok)),
  ...spread(rows, 'checked', 'integer', ({ oracles }) => byName(oracles, ({ checked }) => checked)),
  ...spread(rows, 'situation', 'integer', ({ situations }) => situations),
  ...spread(rows, 'metric', 'number', ({ metrics }) => metrics).map(measured),
]

/** Times end in their unit (`heal.convergedMs`); all else is a count. */
const measured = (column: Column): Column => ({
  ...column,
  values: column.values.map((value) =>
    column.name.endsWith('Ms') ? (Number(value ?? -1) < 0 ? null : value) : (value ?? 0),
  ),
})

const FIXED: readonly {
  readonly name: string
  readonly type: ColumnType
  readonly of: (row: Row) => ColumnValue
}[] = [
  { name: 'run', type: 'text', of: ({ run }) => run },
  { name: 'plan', type: 'text', of: ({ plan }) => plan },
  { name: 'index', type: 'integer', of: ({ index }) => index },
  { name: 'scenario', type: 'text', of: ({ scenario }) => scenario },
  { name: 'seed', type: 'integer', of: ({ seed }) => seed },
  { name: 'verdict', type: 'text', of: ({ verdict }) => verdict },
  { name: 'traceHash', type: 'text', of: ({ traceHash }) => traceHash },
  { name: 'events', type: 'integer', of: ({ events }) => events },
  { name: 'simulatedMs', type: 'number', of: ({ simulatedMs }) => simulatedMs },
]

type Values = Readonly<Record<string, ColumnValue>>

/** A column for every name that any row has, sorted by name. */
function spread(
  rows: readonly Row[],
  group: string,
  type: ColumnType,
  valuesOf: (row: Row) => Values,
): Column[] {
  const all = rows.map(valuesOf)
  const names = [...new Set(all.flatMap(Object.keys))].toSorted()
  return names.map((name) => ({
    name: `${group}.${name}`,
    type,
    values: all.map((values) => values[name] ?? null),
  }))
}

const byName = (oracles: Row['oracles'], pick: (oracle: Row['oracles'][number]) => ColumnValue) =>
  Object.fromEntries(oracles.map((oracle) => [oracle.name, pick(oracle)]))
