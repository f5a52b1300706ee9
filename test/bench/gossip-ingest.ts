/**
 * Gossip as it arrives: each message decoded, judged, verified, ingested, with the store and the
 * views on. The floor is the verification of the same signatures over the same messages, bare.
 */
import { setImmediate } from 'node:timers/promises'
import { PooledVerifier } from '../../node/crypto/pooled-verifier.ts'
import { GossipVerifier } from '../../node/daemon/gossip-verifier.ts'
import { signingInput } from '../../src/op/operation.ts'
import { InvariantError, invariant } from '../../src/op/refusal.ts'
import { encodeGossip } from '../../src/sync/gossip.ts'
import { signerNumber } from '../support/people.ts'
import type { Bench, BenchOptions, BenchResult } from './bench.ts'
import { type History, makeHistory } from './history.ts'
import { openIntake } from './intake.ts'
import { keys, openReader, readViews, verifier } from './node-replica.ts'
import { type Lap, median, medianRatio, takeTurns } from './rounds.ts'

const KEYS = 100
const GOAL = 0.7
const POOLED_GOAL = 1.2
/** Messages that one turn of the event loop brings: a few full reads of a socket. */
const TURN = 64
/** Messages of a slice: the contenders take turns about every half second. */
const SLICE = 48 * TURN
/** Turns whose verification may be under way at a time: about a tenth of a second of work. */
const MAX_TURNS = 16
/** Whom the messages come from. */
const SENDER = signerNumber(0).key

/** `gossip-ingest`. */
export const gossipIngest: Bench = { name: 'gossip-ingest', run }

async function run({ quick, progress }: BenchOptions): Promise<BenchResult[]> {
  const count = SLICE * (quick ? 2 : 5)
  const history = makeHistory({ keys: KEYS, ops: count, signed: 'all' })
  const messages = history.ops.map(messageOf)
  const bytes = messages.reduce((sum, message) => sum + message.length, 0)
  progress(`  ${count} messages of ${Math.round(bytes / count)} bytes on average`)
  const times = await takeTurns(
    [
      { name: 'floor', open: () => bareVerify(history) },
      { name: 'ours', open: () => ingest(history, messages, oneThread) },
      { name: 'pooled', open: () => ingest(history, messages, new PooledVerifier(keys)) },
    ],
    { floor: [], ours: [], pooled: [] },
    { slices: count / SLICE, rounds: quick ? 3 : 5 },
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

function bareVerify({ ops }: History): Lap {
  const items = ops.map(({ op, bytes, sig }) => ({ key: op.key, sig, input: signingInput(bytes) }))
  return {
    step(i) {
      for (const { key, sig, input } of items.slice(i * SLICE, (i + 1) * SLICE))
        if (!sig || !verifier.verify(sig, input, key)) throw new InvariantError('a bad signature')
    },
  }
}

/** No message is missing, so there is nothing to ask for. */
const NOBODY = () => {}

/** What the daemon asks for verdicts. */
type Pool = ConstructorParameters<typeof GossipVerifier>[1]

/** The same pipeline on one thread. */
const oneThread: Pool = {
  verifyMany: (items) =>
    Promise.resolve(items.map(({ sig, message, key }) => verifier.verify(sig, message, key))),
}

function ingest(history: History, messages: readonly Uint8Array[], pool: Pool): Lap {
  const node = openReader(history)
  const { judge, keeper, close } = openIntake(node, new GossipVerifier(verifier, pool), NOBODY)
  return {
    async step(i) {
      const turns: Promise<unknown>[] = []
      for (let at = i * SLICE; at < (i + 1) * SLICE; at += TURN) {
        const turn = messages.slice(at, at + TURN)
        turns.push(Promise.all(turn.map((message) => judge.judge(message, SENDER))))
        await turns.at(-MAX_TURNS)
        await setImmediate()
      }
      await Promise.all(turns)
      // The queue takes in what the last turn brought one turn of the event loop later.
      await setImmediate()
      keeper.flush()
    },
    finish: () => readViews(node.replica, history),
    close() {
      close()
      node.close()
    },
  }
}
