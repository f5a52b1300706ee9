/** Many daemons of one coalition on this machine: what each takes while nothing happens, and ballots. */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleProposal, testTrack } from '../../support/coalition.ts'
import { foundHomes, makeHomes } from '../../support/daemons.ts'
import { introduceProcess, NodeProcess, waitFor } from '../../support/node-process.ts'
import { Gauge, type Reading } from '../gauge/gauge.ts'
import { median, quantile } from '../gauge/statistics.ts'
import type { Figure, LoadOptions, LoadPart } from './figure.ts'
import { SettledWatch } from './settled-watch.ts'

/** How long nothing happens while the meters run, after a time in which nothing is measured, in ms. */
const IDLE_MS = 60_000
const WARM_UP_MS = 30_000
const BALLOTS = 5
/** Long enough for all to vote on a busy machine, in ms: one after the other. */
const votingMs = (count: number): number => 10_000 + count * 1_000
/** Patience with a busy machine, in ms. */
const PATIENCE_MS = 600_000
const MIB = 1024 * 1024

function tracksFor(count: number) {
  const windows = { ...testTrack().windows, voting: votingMs(count), settle: 5_000 }
  const names = ['standard', 'emergency', 'constitutional']
  return Object.fromEntries(names.map((name) => [name, testTrack({ windows })]))
}

/** `daemons`. */
export const daemons: LoadPart = { name: 'daemons', run }

async function run({ daemons: count, progress }: LoadOptions): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-load-'))
  const nodes: NodeProcess[] = []
  try {
    const gauges = await start(count, { folder, nodes, progress })
    await pause(WARM_UP_MS)
    const idle = await measureIdle(gauges)
    progress('  quiet time measured')
    const delays = await measureBallots(nodes, progress)
    return [...idle, ...ballotFigures(delays, count)]
  } finally {
    await Promise.all(nodes.map((node) => node.down('SIGTERM')))
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Setting {
  readonly folder: string
  readonly nodes: NodeProcess[]
  readonly progress: (line: string) => void
}

async function start(count: number, { folder, nodes, progress }: Setting): Promise<Gauge[]> {
  const homes = await makeHomes(count, folder)
  const coalition = foundHomes(homes, { tracks: tracksFor(count) })
  const gauges: Gauge[] = []
  const began = performance.now()
  for (const { home } of homes) {
    const node = new NodeProcess(home)
    if (nodes.length > 0) introduceProcess(node, coalition, nodes[0])
    nodes.push(node)
    const gauge = new Gauge(node)
    gauges.push(gauge)
    await node.up({ env: gauge.environment() })
  }
  progress(`  ${count} daemons are up after ${seconds(began)} s`)
  for (const [i, { api }] of nodes.entries())
    await waitFor(
      `s${i + 1} is connected with all and active`,
      async () => {
        const { peers, ratified } = await api.status()
        return peers.connected === count - 1 && ratified.active
      },
      PATIENCE_MS,
    )
  progress(`  all are connected with all after ${seconds(began)} s`)
  return gauges
}

/** What each node takes in a minute without any operation. */
async function measureIdle(gauges: readonly Gauge[]): Promise<Figure[]> {
  const before = await readAll(gauges)
  await pause(IDLE_MS)
  const after = await readAll(gauges)
  const each = (of: (after: Reading, before: Reading) => number): number[] =>
    after.flatMap((reading, i) => {
      const first = before[i]
      return first ? of(reading, first) : []
    })
  const cpu = each((now, then) => (now.cpuMs - then.cpuMs) / (now.atMs - then.atMs))
  const bytes = each(
    (now, then) =>
      (now.sentBytes + now.receivedBytes - then.sentBytes - then.receivedBytes) /
      ((now.atMs - then.atMs) / 1000),
  )
  const rss = each(({ rssBytes }) => rssBytes / MIB)
  const heap = each(({ heapBytes, bufferBytes }) => (heapBytes + bufferBytes) / MIB)
  const name = `of ${gauges.length} daemons at rest`
  const sum = cpu.reduce((total, share) => total + share, 0)
  return [
    { name: `resident memory ${name}, median`, value: median(rss), unit: 'MiB' },
    { name: `resident memory ${name}, most`, value: Math.max(...rss), unit: 'MiB' },
    { name: `live memory ${name}, median`, value: median(heap), unit: 'MiB' },
    { name: `CPU ${name}, median`, value: 100 * median(cpu), unit: '% of a core' },
    { name: `CPU ${name}, all together`, value: sum, unit: 'cores' },
    { name: `traffic ${name}, both ways, median`, value: median(bytes), unit: 'bytes/s' },
  ]
}

const readAll = (gauges: readonly Gauge[]): Promise<Reading[]> =>
  Promise.all(gauges.map((gauge) => gauge.read()))

/** Times from the last seal of a ballot until every node knew its outcome, in ms: one a ballot. */
async function measureBallots(
  nodes: readonly NodeProcess[],
  progress: Setting['progress'],
): Promise<number[]> {
  const watch = await SettledWatch.over(nodes.map(({ api }) => api))
  const delays: number[] = []
  try {
    for (let i = 0; i < BALLOTS; i++) {
      const openedAt = Date.now()
      const id = await decide(nodes, i)
      const settledAt = await watch.settledEverywhere(id, PATIENCE_MS)
      const seals = (await nodes[0]?.api.log({ type: 'seal', limit: nodes.length })) ?? []
      const times = seals.filter(({ at }) => at >= openedAt).map(({ at }) => at)
      delays.push(settledAt - Math.max(...times))
      progress(`  ballot ${i + 1}: settled everywhere ${delays.at(-1)} ms after the last seal`)
    }
    return delays
  } finally {
    watch.stop()
  }
}

/** A ballot on which everybody votes as soon as its proposal is there. */
async function decide(nodes: readonly NodeProcess[], number: number): Promise<string> {
  const proposer = nodes[number % nodes.length]
  const opened = await proposer?.api.propose(simpleProposal(`policy@n${number}`))
  if (!opened?.ok || opened.value.cid === null) throw new RangeError('nobody may propose')
  const id = opened.value.cid
  for (const [i, { api }] of nodes.entries())
    await waitFor(
      `s${i + 1} votes`,
      async () => (await api.vote(id, 'yes', undefined)).ok,
      votingMs(nodes.length),
    )
  return id
}

const ballotFigures = (delays: readonly number[], count: number): Figure[] => [
  {
    name: `last seal to settled at all ${count}, p50 of ${delays.length}`,
    value: median(delays) / 1000,
    unit: 's',
  },
  {
    name: `last seal to settled at all ${count}, longest`,
    value: quantile(delays, 1) / 1000,
    unit: 's',
  },
]

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(0)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
