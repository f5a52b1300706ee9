/**
 * Logarithm and exponential from additions and multiplications alone. IEEE 754 fixes those to the
 * last bit, so a run gives one trace on every machine and engine; the engine's own functions differ
 * between versions, and the tidy test keeps them out of `sim/`.
 */

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const LN2 = LN2_HIGH + LN2_LOW
/** Terms of each series: the next one would be below half a unit in the last place. */
const LOG_TERMS = 13
const LOG_FACTORS = Float64Array.from({ length: LOG_TERMS + 1 }, (_, k) => 1 / (2 * k + 1))
const EXP_TERMS = 16

const TWO_TO_64 = 4_294_967_296 * 4_294_967_296

const view = new DataView(new ArrayBuffer(8))

/** The natural logarithm of a positive finite number, to about one unit in the last place. */
export function ln(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return x === 0 ? Number.NEGATIVE_INFINITY : x
  view.setFloat64(0, x)
  const high = view.getUint32(0)
  const biased = high >>> 20
  // Below the normal numbers there is no exponent to read.
  if (biased === 0) return ln(x * TWO_TO_64) - 64 * LN2
  view.setUint32(0, (high & 0xfffff) | (1023 << 20))
  let mantissa = view.getFloat64(0)
  let exponent = biased - 1023
  if (mantissa > Math.SQRT2) {
    mantissa /= 2
    exponent++
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const square = s * s
  let sum = 0
  for (let k = LOG_TERMS; k >= 0; k--) sum = sum * square + (LOG_FACTORS[k] as number)
  return exponent * LN2_HIGH + (2 * s * sum + exponent * LN2_LOW)
}

/** e to the power of x. */
export function exp(x: number): number {
  if (x > 709.78) return Number.POSITIVE_INFINITY
  if (x < -708) return 0
  const k = Math.round(x / LN2)
  const r = x - k * LN2_HIGH - k * LN2_LOW
  let sum = 1
  for (let n = EXP_TERMS; n >= 1; n--) sum = 1 + (r / n) * sum
  return sum * powerOfTwo(k)
}

/** A positive number to any power. */
export const power = (base: number, exponent: number): number => exp(exponent * ln(base))

function powerOfTwo(k: number): number {
  if (k > 1023) return powerOfTwo(k - 1) * 2
  view.setFloat64(0, 0)
  view.setUint32(0, (k + 1023) << 20)
  return view.getFloat64(0)
}
