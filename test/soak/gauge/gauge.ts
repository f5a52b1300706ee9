/** Asks a running daemon what it has taken so far, by the probe that was loaded into it (Linux). */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type NodeProcess, waitFor } from '../../support/node-process.ts'
import { PROBE_VARIABLE, type ProbeReading } from './probe.ts'

const PROBE = pathToFileURL(join(import.meta.dirname, 'probe.ts')).href
/** Patience with a busy machine, in ms. */
const PATIENCE_MS = 120_000

/** What a daemon has taken up to a moment. */
export interface Reading extends ProbeReading {
  readonly atMs: number
  /** Files, sockets and all else that is open. */
  readonly descriptors: number
}

/** A measured daemon. Start it with `environment()`. */
export class Gauge {
  readonly node: NodeProcess
  private readonly path: string
  private last = 0

  constructor(node: NodeProcess) {
    this.node = node
    this.path = join(node.home.layout.dir, 'probe.json')
  }

  /** What the process must find in its environment; call before each start. */
  environment(): Record<string, string> {
    this.last = 0
    rmSync(this.path, { force: true })
    return { [PROBE_VARIABLE]: this.path, NODE_OPTIONS: `--import=${PROBE}` }
  }

  /** Collects the daemon's garbage and reads its meters. */
  async read(): Promise<Reading> {
    const { pid } = this.node
    process.kill(pid, 'SIGUSR2')
    let reading: ProbeReading | undefined
    await waitFor(
      `the probe of ${this.node.home.layout.dir} answers`,
      async () => {
        reading = this.written()
        return (reading?.number ?? 0) > this.last
      },
      PATIENCE_MS,
    )
    if (!reading) throw new RangeError('a probe that answered has written something')
    this.last = reading.number
    const descriptors = readdirSync(`/proc/${pid}/fd`).length
    return { ...reading, atMs: performance.now(), descriptors }
  }

  private written(): ProbeReading | undefined {
    return existsSync(this.path) ? JSON.parse(readFileSync(this.path, 'utf8')) : undefined
  }
}
