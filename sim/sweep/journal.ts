/**
 * The file that results go to: one synced line a run, so that whatever kills the process costs the
 * runs in hand and nothing else.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import { formatRow, type Row, readRow } from './row.ts'

/** A file of results that grows. */
export class Journal {
  /** What was there already. */
  readonly found: readonly Row[]
  readonly #file: number

  private constructor(file: number, found: readonly Row[]) {
    this.#file = file
    this.found = found
  }

  /**
   * Opens the file for more results. One that holds some is refused (`results-exist`) unless it is to
   * be resumed; what a crash left of a last line is cut off then.
   */
  static open(path: string, isResumed: boolean): Result<Journal> {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    if (text !== '' && !isResumed)
      return refuse(
        'results-exist',
        `${path} has results already`,
        'go on with --resume, or name another file with -o',
      )
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    const rows = readRows(whole, path)
    if (!rows.ok) return rows
    const file = openSync(path, 'a')
    if (whole.length < text.length) ftruncateSync(file, Buffer.byteLength(whole))
    return accept(new Journal(file, rows.value))
  }

  /** Adds a result; it is on the disk when this returns. */
  add(row: Row): void {
    writeSync(this.#file, `${formatRow(row)}\n`)
    fdatasyncSync(this.#file)
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** Reads lines of results; refuses (`row-malformed`) the first that is none. */
export function readRows(text: string, path: string): Result<Row[]> {
  const rows: Row[] = []
  for (const [i, line] of text.split('\n').entries()) {
    if (line === '') continue
    const row = readRow(line, `${path}:${i + 1}`)
    if (!row.ok) return row
    rows.push(row.value)
  }
  return accept(rows)
}
