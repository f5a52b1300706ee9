/** The local journal: what the steward did, when and why (design §6.4). In no digest, never sent. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { corrupt } from './errors.ts'
import { asInteger, asText, textCrc } from './row-check.ts'

/** Most lines kept; the oldest go first. */
export const MAX_JOURNAL_LINES = 100_000
/** Lines when no limit is asked for. */
export const DEFAULT_JOURNAL_LINES = 100
/** Most lines that one call of `recent` returns. */
export const MAX_JOURNAL_PAGE = 1_000

/** One deed to be written down. */
export interface JournalEntry {
  /** When, by the local clock, in ms. */
  readonly at: number
  /** A stable code: `seal.issued`, `checkpoint.issued`, … */
  readonly what: string
  /** A sentence for people. */
  readonly why: string
  /** Anything else, as JSON text. */
  readonly data: string
}

/** A deed as it was written down; `id` grows with time. */
export interface JournalLine extends JournalEntry {
  readonly id: number
}

/** The journal of one store. */
export class Journal {
  private readonly db: DatabaseSync
  private readonly path: string
  private readonly transact: (change: () => void) => void

  /** `transact` runs a change as one durable transaction and throws `StoreError`. */
  constructor(db: DatabaseSync, path: string, transact: (change: () => void) => void) {
    this.db = db
    this.path = path
    this.transact = transact
  }

  /** Writes one line, fsynced; throws `store-read-only` as `commit` does. */
  append(entry: JournalEntry): void {
    this.restore([entry])
  }

  /** Writes many lines in one transaction, oldest first. */
  restore(entries: readonly JournalEntry[]): void {
    this.transact(() => {
      const add = this.db.prepare(
        'INSERT INTO journal (at, what, why, data, crc) VALUES (?, ?, ?, ?, ?)',
      )
      for (const { at, what, why, data } of entries)
        add.run(at, what, why, data, textCrc(at, what, why, data))
      this.db
        .prepare('DELETE FROM journal WHERE id <= (SELECT max(id) FROM journal) - ?')
        .run(MAX_JOURNAL_LINES)
    })
  }

  /**
   * Lines, newest first; at most `limit` (and `MAX_JOURNAL_PAGE`), older than line `before`; only those
   * whose code is `what`, or begins with it and a dot.
   */
  recent(limit: number, before = Number.MAX_SAFE_INTEGER, what = ''): readonly JournalLine[] {
    return this.db
      .prepare(
        `SELECT * FROM journal WHERE id < ?1 AND (?3 = '' OR what = ?3 OR substr(what, 1, length(?3) + 1) = ?3 || '.')
         ORDER BY id DESC LIMIT ?2`,
      )
      .all(before, Math.min(limit, MAX_JOURNAL_PAGE), what)
      .map((row) => {
        const line = readJournalRow(row)
        if (line === undefined) throw corrupt(this.path, `journal line ${row.id}`)
        return line
      })
  }
}

/** The line of a row of `journal`; `undefined` when the row is damaged. */
export function readJournalRow(row: {
  readonly [column: string]: SQLOutputValue
}): JournalLine | undefined {
  const id = asInteger(row.id)
  const at = asInteger(row.at)
  const [what, why, data] = [asText(row.what), asText(row.why), asText(row.data)]
  if (id === undefined || at === undefined) return undefined
  if (what === undefined || why === undefined || data === undefined) return undefined
  return textCrc(at, what, why, data) === row.crc ? { id, at, what, why, data } : undefined
}
