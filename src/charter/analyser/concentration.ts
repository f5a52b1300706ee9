/** How concentrated weight is: exact, as fractions of whole numbers (design §3.2). */
import { weightSum } from '../lookup.ts'
import type { Stakeholder } from '../schema.ts'

/** A fraction that may be zero, in lowest terms. */
export interface Share {
  readonly num: number
  readonly den: number
}

/**
 * The Gini coefficient of the weights: half the mean absolute difference over the mean; 0 when all are
 * equal, towards 1 when one has everything. There is at least one member.
 */
export function gini(members: readonly Stakeholder[]): Share {
  const weights = members.map(({ weight }) => weight).sort((a, b) => a - b)
  const total = weightSum(members)
  // Of sorted weights the sum of all differences is Σ (2i − n + 1) · w_i, i from 0.
  const differences = weights.reduce(
    (sum, weight, i) => sum + BigInt(2 * i - weights.length + 1) * BigInt(weight),
    0n,
  )
  return reduced(differences, BigInt(weights.length) * BigInt(total))
}

/** A member's part of the whole. */
export const shareOf = (part: number, whole: number): Share => reduced(BigInt(part), BigInt(whole))

/** −1, 0 or 1 as a is less than, equal to or more than b. */
export function compareShares(a: Share, b: Share): number {
  const difference = BigInt(a.num) * BigInt(b.den) - BigInt(b.num) * BigInt(a.den)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function reduced(num: bigint, den: bigint): Share {
  let [a, b] = [num, den]
  while (b !== 0n) [a, b] = [b, a % b]
  return { num: Number(num / a), den: Number(den / a) }
}
