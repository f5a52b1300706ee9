/** Runs commands in-process for tests: a temporary folder, captured output, no terminal. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiClient } from '../api/client.ts'
import type { NodeApi } from '../api/node-api.ts'
import { ApiServer } from '../api/server.ts'
import { type Log, silentLog } from '../daemon/log.ts'
import { layoutOf } from '../home/layout.ts'
import type { Connection, Services } from './context.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Io, Sink } from './io.ts'
import { run } from './run.ts'
import { realServices } from './services.ts'

/** What a command did. */
export interface Outcome {
  readonly exit: ExitCode
  readonly out: string
  readonly err: string
  /** Standard output read as JSON. */
  json(): Readonly<Record<string, unknown>>
}

/** How to run a command. */
export interface RunOptions {
  readonly home?: string
  readonly env?: Readonly<Record<string, string>>
  readonly services?: Services
  readonly ask?: Io['ask']
  /** Standard input. */
  readonly input?: string
  readonly askLine?: Io['askLine']
  /** Columns of a pretended terminal. */
  readonly columns?: number
  readonly signal?: AbortSignal
  /** Hears all that standard output has had so far, whenever there is more. */
  readonly onOutput?: (text: string) => void
  readonly now?: () => number
}

/** A folder in which commands run. */
export class Workplace {
  readonly dir = mkdtempSync(join(tmpdir(), 'folkmoot-cli-'))

  /** A path in the folder. */
  path(name: string): string {
    return join(this.dir, name)
  }

  /** Runs `folkmoot` with these arguments. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const out = new Capture(options.columns, options.onOutput)
    const err = new Capture(options.columns)
    const io: Io = {
      stdout: out,
      stderr: err,
      cwd: this.dir,
      env: {
        FOLKMOOT_HOME: this.path(options.home ?? 'home'),
        FOLKMOOT_PASSPHRASE: 'correct horse battery',
        FOLKMOOT_SCRYPT_WORK_FACTOR: '1',
        ...options.env,
      },
      signal: options.signal ?? new AbortController().signal,
      now: options.now ?? Date.now,
      readInput: async () => options.input ?? '',
      ...(options.ask && { ask: options.ask }),
      ...(options.askLine && { askLine: options.askLine }),
    }
    const exit = await run(argv, io, options.services ?? realServices)
    return { exit, out: out.text, err: err.text, json: () => readObject(out.text) }
  }

  /** Makes a home with the given id. */
  init(id: string): Promise<Outcome> {
    return this.run(['init', '--id', id, '--listen', '/ip4/127.0.0.1/tcp/4001'], { home: id })
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}

class Capture implements Sink {
  text = ''
  readonly columns: number | undefined
  private readonly told: RunOptions['onOutput']

  constructor(columns: number | undefined, told?: RunOptions['onOutput']) {
    this.columns = columns
    this.told = told
  }

  get isTty(): boolean {
    return this.columns !== undefined
  }

  write(text: string | Uint8Array): void {
    this.text += typeof text === 'string' ? text : new TextDecoder().decode(text)
    this.told?.(this.text)
  }
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/**
 * Services whose daemon is the given node behind the real API: every question goes through the
 * client, a socket, the server and their schemas. They count connections that were not closed.
 */
export class SocketServices implements Services {
  open = 0
  private readonly api: NodeApi

  constructor(api: NodeApi) {
    this.api = api
  }

  async connect(): Promise<Connection> {
    const layout = layoutOf(mkdtempSync(join(tmpdir(), 'folkmoot-api-')))
    const server = await ApiServer.listen({ ...{ api: this.api, layout, log }, clock: Date })
    this.open++
    return {
      api: new ApiClient(layout.socket),
      via: 'daemon',
      close: async () => {
        await server.close()
        rmSync(layout.dir, { recursive: true })
        this.open--
      },
    }
  }

  async runDaemon(): Promise<void> {}
}

/** What a server could not answer is told where a failing test is read. */
const log: Log = { ...silentLog, error: ({ err }: { err?: unknown }) => console.error(err) }
