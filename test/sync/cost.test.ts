/** What sync costs between two replicas of 10,000 operations each: the numbers we promise. */
import { expect, test } from 'vitest'
import { CostBench, syncCost } from './cost.ts'

const OPS = 10_000
/** Two round trips: four times that everything which need not wait is under way. */
const MOST_FLIGHTS = 4

test('without a difference a session costs less than 100 bytes each way', () => {
  for (const keys of [100, 5000]) {
    const { bytesEachWay, totalBytes } = new CostBench(OPS, keys).measure({ differences: 0 })
    console.log(`${OPS} operations, ${keys} keys, no difference: ${bytesEachWay} bytes each way`)
    expect(bytesEachWay).toBeLessThan(100)
    expect(totalBytes).toBeLessThan(200)
  }
})

test.each([
  { keys: 100, mostBytes: 8192 },
  { keys: 5000, mostBytes: 4096 },
])('one difference at $keys keys costs at most $mostBytes bytes and two round trips', (limit) => {
  const bench = new CostBench(OPS, limit.keys)
  expect(bench.size).toBe(OPS)
  for (const holder of ['a', 'b', 'a', 'b', 'a', 'b'] as const) {
    const { totalBytes, flights } = bench.measure({ differences: 1, holder })
    console.log(
      `${OPS} operations, ${limit.keys} keys, one difference at ${holder}: ` +
        `${totalBytes} bytes in all beside the operation, held after ${flights} flights`,
    )
    expect(totalBytes).toBeLessThanOrEqual(limit.mostBytes)
    expect(flights).toBeLessThanOrEqual(MOST_FLIGHTS)
  }
})

test('many differences cost in proportion, not everything', () => {
  const { totalBytes, flights } = syncCost({ ops: OPS, keys: 1000, differences: 20 })
  expect(totalBytes).toBeLessThan(20 * 1024)
  expect(flights).toBeLessThanOrEqual(MOST_FLIGHTS)
})
