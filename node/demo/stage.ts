/** The stage: tells the story as it happens, times its steps, stops at the first that fails. */
import { styleText } from 'node:util'
import { progress } from './until.ts'

/** A step of the story as reported at the end. */
export interface StepReport {
  readonly name: string
  readonly ok: boolean
  readonly ms: number
  readonly error?: string
}

/** Shows a wait after this long, in ms. */
const QUIET_MS = 1_000

/** Narrates to a stream; says nothing when told so. */
export class Stage {
  readonly steps: StepReport[] = []
  private readonly out: NodeJS.WriteStream
  private readonly isQuiet: boolean

  constructor(out: NodeJS.WriteStream, isQuiet: boolean) {
    this.out = out
    this.isQuiet = isQuiet
    progress.show = (what, elapsedMs) => this.showWait(what, elapsedMs)
    progress.clear = () => this.clearWait()
  }

  /** Runs one step; rethrows what it throws after noting it. */
  async step(name: string, title: string, act: () => Promise<void>): Promise<void> {
    this.line('')
    this.line(this.style('bold', `▸ ${title}`))
    const started = performance.now()
    try {
      await act()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.steps.push({ name, ok: false, ms: elapsed(started), error: message })
      this.clearWait()
      this.line(this.style('red', `  ✗ ${message}`))
      throw error
    }
    this.steps.push({ name, ok: true, ms: elapsed(started) })
    this.line(this.style('green', `  ✓ ${name}`) + this.style('dim', ` ${elapsed(started)} ms`))
  }

  /** Somebody says or does something. */
  says(who: string, what: string): void {
    this.line(`  ${this.style('cyan', who.padEnd(8))} ${what}`)
  }

  /** What it means. */
  note(text: string): void {
    this.line(this.style('dim', `           ${text}`))
  }

  /** A line as it is. */
  line(text: string): void {
    if (this.isQuiet) return
    this.clearWait()
    this.out.write(`${text}\n`)
  }

  private showWait(what: string, elapsedMs: number): void {
    if (this.isQuiet || elapsedMs < QUIET_MS || !this.out.isTTY) return
    this.out.write(`\r\u001b[K  … ${what} (${Math.round(elapsedMs / 1000)} s)`)
  }

  private clearWait(): void {
    if (!this.isQuiet && this.out.isTTY) this.out.write('\r\u001b[K')
  }

  private style(format: 'bold' | 'red' | 'green' | 'dim' | 'cyan', text: string): string {
    return this.out.isTTY && !process.env.NO_COLOR ? styleText(format, text) : text
  }
}

const elapsed = (started: number): number => Math.round(performance.now() - started)
