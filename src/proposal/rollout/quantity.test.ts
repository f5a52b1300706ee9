import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unwrap } from '../../op/refusal.ts'
import {
  COMPARISONS,
  compare,
  formatQuantity,
  MAX_DENOMINATOR,
  MAX_WRITTEN,
  parseQuantity,
  quantitySchema,
  readMeasured,
} from './quantity.ts'

const read = (written: string | number) => unwrap(parseQuantity(written))

describe('a written number', () => {
  test.each([
    ['250', 250, 1],
    ['-3', -3, 1],
    ['0', 0, 1],
    ['0.05', 1, 20],
    ['5%', 1, 20],
    ['1/20', 1, 20],
    ['2/40', 1, 20],
    ['-1/3', -1, 3],
    ['1e3', 1000, 1],
    ['2.5e-3', 1, 400],
    ['1.50', 3, 2],
    ['0.000000001', 1, 1_000_000_000],
  ])('%s is read exactly', (written, num, den) => {
    expect(read(written)).toEqual({ num, den })
  })

  test.each([
    '',
    'fast',
    'NaN',
    '+Inf',
    '1/0',
    '1,5',
    '0.0000000001',
    '9007199254740992',
    '1e99',
    '--1',
  ])('"%s" is refused', (written) => {
    expect(parseQuantity(written)).toMatchObject({ ok: false, code: 'quantity' })
  })

  test('is written as it is read', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
        fc.integer({ min: 1, max: MAX_DENOMINATOR }),
        (num, den) => {
          const quantity = read(`${num}/${den}`)
          expect(read(formatQuantity(quantity))).toEqual(quantity)
        },
      ),
    )
  })

  test('has a denominator up to nine decimals', () => {
    expect(quantitySchema.safeParse({ num: 1, den: MAX_DENOMINATOR }).success).toBe(true)
    expect(quantitySchema.safeParse({ num: 1, den: MAX_DENOMINATOR + 1 }).success).toBe(false)
    expect(quantitySchema.safeParse({ num: 1, den: 0 }).success).toBe(false)
  })
})

describe('a measured number', () => {
  test.each([
    ['0.012345678901234567', '0.012345679'],
    [0.1 + 0.2, '0.3'],
    ['1.5e-12', '0'],
    ['123456789.123456789', '123456789.123457'],
    [181.5, '181.5'],
  ])('%s is read to nine decimals at most', (measured, written) => {
    expect(unwrap(readMeasured(measured))).toEqual(read(written))
  })

  test.each(['NaN', '+Inf', '', ' ', 'none'])('"%s" is none', (measured) => {
    expect(readMeasured(measured)).toMatchObject({ ok: false, code: 'quantity' })
  })
})

test('exactly one of less, equal and more holds, and the others follow', () => {
  const number = fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: 1, max: 999 }))
  fc.assert(
    fc.property(number, number, ([a, b], [c, d]) => {
      const [x, y] = [
        { num: a, den: b },
        { num: c, den: d },
      ]
      const holds = Object.fromEntries(COMPARISONS.map((one) => [one, compare(x, one, y)]))
      expect([holds['<'], holds['='], holds['>']].filter(Boolean)).toHaveLength(1)
      expect(holds['<=']).toBe(holds['<'] || holds['='])
      expect(holds['>=']).toBe(holds['>'] || holds['='])
      expect(compare(y, '>', x)).toBe(holds['<'])
    }),
  )
})

test('a number is so many characters at most', () => {
  expect(read('5'.padStart(MAX_WRITTEN, '0'))).toEqual({ num: 5, den: 1 })
  expect(parseQuantity('5'.padStart(MAX_WRITTEN + 1, '0'))).toMatchObject({ code: 'quantity' })
})

test('a measurement keeps fifteen digits, and nine decimals at most', () => {
  const measured = (value: string) => unwrap(readMeasured(value))
  expect(measured('12345678901234.567')).toEqual({ num: 61_728_394_506_173, den: 5 })
  expect(measured('123456789012345.678')).toEqual({ num: 123_456_789_012_346, den: 1 })
  expect(measured('0.1234567891')).toEqual({ num: 123_456_789, den: MAX_DENOMINATOR })
})
