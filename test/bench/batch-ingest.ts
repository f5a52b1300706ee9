/**
 * Catching up: a history comes in by sync frames and ends in the store and the views. The floor is
 * what nobody can do without: hash the same bytes, decode them, insert them.
 */
import { DatabaseSync } from 'node:sqlite'
import { decode } from '@ipld/dag-cbor'
import { nodeSha256 } from '../../node/crypto/node-sha256.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { InvariantError, unwrap } from '../../src/op/refusal.ts'
import { decodeMessage, encodeMessage } from '../../src/sync/message.ts'
import { MAX_OPS_BYTES } from '../../src/sync/runs.ts'
import type { Bench, BenchOptions, BenchResult } from './bench.ts'
import { freshPath, remove } from './disk.ts'
import { type History, type HistoryOp, makeHistory } from './history.ts'
import { openReader, readViews } from './node-replica.ts'
import { type Lap, median, medianRatio, takeTurns } from './rounds.ts'

const KEYS = 100
const GOAL = 2

/** `batch-ingest`. */
export const batchIngest: Bench = { name: 'batch-ingest', run }

async function run({ quick, progress }: BenchOptions): Promise<BenchResult[]> {
  const count = quick ? 20_000 : 100_000
  const history = makeHistory({ keys: KEYS, ops: count, signed: 'last' })
  const parcels = framesOf(history)
  const frames = parcels.map((ops) => encodeMessage({ kind: 'ops', ops }))
  progress(`  ${count} operations of ${KEYS} keys in ${frames.length} frames`)
  const times = await takeTurns(
    [
      { name: 'floor', open: () => bareIngest(parcels) },
      { name: 'ours', open: () => ingest(history, frames) },
    ],
    { floor: [], ours: [] },
    { slices: frames.length, rounds: quick ? 3 : 5 },
  )
  const ratio = medianRatio(times.ours, times.floor)
  const rate = (ms: readonly number[]) => (count / median(ms)) * 1000
  return [
    {
      name: `batch ingest of ${count} ops over ${KEYS} keys, store and views on`,
      value: rate(times.ours),
      unit: 'ops/s',
      floor: rate(times.floor),
      ratio,
      goal: `≤ ${GOAL} × the time of bare SHA-256 + dag-cbor decode + SQLite insert`,
      met: ratio <= GOAL,
    },
  ]
}

/** Chain after chain, one signature at the end of each, in frames as a session cuts them. */
function framesOf({ ops }: History): HistoryOp[][] {
  const chains = new Map<KeyId, HistoryOp[]>()
  for (const item of ops) {
    const chain = chains.get(item.op.key)
    if (chain) chain.push(item)
    else chains.set(item.op.key, [item])
  }
  const frames: HistoryOp[][] = []
  let room = 0
  for (const [, chain] of [...chains].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sizeBytes = chain.reduce((sum, { bytes }) => sum + bytes.length + 80, 0)
    if (sizeBytes > MAX_OPS_BYTES) throw new InvariantError('a chain is larger than a frame')
    if (sizeBytes > room) {
      frames.push([])
      room = MAX_OPS_BYTES
    }
    frames.at(-1)?.push(...chain)
    room -= sizeBytes
  }
  return frames
}

/** Frame by frame, each durable before the next, then everything that follows from it. */
function ingest(history: History, frames: readonly Uint8Array[]): Lap {
  const { replica, close } = openReader(history)
  return {
    step(i) {
      const message = unwrap(decodeMessage(frames[i] ?? new Uint8Array()))
      if (message.kind === 'ops') replica.ingest(message.ops, 'peer')
      replica.flush()
    },
    finish: () => readViews(replica, history),
    close,
  }
}

/** The pragmas of the shipped store, and the plainest table. */
const SETUP = `
  PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32000;
  CREATE TABLE op (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
`

function bareIngest(frames: readonly (readonly HistoryOp[])[]): Lap {
  const path = freshPath()
  const db = new DatabaseSync(path)
  db.exec(SETUP)
  const insert = db.prepare('INSERT INTO op (digest, bytes) VALUES (?, ?)')
  return {
    step(i) {
      db.exec('BEGIN IMMEDIATE')
      for (const { bytes } of frames[i] ?? []) {
        decode(bytes)
        insert.run(nodeSha256(bytes), bytes)
      }
      db.exec('COMMIT')
    },
    close() {
      db.close()
      remove(path)
    },
  }
}
