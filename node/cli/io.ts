/** What commands touch of the world, passed in so that tests can run them in-process. */

import { text } from 'node:stream/consumers'
import { CliError } from './errors.ts'

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
  /** Reads standard input to its end. */
  readInput(): Promise<string>
  /** Asks a person for a secret; absent where there is no terminal (design §6.6). */
  readonly ask?: (question: string) => Promise<string>
  /** Asks a person for a line that may be seen; absent where there is no terminal. */
  readonly askLine?: (question: string) => Promise<string>
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
    readInput: () => text(process.stdin),
    ...(process.stdin.isTTY &&
      process.stderr.isTTY && { ask: askOnTerminal, askLine: askLineOnTerminal }),
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

/** What a sink needs of a stream. */
interface OutputStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string | Uint8Array): unknown
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

/** A stream of the process as a sink; a terminal that does not know its width has none. */
export function sinkOf(stream: OutputStream): Sink {
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
      return (stream.isTTY && stream.columns) || undefined
    },
  }
}

const askLineOnTerminal = (question: string): Promise<string> =>
  askLine(question, process.stdin, process.stderr)

/** Reads a line that may be seen; throws `interrupted` when the person gives up (Ctrl-C, Ctrl-D). */
export async function askLine(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  const { createInterface } = await import('node:readline')
  const reader = createInterface({ input, output })
  try {
    return await new Promise<string>((resolve, reject) => {
      reader.question(question, resolve)
      reader.once('close', () => reject(interrupted()))
    })
  } finally {
    reader.close()
  }
}

const askOnTerminal = (question: string): Promise<string> =>
  askSecret(question, process.stdin, process.stderr)

/** Reads a line without showing it; throws `interrupted` when the person gives up (Ctrl-C, Ctrl-D). */
export async function askSecret(
  question: string,
  input: NodeJS.ReadableStream,
  output: Pick<NodeJS.WritableStream, 'write'>,
): Promise<string> {
  const { createInterface } = await import('node:readline')
  const { Writable } = await import('node:stream')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  output.write(question)
  const reader = createInterface({ input, output: silent, terminal: true })
  try {
    return await new Promise<string>((resolve, reject) => {
      reader.once('line', resolve)
      reader.once('close', () => reject(interrupted()))
    })
  } finally {
    reader.close()
    output.write('\n')
  }
}

const interrupted = (): CliError =>
  new CliError('interrupted', 'nothing was typed', 'nothing was changed; run it again')
