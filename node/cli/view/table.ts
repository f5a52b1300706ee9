/** Tables that fit the terminal: the columns that may shrink do, the others never. */
import type { Paint, Style } from './paint.ts'
import { clipTo, padTo, plain, widthOf } from './text.ts'

/** A column of a table over rows of one type. */
export interface Column<Row> {
  readonly title: string
  readonly of: (row: Row) => string
  /** Gives way when the table is too wide. */
  readonly shrinks?: true
  readonly style?: (row: Row) => Style | undefined
}

/** Blanks between columns. */
const GAP = 2
/** Narrowest that a shrinking column gets. */
const MIN_COLUMNS = 8

/** Lines of a table with a header of at most `tableWidth` columns; no lines for no rows. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { tableWidth, paint }: { readonly tableWidth: number; readonly paint: Paint },
): string[] {
  if (rows.length === 0) return []
  const cells = rows.map((row) => columns.map(({ of }) => plain(of(row))))
  const widths = fitWidths(columns, cells, tableWidth)
  const line = (texts: readonly string[], styleOf: (i: number) => Style | undefined): string =>
    texts
      .map((text, i) => {
        const clipped = clipTo(text, widths[i] ?? 0)
        const style = styleOf(i)
        const painted = style === undefined ? clipped : paint(style, clipped)
        return i === texts.length - 1 ? painted : padTo(painted, widths[i] ?? 0)
      })
      .join(' '.repeat(GAP))
      .trimEnd()
  const header = line(
    columns.map(({ title }) => title),
    () => 'dim',
  )
  const body = rows.map((row, r) => line(cells[r] ?? [], (i) => columns[i]?.style?.(row)))
  return [header, ...body]
}

function fitWidths(
  columns:
    | readonly Column<never>[]
    | readonly { readonly title: string; readonly shrinks?: true }[],
  cells: readonly (readonly string[])[],
  width: number,
): number[] {
  const widths = columns.map(({ title }, i) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[i] ?? ''))),
  )
  const total = widths.reduce((sum, one) => sum + one, GAP * (columns.length - 1))
  for (let excess = total - width; excess > 0; ) {
    const widest = widestShrinking(columns, widths)
    if (widest === undefined) return widths
    widths[widest] = (widths[widest] ?? 0) - 1
    excess--
  }
  return widths
}

function widestShrinking(
  columns: readonly { readonly shrinks?: true }[],
  widths: readonly number[],
): number | undefined {
  let widest: number | undefined
  for (const [i, { shrinks }] of columns.entries())
    if (shrinks && (widths[i] ?? 0) > Math.max(MIN_COLUMNS, widths[widest ?? -1] ?? 0)) widest = i
  return widest
}
