/** What commands touch of the world, passed in so that tests can run them in-process. */

/** Where text goes. */
export interface Sink {
  write(text: string | Uint8Array): void
  readonly isTty: boolean
  /** Width of the terminal in columns; undefined when it is none. */
  readonly columns: number | undefined
}

/** The process around a command. */
export interface Io {
  readonly stdout: Sink
  readonly stderr: Sink
  readonly env: { readonly [name: string]: string | undefined }
  /** Relative paths start here. */
  readonly cwd: string
  /** Asks a person for a secret; absent where there is no terminal (design §6.6). */
  readonly ask?: (question: string) => Promise<string>
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal
  /** Wall clock in ms. */
  now(): number
}

/** The real process. */
export function processIo(): Io {
  let signal: AbortSignal | undefined
  return {
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask: askSecret }),
    // Only commands that look at the signal end in their own way; others just end.
    get signal() {
      signal ??= interruption()
      return signal
    },
    now: () => Date.now(),
  }
}

/** Aborts at the first interrupt; a second one ends the process at once. */
function interruption(): AbortSignal {
  const interrupt = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort(name))
  return interrupt.signal
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  // `folkmoot log | head` closes the pipe early; that is no failure.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = 1
  })
  return {
    write: (text) => {
      stream.write(text)
    },
    isTty: stream.isTTY === true,
    get columns() {
      return stream.isTTY ? stream.columns : undefined
    },
  }
}

/** Reads a line from the terminal without showing it. */
async function askSecret(question: string): Promise<string> {
  const { createInterface } = await import('node:readline')
  const { Writable } = await import('node:stream')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  process.stderr.write(question)
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    return await new Promise<string>((resolve) => {
      reader.once('line', resolve)
      reader.once('close', () => resolve(''))
    })
  } finally {
    reader.close()
    process.stderr.write('\n')
  }
}
