/**
 * Exact numbers of metrics and their limits (design §3.1): read from what people and monitors write,
 * compared by whole numbers only, so that every node comes to the same answer at equality.
 */
import { z } from 'zod'
import { accept, type Result, refuse } from '../../op/refusal.ts'

/** Largest denominator: nine decimals. */
export const MAX_DENOMINATOR = 1_000_000_000
/** Most digits of a written number; more are not exact as a safe integer. */
const MAX_DIGITS = 15
/** Longest text that is read as a number. */
export const MAX_WRITTEN = 64

/** A number as a fraction of whole numbers; `num` may be negative. */
export const quantitySchema = z.strictObject({
  num: z.int(),
  den: z.int().min(1).max(MAX_DENOMINATOR),
})
/** An exact number. */
export type Quantity = z.infer<typeof quantitySchema>

/** How two numbers can be compared. */
export const COMPARISONS = ['<', '<=', '=', '>=', '>'] as const
/** One of the ways to compare. */
export type Comparison = (typeof COMPARISONS)[number]

const EXAMPLES = 'write it as 250, 0.05, 5% or 1/20'
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(%?)$/
const RATIO = /^([+-]?)(\d+)\s*\/\s*(\d+)$/

/** Reads `250`, `0.05`, `5%` or `-1/20` exactly; refuses (`quantity`) what it cannot hold exactly. */
export function parseQuantity(written: string | number): Result<Quantity> {
  const text = plainDecimal(written)
  const parts = text.length > MAX_WRITTEN ? undefined : (decimalOf(text) ?? ratioOf(text))
  if (!parts) return refuse('quantity', `"${text.slice(0, MAX_WRITTEN)}" is not a number`, EXAMPLES)
  const [num, den] = parts
  if (den === 0n) return refuse('quantity', `${text} divides by zero`, EXAMPLES)
  return lowestTerms(num, den, text)
}

/**
 * Reads what a monitor measured, to nine decimals: a measurement is never finer than that, and a
 * limit that people write is read exactly. Refuses (`quantity`) `NaN`, infinities and words.
 */
export function readMeasured(measured: string | number): Result<Quantity> {
  const exact = parseQuantity(measured)
  const value = Number(measured)
  if (exact.ok || !Number.isFinite(value) || String(measured).trim() === '') return exact
  return parseQuantity(withDigits(value))
}

/** As many decimals as fit beside the whole part, nine at most. */
function withDigits(value: number): string {
  const whole = Math.trunc(Math.abs(value)).toFixed(0).length
  return value.toFixed(Math.max(0, Math.min(9, MAX_DIGITS - whole)))
}

/** True when `a` stands in that relation to `b`, exactly. */
export function compare(a: Quantity, comparison: Comparison, b: Quantity): boolean {
  const left = BigInt(a.num) * BigInt(b.den)
  const right = BigInt(b.num) * BigInt(a.den)
  switch (comparison) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '=':
      return left === right
    case '>=':
      return left >= right
    case '>':
      return left > right
  }
}

/** How a number is written: `250`, `0.05`, or `1/3` where no decimals end. Reads back as the same. */
export function formatQuantity({ num, den }: Quantity): string {
  for (let places = 0, scale = 1; places <= 9; places++, scale *= 10)
    if (scale % den === 0) return decimal(BigInt(num) * BigInt(scale / den), places)
  return `${num}/${den}`
}

function decimal(digits: bigint, places: number): string {
  const sign = digits < 0n ? '-' : ''
  const text = String(digits < 0n ? -digits : digits).padStart(places + 1, '0')
  return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`
}

/** Numbers as JSON has them, without an exponent. */
function plainDecimal(written: string | number): string {
  const text = String(written).trim()
  if (!/e/i.test(text) || !/^[+-]?\d+(\.\d+)?e[+-]?\d+$/i.test(text)) return text
  const [mantissa = '', exponent = ''] = text.toLowerCase().split('e')
  return shifted(mantissa, Number(exponent)) ?? text
}

function shifted(mantissa: string, by: number): string | undefined {
  if (Math.abs(by) > MAX_WRITTEN) return undefined
  const [, sign = '', whole = '', decimals = ''] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(mantissa) ?? []
  const digits = `${'0'.repeat(Math.max(0, -by))}${whole}${decimals}${'0'.repeat(Math.max(0, by))}`
  const point = Math.max(0, -by) + whole.length + by
  return `${sign}${digits.slice(0, point) || '0'}.${digits.slice(point) || '0'}`
}

function decimalOf(text: string): readonly [bigint, bigint] | undefined {
  const [, sign, whole, decimals = '', percent] = DECIMAL.exec(text) ?? []
  if (whole === undefined) return undefined
  const fine = decimals.replace(/0+$/, '')
  const num = BigInt(`${whole}${fine}`)
  return [sign === '-' ? -num : num, 10n ** BigInt(fine.length + (percent === '%' ? 2 : 0))]
}

function ratioOf(text: string): readonly [bigint, bigint] | undefined {
  const [, sign, num, den] = RATIO.exec(text) ?? []
  if (num === undefined || den === undefined) return undefined
  return [sign === '-' ? -BigInt(num) : BigInt(num), BigInt(den)]
}

function lowestTerms(num: bigint, den: bigint, text: string): Result<Quantity> {
  const divisor = gcd(num < 0n ? -num : num, den)
  const quantity = { num: Number(num / divisor), den: Number(den / divisor) }
  if (Number.isSafeInteger(quantity.num) && quantity.den <= MAX_DENOMINATOR) return accept(quantity)
  return refuse('quantity', `${text} is too fine or too large`, 'give at most nine decimals')
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b]
  return a === 0n ? 1n : a
}
