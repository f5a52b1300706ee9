/**
 * Gossip as it arrives: each message decoded, judged, verified, ingested, with the store and the
 * views on. The floor is the verification of the same signatures over the same messages, bare.
 */
import { setImmediate } from 'node:timers/promises'
import { nodeSha256 } from '../../node/crypto/node-sha256.ts'
import { PooledVerifier } from '../../node/crypto/pooled-verifier.ts'
import { decodeOp, type Op, signingInput } from '../../src/op/operation.ts'
import { InvariantError, invariant } from '../../src/op/refusal.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { decodeGossip, encodeGossip, prejudge } from '../../src/sync/gossip.ts'
import type { Bench, BenchOptions, BenchResult } from './bench.ts'
import { type History, makeHistory } from './history.ts'
import { keys, openNodeReplica, readViews, verifier } from './node-replica.ts'
import { median, medianRatio, takeTurns, timed, timedAsync } from './rounds.ts'

const KEYS = 100
const GOAL = 0.7
const POOLED_GOAL = 1.2
/** Messages that one turn of the event loop brings: a few full reads of a socket. */
const TURN = 64
/** Turns whose verification may be under way at a time. */
const MAX_TURNS = 4
/** Group commit of the daemon, in ms. */
const COMMIT_MS = 50

/** `gossip-ingest`. */
export const gossipIngest: Bench = { name: 'gossip-ingest', run }

async function run({ quick, progress }: BenchOptions): Promise<BenchResult[]> {
  const count = quick ? 3_000 : 12_000
  const history = makeHistory({ keys: KEYS, ops: count, signed: 'all' })
  const messages = history.ops.map(messageOf)
  const bytes = messages.reduce((sum, message) => sum + message.length, 0)
  progress(`  ${count} messages of ${Math.round(bytes / count)} bytes on average`)
  const times = await takeTurns(
    [
      { name: 'floor', run: () => bareVerify(history) },
      { name: 'ours', run: () => ingest(history, messages, takeTurn) },
      { name: 'pooled', run: () => ingest(history, messages, pooledTurns()) },
    ],
    quick ? 3 : 5,
  )
  const rate = (ms: readonly number[]) => (count / median(ms)) * 1000
  const row = (name: string, ms: readonly number[], goal: number): BenchResult => {
    const ratio = medianRatio(times.floor, ms)
    const share = `≥ ${goal * 100} % of bare verification on one thread`
    const floor = rate(times.floor)
    return { name, value: rate(ms), unit: 'ops/s', floor, ratio, goal: share, met: ratio >= goal }
  }
  return [
    row('gossip ingest, one thread, store and views on', times.ours, GOAL),
    row('gossip ingest, pooled verification, store and views on', times.pooled, POOLED_GOAL),
  ]
}

function messageOf({ bytes, sig }: History['ops'][number]): Uint8Array {
  const message = sig && encodeGossip({ bytes, sig })
  invariant(message, 'a signed operation that fits into a message')
  return message
}

function bareVerify({ ops }: History): number {
  const items = ops.map(({ op, bytes, sig }) => ({ key: op.key, sig, input: signingInput(bytes) }))
  return timed(() => {
    for (const { key, sig, input } of items)
      if (!sig || !verifier.verify(sig, input, key)) throw new InvariantError('a bad signature')
  })
}

/** Takes in the messages of one turn of the event loop; what it returns ends when they are in. */
type TakeTurn = (replica: Replica, messages: readonly Uint8Array[]) => Promise<void> | void

async function ingest(
  history: History,
  messages: readonly Uint8Array[],
  take: TakeTurn,
): Promise<number> {
  const { replica, close } = openNodeReplica(history)
  const tookMs = await timedAsync(async () => {
    const commits = setInterval(() => replica.flush(), COMMIT_MS)
    const taken: (Promise<void> | void)[] = []
    for (let at = 0; at < messages.length; at += TURN) {
      taken.push(take(replica, messages.slice(at, at + TURN)))
      await taken.at(-MAX_TURNS)
      await setImmediate()
    }
    await Promise.all(taken)
    clearInterval(commits)
    replica.flush()
    readViews(replica, history)
  })
  close()
  return tookMs
}

interface Candidate {
  readonly op: Op
  readonly bytes: Uint8Array
  readonly sig: Uint8Array
  readonly message: Uint8Array
}

/** What a message holds, if it is an operation that may be worth its verification. */
function read(replica: Replica, message: Uint8Array): Candidate | undefined {
  const decoded = decodeGossip(message)
  if (!decoded.ok || decoded.value.kind !== 'op') return undefined
  const { bytes, sig } = decoded.value.signed
  const op = decodeOp(bytes, nodeSha256)
  if (!op.ok || prejudge(replica, op.value) === 'ignore') return undefined
  return { op: op.value, bytes, sig, message: signingInput(bytes) }
}

/** One thread: judge, verify, ingest, one after the other. */
function takeTurn(replica: Replica, messages: readonly Uint8Array[]): void {
  for (const message of messages) {
    const found = read(replica, message)
    if (!found || prejudge(replica, found.op) !== 'verify') continue
    if (verifier.verify(found.sig, found.message, found.op.key)) takeIn(replica, found)
  }
}

/** Pooled: the turn is verified off the thread while the next one is read. */
function pooledTurns(): TakeTurn {
  const pool = new PooledVerifier(keys)
  let before = Promise.resolve()
  return (replica, messages) => {
    const found = messages.flatMap((message) => read(replica, message) ?? [])
    const items = found.map(({ sig, message, op }) => ({ sig, message, key: op.key }))
    const verified = pool.verifyMany(items)
    // What a key said first goes in first.
    before = before.then(async () => {
      const verdicts = await verified
      found.forEach((candidate, i) => {
        if (verdicts[i] && prejudge(replica, candidate.op) === 'verify') takeIn(replica, candidate)
      })
    })
    return before
  }
}

const takeIn = (replica: Replica, { op, bytes, sig }: Candidate): void =>
  void replica.ingest([{ op, bytes, sig, verified: true }], 'peer')
