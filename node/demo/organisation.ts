/** One organisation of the demo: a home of its own, a daemon process of its own, and its socket. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ApiClient } from '../api/client.ts'
import { layoutOf } from '../home/layout.ts'
import type { Role } from './cast.ts'
import { DemoError } from './errors.ts'
import { until } from './until.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/folkmoot.js', import.meta.url))
/** Sealing a root key takes a second by default; the demo's keys guard nothing. */
const SETTINGS = {
  FOLKMOOT_PASSPHRASE: 'only for this demo',
  FOLKMOOT_SCRYPT_WORK_FACTOR: '10',
  NO_COLOR: '1',
}
/** Longest wait for a daemon to answer, in ms. */
const START_MS = 30_000

/** The demo's environment: settings of a real node that are exported in the shell are not for it. */
export const demoEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('FOLKMOOT_'))),
  ...SETTINGS,
})

/** What a finished command printed. */
export interface Output {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A free TCP port of the loopback interface. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string')
    throw new DemoError('not-reached', 'no free port')
  return address.port
}

/** An organisation with its daemon. */
export class Organisation {
  readonly role: Role
  readonly home: string
  readonly api: ApiClient
  private daemon: ChildProcess | undefined

  constructor(role: Role, directory: string) {
    this.role = role
    this.home = join(directory, role.id)
    this.api = new ApiClient(layoutOf(this.home).socket)
    mkdirSync(directory, { recursive: true })
  }

  get id(): string {
    return this.role.id
  }

  /** A command line that a person could type. */
  commandLine(...args: readonly string[]): string {
    return `npx folkmoot --home ${this.home} ${args.join(' ')}`
  }

  /** Runs a command to its end, whatever its exit code. */
  async tryRun(...args: readonly string[]): Promise<Output> {
    const child = this.launch(['--home', this.home, ...args], 'pipe')
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    await once(child, 'close')
    return { code: child.exitCode ?? 1, stdout, stderr }
  }

  /** Runs a command that must succeed; returns what it printed. */
  async run(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.tryRun(...args)
    if (code !== 0)
      throw new DemoError('command-failed', `folkmoot ${args.join(' ')}: ${stderr || stdout}`)
    return stdout
  }

  /** Starts the daemon and waits until it answers. */
  async up(): Promise<void> {
    const path = join(this.home, 'daemon.log')
    const log = openSync(path, 'a', 0o600)
    const child = this.launch(['--home', this.home, 'up'], log)
    closeSync(log)
    this.daemon = child
    await until(`the daemon of ${this.id} answers`, START_MS, async () => {
      if (child.exitCode !== null) {
        const said = readFileSync(path, 'utf8').slice(-2000)
        throw new DemoError('command-failed', `the daemon of ${this.id} ended: ${said}`)
      }
      return this.answers()
    })
  }

  /** True when the daemon's socket answers. */
  async answers(): Promise<boolean> {
    return this.api.status().then(
      () => true,
      () => false,
    )
  }

  /** Ends the daemon: politely, or as a power cut would. */
  async down(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.daemon
    this.daemon = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'close')
  }

  /** Lets the daemon live on after the demo. */
  release(): void {
    this.daemon?.unref()
    this.daemon = undefined
  }

  get pid(): number {
    return this.daemon?.pid ?? 0
  }

  private launch(args: readonly string[], io: 'pipe' | number): ChildProcess {
    return spawn(process.execPath, [LAUNCHER, ...args], {
      stdio: ['ignore', io, io],
      env: demoEnvironment(process.env),
      detached: args.includes('up'),
    })
  }
}
