/** Tables of text, and the formats in which they leave: CSV (RFC 4180), Markdown, JSON. */
import type { FieldValue } from './field.ts'
import type { AnyRow, RegisterKind } from './kind.ts'
import { type ReadRow, typedRow } from './rows.ts'

/** Rows of cells under names. */
export interface TextTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What stands in a cell: lists with blanks between, shares as `acme=3`. */
export function cellText(value: FieldValue | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (isList(value)) return value.join(' ')
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, share]) => `${id}=${share}`)
    .join(' ')
}

const isList = (value: FieldValue): value is readonly string[] => Array.isArray(value)

/** The list of rows as people see it: shown fields, computed columns; `!` before what is malformed. */
export const listTable = (kind: RegisterKind, rows: readonly ReadRow[]): TextTable => ({
  columns: ['id', ...kind.shown, ...kind.columns.map(({ title }) => title)],
  rows: rows.map((row) => [
    row.id,
    ...kind.shown.map((name) => shownCell(row, name)),
    ...kind.columns.map(({ of }) => (row.isWhole ? of(typedRow(row)) : '!')),
  ]),
})

/** Longest malformed value that a cell shows, in UTF-16 units. */
export const MAX_ODD = 40

function shownCell({ fields, odd }: ReadRow, name: string): string {
  if (!Object.hasOwn(odd, name)) return cellText(fields[name])
  const text = JSON.stringify(odd[name]) ?? ''
  return `!${text.length > MAX_ODD ? `${text.slice(0, MAX_ODD - 1).toWellFormed()}…` : text}`
}

/** Every field of rows that are well formed: what leaves for other programs. */
export const exportTable = (kind: RegisterKind, rows: readonly AnyRow[]): TextTable => {
  const names = Object.keys(kind.fields)
  return {
    columns: ['id', ...names, ...kind.columns.map(({ title }) => title)],
    rows: rows.map((row) => [
      row.id,
      // What is well formed holds only such values.
      ...names.map((name) => cellText(row[name] as FieldValue | undefined)),
      ...kind.columns.map(({ of }) => of(row)),
    ]),
  }
}

/**
 * CSV as RFC 4180 has it. A cell that a spreadsheet would run as a formula gets an apostrophe: what a
 * peer wrote is text.
 */
export const csvText = ({ columns, rows }: TextTable): string =>
  [columns, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')

function csvCell(text: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A Markdown table; nothing in a cell can act as markup of the table or as HTML. */
export const markdownText = ({ columns, rows }: TextTable): string =>
  [
    columns.map(markdownCell),
    columns.map(() => '---'),
    ...rows.map((cells) => cells.map(markdownCell)),
  ]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('')

/** Characters that steer a terminal or turn text around. */
const STEERING = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

const markdownCell = (text: string): string =>
  text
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll(STEERING, '\ufffd')
    .replaceAll(/[\\|`*_<>[\]&#~]/g, (sign) => `\\${sign}`)
    .trim()
