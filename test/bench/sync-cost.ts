/** What it costs two replicas of ten thousand operations to find out that they are, or are not, equal. */
import { CostBench } from '../sync/cost.ts'
import type { Bench, BenchOptions, BenchResult } from './bench.ts'

const OPS = 10_000
/** Bytes each way between equal replicas stay below this. */
const EQUAL_BYTES = 100
/** Two round trips: there, back, there, back. */
const FLIGHTS = 4
/** Keys, and bytes that one difference may cost beside the operation itself. */
const ONE_DIFFERENCE = [
  [100, 8_000],
  [5_000, 4_000],
] as const

/** `sync-cost`. */
export const syncCosts: Bench = { name: 'sync-cost', run }

async function run({ progress }: BenchOptions): Promise<BenchResult[]> {
  return ONE_DIFFERENCE.flatMap(([keys, most]) => {
    progress(`  two replicas of ${OPS} operations of ${keys} keys`)
    const bench = new CostBench(OPS, keys)
    const equal = bench.measure({ differences: 0 })
    const one = bench.measure({ differences: 1 })
    const of = `${OPS} ops of ${keys} keys`
    return [
      row(`sync, equal, ${of}: bytes each way`, equal.bytesEachWay, 'bytes', EQUAL_BYTES - 1),
      row(`sync, one difference, ${of}: bytes beside it`, one.totalBytes, 'bytes', most),
      row(`sync, one difference, ${of}: flights`, one.flights, 'flights', FLIGHTS),
    ]
  })
}

const row = (name: string, value: number, unit: string, most: number): BenchResult => ({
  name,
  value,
  unit,
  floor: null,
  ratio: null,
  goal: `≤ ${most} ${unit}`,
  met: value <= most,
})
