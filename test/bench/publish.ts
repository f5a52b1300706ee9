/**
 * From before signing to seen by all: twenty shipped nodes in one process, until an operation is in
 * every one's views. The floor is raw gossipsub: messages as large, in a mesh as dense, delivered.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { OpCid } from '../../src/op/ids.ts'
import { invariant, unwrap } from '../../src/op/refusal.ts'
import { proposalDraft } from '../../src/replica/acts.ts'
import { found, simpleProposal } from '../support/coalition.ts'
import type { Bench, BenchOptions, BenchResult } from './bench.ts'
import { commentOn, type MeshNode, startMesh } from './node-mesh.ts'
import { RAW_TOPIC, type RawNode, startRawMesh } from './raw-mesh.ts'
import { median, medianRatio, percentile } from './rounds.ts'

const NODES = 20
const GOAL = 1.5
/**
 * Between two messages, in ms: each is everywhere, and on all the twenty nodes' one disk, before the
 * next.
 */
const INTERVAL_MS = 250
/** How long the meshes are left alone before the first message, in ms: handshakes have echoes. */
const SETTLE_MS = 5_000
/** Bytes of a raw message: those of a comment as it is gossiped. */
const RAW_BYTES = 400
/**
 * After so long, in ms, a message counts as lost. Gossip promises nothing: what it drops on a machine
 * that is busy with other work comes by anti-entropy, which is not what is measured here.
 */
const LOST_MS = 10_000

/** `publish`. */
export const publish: Bench = { name: 'publish', run }

async function run(options: BenchOptions): Promise<BenchResult[]> {
  const { progress } = options
  const raw = await startRawMesh(NODES)
  progress('  raw mesh formed')
  const founded = found(
    Array.from({ length: NODES }, () => 1),
    {},
    Date.now(),
  )
  const nodes = await startMesh(founded, nodeSeed)
  progress('  mesh of nodes formed')
  try {
    return rows(await measure(new RawSender(raw), new NodeSender(nodes), options))
  } finally {
    await Promise.all([...raw, ...nodes].map((node) => node.stop()))
  }
}

/** The seed of the node key that `test/support` gives member `i`. */
function nodeSeed(i: number): Uint8Array {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, 1002 + 2 * i)
  return seed
}

/** Sends one message by node `i`; resolves when all have it, with the time in ms. */
interface Sender {
  send(i: number): Promise<number>
}

type Runs = { readonly raw: number[][]; readonly ours: number[][] }

async function measure(
  raw: Sender,
  ours: Sender,
  { quick, progress }: BenchOptions,
): Promise<Runs> {
  const runs: Runs = { raw: [], ours: [] }
  const count = quick ? 20 : 40
  await setTimeout(quick ? 0 : SETTLE_MS)
  // To warm up.
  await series(raw, NODES)
  await series(ours, NODES)
  for (let run = 0; run < (quick ? 2 : 5); run++) {
    runs.raw.push(await series(raw, count))
    runs.ours.push(await series(ours, count))
  }
  for (const [name, times] of Object.entries(runs)) {
    const lost = times.flat().filter((time) => time === Infinity).length
    if (lost > 0) progress(`  ${name}: ${lost} of ${times.flat().length} messages lost by gossip`)
  }
  return runs
}

/** Messages at a steady pace, each by the next node; their times in ms, Infinity for a lost one. */
async function series(sender: Sender, count: number): Promise<number[]> {
  globalThis.gc?.()
  const times: Promise<number>[] = []
  for (let i = 0; i < count; i++) {
    const lost = setTimeout(LOST_MS, Infinity, { ref: false })
    times.push(Promise.race([sender.send(i % NODES), lost]))
    await setTimeout(INTERVAL_MS)
  }
  return Promise.all(times)
}

const rows = ({ raw, ours }: Runs): BenchResult[] =>
  [0.5, 0.95].map((p) => {
    const floor = raw.map((times) => percentile(times, p))
    const reached = ours.map((times) => percentile(times, p))
    const ratio = medianRatio(reached, floor)
    return {
      name: `sign and publish to seen by all ${NODES} nodes, p${p * 100}`,
      value: median(reached),
      unit: 'ms',
      floor: median(floor),
      ratio,
      goal: `≤ ${GOAL} × raw gossipsub`,
      met: ratio <= GOAL,
    }
  })

/** Who has not seen which message yet. */
class Sightings {
  private readonly open = new Map<string, { left: Set<number>; done: () => void }>()

  /** Resolves when all nodes have seen the message, with the time in ms since `start`. */
  async awaitAll(id: string, start: number): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.open.set(id, { left: new Set(Array(NODES).keys()), done: resolve })
    await promise
    return performance.now() - start
  }

  /** A node looks which of the open messages it has. */
  look(node: number, has: (id: string) => boolean): void {
    for (const [id, { left, done }] of this.open) {
      if (!left.has(node) || !has(id)) continue
      left.delete(node)
      if (left.size > 0) continue
      this.open.delete(id)
      done()
    }
  }
}

/** Publishes bytes; seen is what gossipsub delivered. */
class RawSender implements Sender {
  private readonly nodes: readonly RawNode[]
  private readonly sightings = new Sightings()

  constructor(nodes: readonly RawNode[]) {
    this.nodes = nodes
    nodes.forEach(({ pubsub }, i) => {
      pubsub.addEventListener('gossipsub:message', ({ detail }) => {
        const id = idOf(detail.msg.data)
        this.sightings.look(i, (open) => open === id)
      })
    })
  }

  send(i: number): Promise<number> {
    const start = performance.now()
    const data = randomBytes(RAW_BYTES)
    const seen = this.sightings.awaitAll(idOf(data), start)
    void this.nodes[i]?.pubsub.publish(RAW_TOPIC, data)
    this.sightings.look(i, (open) => open === idOf(data))
    return seen
  }
}

const idOf = (data: Uint8Array): string => Buffer.from(data.subarray(0, 8)).toString('hex')

/** Signs, stores and publishes comments; seen is what the views hold. */
class NodeSender implements Sender {
  private readonly nodes: readonly MeshNode[]
  private readonly proposal: OpCid
  private readonly sightings = new Sightings()

  constructor(nodes: readonly MeshNode[]) {
    this.nodes = nodes
    this.proposal = proposeTo(nodes)
    nodes.forEach(({ replica }, i) => {
      replica.on('change', () => this.look(i))
    })
  }

  send(i: number): Promise<number> {
    const start = performance.now()
    const node = this.nodes[i]
    invariant(node, 'a sender')
    const seen = this.sightings.awaitAll(commentOn(node, this.proposal), start)
    this.look(i)
    return seen
  }

  /** A completed operation is in the views. */
  private look(i: number): void {
    const held = this.nodes[i]?.replica.ledger.byCid
    this.sightings.look(i, (id) => held?.get(id as OpCid)?.complete === true)
  }
}

/** The first node proposes something that all may comment on. */
function proposeTo(nodes: readonly MeshNode[]): OpCid {
  const author = nodes[0]?.replica
  invariant(author, 'a proposer')
  const basis = author.checkpointNow().map((draft) => unwrap(author.issue(draft)))
  const proposed = unwrap(author.issue(unwrap(proposalDraft(author, simpleProposal('policy@a')))))
  for (const { replica } of nodes) replica.ingest([...basis, proposed])
  return proposed.op.cid
}
