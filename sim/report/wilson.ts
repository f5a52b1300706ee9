/** How sure a share is that was counted in so many runs. */

/** Two-sided 95 % under the normal distribution. */
const Z_95 = 1.959963984540054

/** A share with the interval that it lies in, 95 times of 100. */
export interface Estimate {
  readonly hits: number
  readonly of: number
  readonly share: number
  readonly low: number
  readonly high: number
}

/**
 * The score interval of Wilson (1927): also right where nothing or everything was hit, where the usual
 * interval has no width. Of no runs nothing is known.
 */
export function wilson(hits: number, of: number): Estimate {
  if (of === 0) return { hits, of, share: 0, low: 0, high: 1 }
  const share = hits / of
  const square = Z_95 * Z_95
  const middle = (share + square / (2 * of)) / (1 + square / of)
  const reach =
    (Z_95 * Math.sqrt((share * (1 - share)) / of + square / (4 * of * of))) / (1 + square / of)
  return {
    hits,
    of,
    share,
    low: hits === 0 ? 0 : Math.max(0, middle - reach),
    high: hits === of ? 1 : Math.min(1, middle + reach),
  }
}
