/**
 * What a sync session costs: bytes and flights between two replicas that differ in a few operations
 * (design §2.6). Keys and signatures are made up and taken on trust: their sizes are the real ones.
 */
import { hash } from 'node:crypto'
import { nodeSha256 } from '../../node/crypto/node-sha256.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import { type Op, type Signer, signOp } from '../../src/op/operation.ts'
import type { Verifier } from '../../src/op/signature.ts'
import { CAPABILITIES } from '../../src/op/type.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { Replica } from '../../src/replica/replica.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import { delegation, type Founded, found } from '../support/coalition.ts'
import { TestClock } from '../support/people.ts'
import { syncOnce } from './link.ts'

/** What is measured. */
export interface CostQuestion {
  /** Operations that both replicas hold, those of the keyring included. */
  readonly ops: number
  /** Node keys. */
  readonly keys: number
  /** Operations that only one of them holds, each of another key. */
  readonly differences: number
  /** Which of the two; `a` unless told. */
  readonly holder?: 'a' | 'b'
}

/** What a session came to. */
export interface SyncCost {
  /** The larger of what the two sides sent, in bytes of frames. */
  readonly bytesEachWay: number
  /** What both sent together, without the operations themselves and their signatures. */
  readonly totalBytes: number
  /** Flights until the other side held them all: everything that can be sent without waiting. */
  readonly flights: number
}

/** Measures one session between two fresh replicas. */
export function syncCost({ ops, keys, ...difference }: CostQuestion): SyncCost {
  return new CostBench(ops, keys).measure(difference)
}

type Signed = ReturnType<typeof signOp>

const SIGNATURE_BYTES = 64
const trusting: Verifier = { acceptsKey: () => true, verify: () => true }

const made = (name: string): Signer => ({
  key: keyIdFromBytes(hash('sha256', name, 'buffer')),
  sign: () => new Uint8Array(SIGNATURE_BYTES).fill(1),
})

const VOTE: Draft = { type: 'node.address', refs: [], body: { addresses: ['/ip4/10.0.0.1/tcp/1'] } }

/** Two replicas that hold the same operations, to be measured several times. */
export class CostBench {
  readonly a: Replica
  readonly b: Replica
  private readonly founded: Founded
  private readonly nodes: readonly Signer[]
  private readonly heads = new Map<KeyId, Op>()
  private sessions = 0

  constructor(ops: number, keys: number) {
    this.founded = found([1, 1, 1, 1])
    this.nodes = Array.from({ length: keys }, (_, i) => made(`node ${i}`))
    this.a = this.open()
    this.b = this.open()
    this.fill([...this.founded.ops])
    const { roots } = this.founded
    const [root] = roots.values()
    if (!root) throw new RangeError('a coalition has roots')
    const delegations = this.nodes.map((node) =>
      root.say(
        delegation(this.founded.coalition, root.signer, node, CAPABILITIES),
        this.founded.at,
      ),
    )
    this.fill(delegations)
    this.fill(Array.from({ length: ops - this.size }, (_, i) => this.next(i)))
  }

  /** Operations that replica `a` holds. */
  get size(): number {
    return this.a.ledger.byCid.size
  }

  /** Operations of the longest chain. */
  get longest(): number {
    return Math.max(...[...this.a.ledger.chains.values()].map(({ main }) => main.length))
  }

  /** A replica that holds nothing but what the founders said. */
  joiner(): Replica {
    const replica = this.open()
    replica.ingest(this.founded.ops)
    return replica
  }

  /** Makes the replicas differ, and measures the session that makes them equal. */
  measure({ differences, holder = 'a' }: Omit<CostQuestion, 'ops' | 'keys'>): SyncCost {
    const news = Array.from({ length: differences }, (_, i) => this.next(i * 37))
    const [has, lacks] = holder === 'a' ? [this.a, this.b] : [this.b, this.a]
    has.ingest(news)
    let flights = 0
    let isHeld = false
    const report = syncOnce(this.a, this.b, {
      nonce: ++this.sessions,
      until: () => {
        if (!isHeld) flights++
        isHeld = news.every(({ op }) => lacks.ledger.byCid.has(op.cid))
        return false
      },
    })
    if (!isHeld || !report.complete) throw new RangeError('the session did not make them equal')
    const newBytes = news.reduce((sum, { bytes }) => sum + bytes.length + SIGNATURE_BYTES, 0)
    const [sentByA, sentByB] = report.bytes
    const totalBytes = sentByA + sentByB - newBytes
    return { bytesEachWay: Math.max(sentByA, sentByB), totalBytes, flights }
  }

  private open(): Replica {
    return Replica.open({
      coalition: this.founded.coalition,
      store: new MemoryStore(),
      clock: new TestClock(this.founded.at + 3_600_000),
      verifier: trusting,
      hash: nodeSha256,
    })
  }

  private fill(ops: readonly Signed[]): void {
    this.a.ingest(ops)
    this.b.ingest(ops)
  }

  /** The next operation of a node key. */
  private next(index: number): Signed {
    const signer = this.nodes[index % this.nodes.length]
    if (!signer) throw new RangeError('there are keys')
    const last = this.heads.get(signer.key)
    const { coalition, at } = this.founded
    const link = { seq: last ? last.seq + 1 : 0, prev: last?.cid ?? null }
    const signed = signOp({ v: 1, coalition, key: signer.key, at, ...link, ...VOTE }, signer)
    this.heads.set(signer.key, signed.op)
    return signed
  }
}
