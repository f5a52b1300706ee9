/** Where the command writes to; tests have their own. */

/** Texts out, and whether somebody looks at them. */
export interface Io {
  out(text: string): void
  err(text: string): void
  /** Progress may be drawn over itself. */
  readonly isTerminal: boolean
}

/** The process's own. */
export const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
}
