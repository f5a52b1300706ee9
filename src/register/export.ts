/** Registers as files. */
import { accept, type Result, refuse } from '../op/refusal.ts'
import { calendarText } from './calendar.ts'
import type { AnyRow, RegisterKind, RegisterScene } from './kind.ts'
import { csvText, exportTable, markdownText } from './table.ts'

/** The formats that registers leave in. */
export const EXPORT_FORMATS = ['csv', 'json', 'markdown', 'ics'] as const
/** One of these formats. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** What a file is made of. */
export interface ExportInput {
  readonly kind: RegisterKind
  /** Rows that are well formed. */
  readonly rows: readonly AnyRow[]
  readonly scene: RegisterScene
  /** Makes ids of calendar entries unique. */
  readonly source: string
  /** When the register was changed last, in ms. */
  readonly changedAt: number
}

/** The formats of a kind: a calendar where its rows have dates. */
export const formatsOf = ({ calendar }: RegisterKind): ExportFormat[] =>
  EXPORT_FORMATS.filter((format) => format !== 'ics' || calendar !== undefined)

/** A register as a file; refuses (`no-calendar`) dates of what has none. */
export function exportRegister(
  format: ExportFormat,
  { kind, rows, scene, source, changedAt }: ExportInput,
): Result<{ readonly mediaType: string; readonly content: string }> {
  const report = kind.report?.of(rows, scene)
  switch (format) {
    case 'csv':
      return accept({ mediaType: 'text/csv', content: csvText(exportTable(kind, rows)) })
    case 'json':
      return accept({
        mediaType: 'application/json',
        content: `${JSON.stringify({ register: kind.kind, rows, report: report ?? null }, null, 2)}\n`,
      })
    case 'markdown': {
      const tables = report?.tables ?? []
      const parts = [
        `# Register of ${kind.kind}\n\n${markdownText(exportTable(kind, rows))}`,
        ...tables.map((table) => `## ${table.title}\n\n${markdownText(table)}`),
        ...(report && report.notes.length > 0
          ? [markdownText({ columns: ['notes'], rows: report.notes.map((note) => [note]) })]
          : []),
      ]
      return accept({ mediaType: 'text/markdown', content: parts.join('\n') })
    }
    case 'ics': {
      if (!kind.calendar)
        return refuse(
          'no-calendar',
          `${kind.kind} have no dates that a calendar shows`,
          'csv, json or markdown',
        )
      const head = { name: kind.kind, source: `${kind.kind}.${source}`, at: changedAt }
      const content = calendarText(head, kind.calendar(rows))
      return accept({ mediaType: 'text/calendar', content })
    }
  }
}
