/** Tables of Markdown; cells are escaped by whoever makes them. */

/** Cells of one row. */
export type Row = readonly string[]

/** A table with a header. */
export const table = (header: Row, rows: readonly Row[]): string[] => [
  line(header),
  line(header.map(() => '---')),
  ...rows.map(line),
]

/** A table of names and values, without a header to read. */
export const keyed = (rows: readonly (readonly [string, string])[]): string[] =>
  table(['', ''], rows)

const line = (cells: Row): string => `| ${cells.join(' | ')} |`
