/** What a command says: results to stdout, everything else to stderr (design §6.6). */
import type { Failure } from '../errors.ts'
import type { Io } from '../io.ts'
import { type Paint, painter, wantsColour } from './paint.ts'
import { clipTo } from './text.ts'

/** Columns where no terminal says otherwise. */
const DEFAULT_COLUMNS = 100

/** How a command was asked to speak. */
export interface PrinterOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly noColor: boolean
}

/** Speaks for one command. */
export class Printer {
  readonly paint: Paint
  /** Columns that text is wrapped to. */
  readonly width: number
  /** Columns that tables are clipped to: in a file or a pipe nothing may be missing. */
  readonly tableWidth: number
  private readonly io: Io
  private readonly options: PrinterOptions
  private readonly paintError: Paint
  private hasProgress = false

  constructor(io: Io, options: PrinterOptions) {
    this.io = io
    this.options = options
    const { stdout, stderr, env } = io
    this.paint = painter(!options.json && wantsColour(env, stdout.isTty, options.noColor))
    this.paintError = painter(wantsColour(env, stderr.isTty, options.noColor))
    this.width = stdout.columns ?? DEFAULT_COLUMNS
    this.tableWidth = stdout.columns ?? Number.POSITIVE_INFINITY
  }

  /** A line of the result. */
  line(text: string): void {
    this.clearProgress()
    this.io.stdout.write(`${text}\n`)
  }

  /** A line on what to do next; only for people, not with `--quiet`. */
  guide(text: string): void {
    if (!this.options.quiet && !this.options.json) this.line(text)
  }

  /** Bytes of the result as they are. */
  bytes(bytes: Uint8Array): void {
    this.clearProgress()
    this.io.stdout.write(bytes)
  }

  /** One JSON value on one line, for streams. */
  jsonLine(value: unknown): void {
    this.line(JSON.stringify(value))
  }

  /** A JSON value as a whole answer. */
  json(value: unknown): void {
    this.line(JSON.stringify(value, null, 2))
  }

  /** Something beside the result; not with `--quiet` or `--json`. */
  note(text: string): void {
    if (this.options.quiet || this.options.json) return
    this.clearProgress()
    this.io.stderr.write(`${text}\n`)
  }

  /** That something went well. */
  done(text: string): void {
    this.note(`${this.paintError('good', '✓')} ${text}`)
  }

  /** That something needs attention. */
  warn(text: string): void {
    this.note(`${this.paintError('warn', '!')} ${text}`)
  }

  /** A failure: for people on stderr, for programs as JSON on stdout. */
  failure(failure: Failure): void {
    this.clearProgress()
    if (this.options.json) {
      this.json(failure)
      return
    }
    this.io.stderr.write(`${this.paintError('bad', '✗')} ${failure.message}\n`)
    this.io.stderr.write(`${this.paintError('dim', 'Hint:')} ${failure.hint}\n`)
  }

  /** Replaces the progress line; only a terminal shows one. */
  progress(text: string): void {
    const { stderr } = this.io
    if (!stderr.isTty || this.options.quiet || this.options.json) return
    this.hasProgress = true
    stderr.write(`\r\u001b[2K${clipTo(text, (stderr.columns ?? DEFAULT_COLUMNS) - 1)}`)
  }

  /** Removes the progress line. */
  clearProgress(): void {
    if (!this.hasProgress) return
    this.hasProgress = false
    this.io.stderr.write('\r\u001b[2K')
  }
}
