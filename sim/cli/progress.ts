/** A progress bar on a terminal, over itself; nothing where nobody looks. */
import type { Io } from './io.ts'

const WIDTH = 30
/** Between two drawings, in ms. */
const EVERY_MS = 200

/** Progress of one run. */
export class Progress {
  private readonly io: Io
  private readonly title: string
  private readonly total: number
  private drawnAt = 0

  constructor(io: Io, title: string, total: number) {
    this.io = io
    this.title = title
    this.total = total
  }

  /** Draws how far it is, at most a few times a second. */
  show(done: number, words: string): void {
    const now = performance.now()
    if (!this.io.isTerminal || now - this.drawnAt < EVERY_MS) return
    this.drawnAt = now
    const part = Math.min(1, done / this.total)
    const bar = '█'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH, '░')
    const percent = `${Math.floor(100 * part)}`.padStart(3)
    this.io.err(`\r${this.title} ${bar} ${percent} % ${words}\u001b[K`)
  }

  /** Leaves the line as it was. */
  clear(): void {
    if (this.io.isTerminal && this.drawnAt > 0) this.io.err('\r\u001b[K')
  }
}
