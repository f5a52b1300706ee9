/** Tables of results in the formats that other tools read. */
import { parquetWriteBuffer } from 'hyparquet-writer'
import { type Column, type ColumnType, type ColumnValue, columnsOf } from './columns.ts'
import { formatRow, type Row } from './row.ts'

/** The formats, by the ending of a file's name. */
export const TABLE_FORMATS = ['jsonl', 'csv', 'parquet'] as const
/** One of them. */
export type TableFormat = (typeof TABLE_FORMATS)[number]

/** The format that a file's name asks for, if any. */
export const formatOf = (path: string): TableFormat | undefined =>
  TABLE_FORMATS.find((format) => path.endsWith(`.${format}`))

/** The bytes of a file with these results. */
export function tableFile(format: TableFormat, rows: readonly Row[]): string | Uint8Array {
  switch (format) {
    case 'jsonl':
      return rows.map((row) => `${formatRow(row)}\n`).join('')
    case 'csv':
      return csvOf(columnsOf(rows))
    case 'parquet':
      return parquetOf(columnsOf(rows))
  }
}

/** RFC 4180, with line feeds; an absent value is empty. */
function csvOf(columns: readonly Column[]): string {
  const count = columns[0]?.values.length ?? 0
  const line = (cells: readonly ColumnValue[]): string => `${cells.map(csvCell).join(',')}\n`
  const rows = Array.from({ length: count }, (_, i) =>
    line(columns.map(({ values }) => values[i] ?? null)),
  )
  return [line(columns.map(({ name }) => name)), ...rows].join('')
}

function csvCell(value: ColumnValue): string {
  const text = value === null ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const PARQUET_TYPES = {
  text: 'STRING',
  integer: 'INT64',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
} as const

function parquetOf(columns: readonly Column[]): Uint8Array {
  const columnData = columns.map(({ name, type, values }) => ({
    name,
    type: PARQUET_TYPES[type],
    data: values.map((value) => parquetValue(type, value)),
  }))
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'folkmoot-sim' }))
}

const parquetValue = (type: ColumnType, value: ColumnValue) =>
  type === 'integer' && typeof value === 'number' ? BigInt(value) : value
