/** Slopes and quantiles of measurements. */
import { expect, it } from 'vitest'
import { median, quantile, slopeOf } from './statistics.ts'

it('a slope is that of the line through the points, and none of fewer than two', () => {
  expect(slopeOf([1, 2, 3, 4].map((x) => [x, 3 * x + 7]))).toBeCloseTo(3)
  expect(slopeOf([[1, 5]])).toBe(0)
  expect(slopeOf([])).toBe(0)
})

it('a quantile is a value that was measured', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(quantile([4, 1, 3, 2], 0.75)).toBe(3)
  expect(quantile([4, 1, 3, 2], 1)).toBe(4)
  expect(quantile([], 0.5)).toBeNaN()
})
