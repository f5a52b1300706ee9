/** The little statistics that measurements need. */

/** A point of a series. */
export type Point = readonly [x: number, y: number]

/** Slope of the straight line with the least squared error; 0 where there is none. */
export function slopeOf(points: readonly Point[]): number {
  const mean = (of: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const x = mean(([at]) => at)
  const y = mean(([, value]) => value)
  const spread = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
  if (!(spread > 0)) return 0
  return points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / spread
}

/** The value below which that part of the values lies, by rank; NaN of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}

/** The middle value. */
export const median = (values: readonly number[]): number => quantile(values, 0.5)
