/** Where the command writes to; tests have their own. */

/** Texts out, and whether somebody looks at them. */
export interface Io {
  out(text: string): void
  err(text: string): void
  /** Progress may be drawn over itself. */
  readonly isTerminal: boolean
}

/** `folkmoot-sim --help | head` closes the pipe early; that is no failure. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })

/** The process's own. */
export const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
}
