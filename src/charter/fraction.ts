/**
 * Exact fractions (design §3.1): read from what people write, compared by whole numbers only.
 * No floating point touches a verdict, and a part of zero meets nothing.
 */
import { accept, type Result, refuse } from '../op/refusal.ts'
import { type Fraction, MAX_FRACTION_PART } from './schema.ts'

/** Most digits of a number in a written fraction; more cannot be within `MAX_FRACTION_PART`. */
const MAX_DIGITS = 18
const RATIO = /^(\d+)\s*\/\s*(\d+)$/
const DECIMAL = /^(\d+)(?:\.(\d+))?(%?)$/
const EXAMPLES = 'write it as 2/3, 66.7% or 0.5'

/**
 * Reads `2/3`, `66.7%`, `0.5` or `1` exactly, in lowest terms. Refuses (`fraction`) what is no
 * fraction, is zero or negative, or needs a part above `MAX_FRACTION_PART`.
 */
export function parseFraction(written: string | number): Result<Fraction> {
  const text = String(written).trim()
  const parts = ratioOf(text) ?? decimalOf(text)
  if (text.startsWith('-')) return refuse('fraction', `${text} is negative`, EXAMPLES)
  if (parts === undefined) return refuse('fraction', `"${text}" is not a fraction`, EXAMPLES)
  const [num, den] = parts
  if (den === 0n) return refuse('fraction', `${text} divides by zero`, EXAMPLES)
  if (num === 0n) return refuse('fraction', `${text} is zero`, 'it must be more than zero')
  return lowestTerms(num, den, text)
}

/** Reads a threshold: a fraction of at most 1; `5/3` is refused (`fraction`). */
export function parseThreshold(written: string | number): Result<Fraction> {
  const fraction = parseFraction(written)
  if (!fraction.ok || isThreshold(fraction.value)) return fraction
  return refuse('fraction', `${written} is more than 1`, 'a threshold is more than 0, at most 1')
}

/** How a fraction is written: `2/3`, or `1`. Reads back as the same fraction. */
export const formatFraction = ({ num, den }: Fraction): string =>
  den === 1 ? `${num}` : `${num}/${den}`

/** True for 0 < f ≤ 1. */
export const isThreshold = ({ num, den }: Fraction): boolean => num > 0 && num <= den

/** True for a fraction in lowest terms: the one spelling of its value. */
export const isReduced = ({ num, den }: Fraction): boolean => gcd(BigInt(num), BigInt(den)) === 1n

/** part / whole ≥ fraction, for whole numbers ≥ 0; a part of zero meets nothing (§3.1). */
export const atLeast = (part: number, whole: number, { num, den }: Fraction): boolean =>
  part > 0 && BigInt(part) * BigInt(den) >= BigInt(num) * BigInt(whole)

/** part / whole > fraction, for whole numbers ≥ 0. */
export const moreThan = (part: number, whole: number, { num, den }: Fraction): boolean =>
  BigInt(part) * BigInt(den) > BigInt(num) * BigInt(whole)

/** The smallest part that is `atLeast` the threshold of the whole; 1 when the whole is zero. */
export function leastPart(whole: number, { num, den }: Fraction): number {
  const product = BigInt(num) * BigInt(whole)
  const part = Number((product + BigInt(den) - 1n) / BigInt(den))
  return part > 0 ? part : 1
}

function ratioOf(text: string): [bigint, bigint] | undefined {
  const [, num = '', den = ''] = RATIO.exec(text) ?? []
  const digits = Math.max(num.length, den.length)
  return digits === 0 || digits > MAX_DIGITS ? undefined : [BigInt(num), BigInt(den)]
}

function decimalOf(text: string): [bigint, bigint] | undefined {
  const [, whole, decimals = '', percent] = DECIMAL.exec(text) ?? []
  const digits = `${whole}${decimals}`
  if (whole === undefined || digits.length > MAX_DIGITS) return undefined
  return [BigInt(digits), 10n ** BigInt(decimals.length + (percent === '%' ? 2 : 0))]
}

function lowestTerms(num: bigint, den: bigint, text: string): Result<Fraction> {
  const divisor = gcd(num, den)
  const fraction = { num: Number(num / divisor), den: Number(den / divisor) }
  if (fraction.num <= MAX_FRACTION_PART && fraction.den <= MAX_FRACTION_PART)
    return accept(fraction)
  return refuse('fraction', `${text} is too fine`, `no part may be above ${MAX_FRACTION_PART}`)
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}
