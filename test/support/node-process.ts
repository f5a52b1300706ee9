/** Daemons as processes of their own: killed as a power cut would, and watched for what they take. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ApiClient } from '../../node/api/client.ts'
import type { Home } from '../../node/home/home.ts'
import { saveMembership } from '../../node/home/membership.ts'
import { peerIdOf } from '../../node/network/peer-key.ts'
import type { Charter } from '../../src/charter/schema.ts'
import type { CoalitionId } from '../../src/op/ids.ts'
import { foundHomes, makeHomes } from './daemons.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/folkmoot.js', import.meta.url))

/** UTF-16 units of what a process says that are kept. */
const LAST_WORDS = 8_000

/** How a daemon is started. */
export interface UpOptions {
  /** No file of it grows beyond that: as a full disk, writes fail. */
  readonly maxFileKib?: number
  readonly env?: Readonly<Record<string, string>>
}

/** A home and the process on it. */
export class NodeProcess {
  readonly home: Home
  readonly api: ApiClient
  listen: readonly string[] = []
  private child: ChildProcess | undefined
  private said = ''
  private last: ChildProcess | undefined
  private exit: Promise<unknown> = Promise.resolve()

  constructor(home: Home) {
    this.home = home
    this.api = new ApiClient(home.layout.socket)
  }

  /** True when the last process is gone. */
  get hasEnded(): boolean {
    const { last } = this
    return last !== undefined && (last.exitCode !== null || last.signalCode !== null)
  }

  /** True when the last process was ended by SIGKILL, from here or by itself. */
  get wasKilled(): boolean {
    return this.last?.signalCode === 'SIGKILL'
  }

  /** The end of what the process said on standard error. */
  get lastWords(): string {
    return this.said
  }

  /** The process that runs now. */
  get pid(): number {
    const { child } = this
    if (child?.pid === undefined) throw new RangeError('no process runs')
    return child.pid
  }

  /** Resolves when the process is gone. */
  get ended(): Promise<unknown> {
    return this.exit
  }

  /** Ends the process as a power cut would, without waiting. */
  kill(): void {
    this.child?.kill('SIGKILL')
  }

  /**
   * Starts the daemon; resolves when it says that it is up, throws when it ends before. With
   * `maxFileKib` no file of it grows beyond that: as a full disk, writes fail.
   */
  async up({ maxFileKib, env = {} }: UpOptions = {}): Promise<void> {
    const limit = maxFileKib === undefined ? '' : `ulimit -f ${maxFileKib}; `
    const command = [process.execPath, LAUNCHER, '--home', this.home.layout.dir, '--json', 'up']
    const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    this.child = child
    this.last = child
    this.exit = once(child, 'exit')
    this.said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-LAST_WORDS)
    })
    let line = ''
    for await (const text of child.stdout.setEncoding('utf8')) {
      line += text
      if (line.includes('\n')) break
    }
    if (!line.includes('\n')) {
      await this.exit
      throw new RangeError(`the daemon ended: ${this.said}`)
    }
    const ready: { readonly listen: readonly string[] } = JSON.parse(line)
    this.listen = ready.listen
    child.stdout.resume()
  }

  /** Ends the daemon: politely, or as a power cut would. */
  async down(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { child } = this
    this.child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }

  /** Memory of the process now and at its peak, in bytes (Linux). */
  memory(): { readonly nowBytes: number; readonly peakBytes: number } {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8')
    const kib = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
    return { nowBytes: kib('VmRSS') * 1024, peakBytes: kib('VmHWM') * 1024 }
  }
}

/** Asks until the answer is yes; throws after the deadline, with what was waited for. */
export async function waitFor(
  what: string,
  holds: () => Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > end) throw new RangeError(`not within ${withinMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** So many daemons of one coalition with homes in a folder, connected with each other and active. */
export async function startCoalition(
  count: number,
  folder: string,
  over: Partial<Charter> = {},
): Promise<NodeProcess[]> {
  const homes = await makeHomes(count, folder)
  const coalition = foundHomes(homes, over)
  const nodes = homes.map(({ home }) => new NodeProcess(home))
  for (const [i, node] of nodes.entries()) {
    if (i > 0) introduceProcess(node, coalition, nodes[0])
    await node.up()
  }
  await waitFor('all are connected and active', async () => {
    const states = await Promise.all(nodes.map(({ api }) => api.status()))
    return states.every(({ peers, ratified }) => peers.connected === count - 1 && ratified.active)
  })
  return nodes
}

/** Tells a node where another is, as an invite would; before it starts. */
export function introduceProcess(
  { home }: NodeProcess,
  coalition: CoalitionId,
  to: NodeProcess | undefined,
): void {
  const peers = (to?.listen ?? []).map(
    (address) => `${address}/p2p/${peerIdOf(to?.home.identity.node ?? home.identity.node)}`,
  )
  introduceTo(home, coalition, peers)
}

/** Tells a home where others are: multiaddrs that end in a peer id. */
export function introduceTo(home: Home, coalition: CoalitionId, peers: string[]): void {
  saveMembership(home.layout, { coalition, state: 'joining', invite: null, peers })
}
