/**
 * Catching up: a history comes in by sync frames and ends in the store and the views. The floor is
 * what nobody can do without: hash the same bytes, decode them, insert them.
 */
import type { Replica } from '../../src/replica/replica.ts'
import type { Bench, BenchOptions, BenchResult } from './bench.ts'
import { bareIngest, framesOf, ingestFrames } from './frames.ts'
import { makeHistory } from './history.ts'
import { openReader, readViews } from './node-replica.ts'
import { median, medianRatio, takeTurns } from './rounds.ts'

const KEYS = 100
const GOAL = 2

/** `batch-ingest`. */
export const batchIngest: Bench = { name: 'batch-ingest', run }

async function run({ quick, progress }: BenchOptions): Promise<BenchResult[]> {
  const count = quick ? 20_000 : 100_000
  const history = makeHistory({ keys: KEYS, ops: count, signed: 'last' })
  const parcels = framesOf(history.ops)
  progress(`  ${count} operations of ${KEYS} keys in ${parcels.length} frames`)
  const read = (replica: Replica) => readViews(replica, history)
  const times = await takeTurns(
    [
      { name: 'floor', open: () => bareIngest(parcels) },
      { name: 'ours', open: () => ingestFrames(openReader(history), parcels, read) },
    ],
    { floor: [], ours: [] },
    { slices: parcels.length, rounds: quick ? 3 : 5 },
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
