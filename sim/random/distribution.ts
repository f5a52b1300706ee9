/** Distributions as scenarios name them, and how they are drawn from a stream. */
import { exp, ln } from './maths.ts'
import type { Stream } from './stream.ts'

/** A distribution over amounts of time, in ms. */
export type Distribution =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly leastMs: number; readonly mostMs: number }
  /** Half of all draws are below the median; ln of a draw has the standard deviation `sigma`. */
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }

/** One draw, in ms; not rounded. */
export function draw(distribution: Distribution, stream: Stream): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms
    case 'uniform': {
      const { leastMs, mostMs } = distribution
      return leastMs + stream.next() * (mostMs - leastMs)
    }
    case 'lognormal':
      return distribution.medianMs * exp(distribution.sigma * normal(stream))
    case 'exponential':
      return -distribution.meanMs * ln(1 - stream.next())
  }
}

/** A draw from the standard normal distribution (Marsaglia's polar method: no sine, no cosine). */
export function normal(stream: Stream): number {
  for (;;) {
    const x = 2 * stream.next() - 1
    const y = 2 * stream.next() - 1
    const square = x * x + y * y
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * ln(square)) / square)
  }
}
