/** The shared vectors on covers (README.md), and the same answers by another way of reckoning. */
import { describe, expect, test } from 'vitest'
import {
  type CoverVector,
  coverMembers,
  coverVectors,
  runCostVector,
  runCoverVector,
} from './runner/covers.ts'

const VECTORS = coverVectors()

test('each vector has a name of its own', () => {
  const names = VECTORS.map(({ name }) => name)
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})

describe.each(VECTORS)('$name', (vector) => {
  test('is answered', () => runCoverVector(vector))
  test('costs no more than it may', () => runCostVector(vector))
  test('is so by reckoning everything that can be reached', () => {
    expect(vector.fewest).toBe(reckoned(vector))
  })
})

/** The fewest members by what they can reach: for all sums of weight, as far as they matter, the fewest. */
function reckoned(vector: CoverVector): number | 'never' {
  const asks = Object.entries(vector.asks)
  const members = coverMembers(vector)
  const size = asks.reduce((all, [, least]) => all * (least + 1), 1)
  const fewest = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
  fewest[0] = 0
  for (const { weight, functions } of members) {
    const brings = asks.map(([name]) => (name === 'all' || functions.includes(name) ? weight : 0))
    for (let from = size - 1; from >= 0; from--) {
      const count = (fewest[from] ?? 0) + 1
      if (count === Number.POSITIVE_INFINITY) continue
      const to = reached(from, asks, brings)
      if (count < (fewest[to] ?? 0)) fewest[to] = count
    }
  }
  const { heads = 0 } = vector
  const least = Math.max(fewest[size - 1] ?? 0, heads)
  return least <= members.length ? least : 'never'
}

/** Where sums, written as one number, get to by one member more; no further than what is asked. */
function reached(
  from: number,
  asks: readonly (readonly [string, number])[],
  brings: readonly number[],
): number {
  let to = 0
  let place = 1
  let rest = from
  for (const [j, [, least]] of asks.entries()) {
    const sum = rest % (least + 1)
    to += place * Math.min(least, sum + (brings[j] ?? 0))
    rest = Math.floor(rest / (least + 1))
    place *= least + 1
  }
  return to
}
