import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exp, ln, power } from './maths.ts'

const near = (got: number, expected: number, relative = 4e-15): void =>
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(
    relative * Math.max(1e-300, Math.abs(expected)),
  )

test('the logarithm is the engine’s, to a few units in the last place', () => {
  fc.assert(
    fc.property(fc.double({ min: 5e-324, max: 1.7e308, noNaN: true }), (x) => {
      if (Math.abs(x - 1) > 1e-6) near(ln(x), Math.log(x))
    }),
  )
  expect(ln(1)).toBe(0)
  expect(ln(0)).toBe(Number.NEGATIVE_INFINITY)
  expect(ln(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY)
})

test('so is the exponential, and one undoes the other', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      near(exp(x), Math.exp(x), 4e-13)
      near(ln(exp(x)), x, x === 0 ? 1 : 1e-12 + 1e-13 / Math.abs(x))
    }),
  )
  expect(exp(0)).toBe(1)
  expect(exp(1000)).toBe(Number.POSITIVE_INFINITY)
  expect(exp(-1000)).toBe(0)
})

test('powers of small numbers are what one expects', () => {
  near(power(2, 10), 1024)
  near(power(10, -1.1), 10 ** -1.1)
})

test('the bits are fixed: another build, engine or machine must come to the same', () => {
  expect([ln(7), ln(1e-3), exp(3), exp(-0.5)]).toMatchInlineSnapshot(`
    [
      1.9459101490553132,
      -6.907755278982137,
      20.085536923187668,
      0.6065306597126334,
    ]
  `)
})
