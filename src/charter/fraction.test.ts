/** Exact fractions, against rationals over BigInt. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  atLeast,
  formatFraction,
  isReduced,
  isThreshold,
  leastPart,
  moreThan,
  parseFraction,
  parseThreshold,
} from './fraction.ts'
import { MAX_FRACTION_PART } from './schema.ts'

const weights = fc.integer({ min: 0, max: 1_000_000_000 })
const fractions = fc
  .tuple(
    fc.integer({ min: 1, max: MAX_FRACTION_PART }),
    fc.integer({ min: 1, max: MAX_FRACTION_PART }),
  )
  .map(([num, den]) => ({ num, den }))

describe('reading', () => {
  test.each([
    ['2/3', 2, 3],
    ['4/6', 2, 3],
    [' 1 / 2 ', 1, 2],
    ['66.7%', 667, 1000],
    ['100%', 1, 1],
    ['0.5', 1, 2],
    [0.5, 1, 2],
    [1, 1, 1],
    ['5/3', 5, 3],
    ['0.000000001', 1, MAX_FRACTION_PART],
  ])('%s is read exactly', (written, num, den) => {
    expect(parseFraction(written)).toEqual({ ok: true, value: { num, den } })
  })

  test.each([
    '',
    'half',
    '1/',
    '/2',
    '1/0',
    '0',
    '0%',
    '0/3',
    '-1/2',
    -0.5,
    '1e-3',
    'NaN',
    '1.',
    '.5',
  ])('%s is refused', (written) => {
    expect(parseFraction(written)).toMatchObject({ ok: false, code: 'fraction' })
  })

  test('the message says what is wrong and the hint what is right', () => {
    expect(parseFraction('-1/2')).toMatchObject({ message: '-1/2 is negative' })
    expect(parseFraction('half')).toMatchObject({ hint: 'write it as 2/3, 66.7% or 0.5' })
    expect(parseThreshold('5/3')).toMatchObject({ message: '5/3 is more than 1' })
  })

  test('a part of MAX_FRACTION_PART is the largest that is read', () => {
    expect(parseFraction(`1/${MAX_FRACTION_PART}`).ok).toBe(true)
    expect(parseFraction(`1/${MAX_FRACTION_PART + 1}`).ok).toBe(false)
    expect(parseFraction(`${MAX_FRACTION_PART + 1}/${MAX_FRACTION_PART}`).ok).toBe(false)
  })

  test('a threshold of one is read, anything above is refused', () => {
    expect(parseThreshold('3/3')).toEqual({ ok: true, value: { num: 1, den: 1 } })
    expect(parseThreshold('1000001/1000000').ok).toBe(false)
  })

  test('any fraction reads back from how it is written, in lowest terms', () => {
    fc.assert(
      fc.property(fractions, ({ num, den }) => {
        const read = parseFraction(`${num}/${den}`)
        if (!read.ok) return expect.unreachable()
        expect(isReduced(read.value)).toBe(true)
        expect(BigInt(read.value.num) * BigInt(den)).toBe(BigInt(num) * BigInt(read.value.den))
        expect(parseFraction(formatFraction(read.value))).toEqual(read)
      }),
    )
  })

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseFraction(text).ok === 'boolean'))
  })
})

describe('comparing', () => {
  test('comparisons are exact where floating point is not', () => {
    // 1e9 parts of weight at fractions that differ in the last place only.
    const whole = 999_999_999
    const fraction = { num: 333_333_333, den: 999_999_998 }
    expect(atLeast(333_333_333, whole, fraction)).toBe(false)
    expect(atLeast(333_333_334, whole, fraction)).toBe(true)
  })

  test('a threshold is met at equality, more-than is not', () => {
    expect(atLeast(2, 3, { num: 2, den: 3 })).toBe(true)
    expect(moreThan(2, 3, { num: 2, den: 3 })).toBe(false)
  })

  test('a part of zero meets nothing, not even of a whole of zero', () => {
    fc.assert(
      fc.property(weights, fractions, (whole, fraction) => {
        expect(atLeast(0, whole, fraction)).toBe(false)
        expect(moreThan(0, whole, fraction)).toBe(false)
      }),
    )
    expect(atLeast(0, 0, { num: 1, den: 2 })).toBe(false)
  })

  test('comparisons agree with rationals', () => {
    fc.assert(
      fc.property(weights, weights, fractions, (part, whole, { num, den }) => {
        const left = BigInt(part) * BigInt(den)
        const right = BigInt(num) * BigInt(whole)
        expect(atLeast(part, whole, { num, den })).toBe(part > 0 && left >= right)
        expect(moreThan(part, whole, { num, den })).toBe(part > 0 && left > right)
      }),
    )
  })

  test('the least part is the smallest weight that meets the threshold', () => {
    fc.assert(
      fc.property(weights, fractions.filter(isThreshold), (whole, fraction) => {
        const least = leastPart(whole, fraction)
        expect(atLeast(least, whole, fraction)).toBe(true)
        expect(atLeast(least - 1, whole, fraction)).toBe(false)
      }),
    )
  })
})
