/** Concentration, against its definition. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { membersOf } from '../../../test/support/analyser.ts'
import { compareShares, gini, shareOf } from './concentration.ts'

const giniOf = (...weights: number[]) => gini(membersOf(weights.map((weight) => ({ weight }))))

test('equal weights are not concentrated, one heavy member is', () => {
  expect(giniOf(3, 3, 3)).toEqual({ num: 0, den: 1 })
  expect(giniOf(1, 3)).toEqual({ num: 1, den: 4 })
  expect(giniOf(1, 1, 1, 997)).toEqual({ num: 747, den: 1000 })
})

test('is half the mean absolute difference over the mean', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1 }), (weights) => {
      const differences = weights.flatMap((a) => weights.map((b) => Math.abs(a - b)))
      const sum = differences.reduce((all, one) => all + one, 0)
      const total = weights.reduce((all, one) => all + one, 0)
      const { num, den } = giniOf(...weights)
      expect(num * 2 * weights.length * total).toBe(sum * den)
    }),
  )
})

test('shares are compared exactly', () => {
  expect(shareOf(4, 6)).toEqual({ num: 2, den: 3 })
  expect(compareShares(shareOf(1, 3), shareOf(333_333, 1_000_000))).toBe(1)
  expect(compareShares(shareOf(2, 6), shareOf(1, 3))).toBe(0)
  expect(compareShares(shareOf(1, 4), shareOf(1, 3))).toBe(-1)
})
