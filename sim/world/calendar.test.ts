import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Calendar, codeOf, kindOf, whomOf } from './calendar.ts'

const END = Number.MAX_SAFE_INTEGER

test('events come by time, and at one time in the order in which they were put', () => {
  // Within a bucket, within the ring, far beyond it, and all of them at once.
  const moment = fc.oneof(
    fc.integer({ min: 0, max: 3_000 }),
    fc.integer({ min: 0, max: 20_000_000 }),
    fc.integer({ min: 0, max: 1e12 }),
  )
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 300 }), (moments) => {
      const calendar = new Calendar()
      for (const [i, at] of moments.entries()) calendar.push(at, codeOf(1, i))
      const came: [number, number][] = []
      while (calendar.pop(END)) came.push([calendar.at, whomOf(calendar.code)])
      const expected = moments.map((at, i): [number, number] => [at, i])
      expect(came).toEqual(expected.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]))
      expect(calendar.size).toBe(0)
    }),
  )
})

test('what is put while events come is in order with them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40_000_000 }), { maxLength: 200 }), (steps) => {
      const calendar = new Calendar()
      calendar.push(0, codeOf(1, 0))
      let before = 0
      for (const step of steps) {
        if (!calendar.pop(END)) break
        expect(calendar.at).toBeGreaterThanOrEqual(before)
        before = calendar.at
        calendar.push(calendar.at + step, codeOf(1, 0))
        calendar.push(calendar.at + Math.floor(step / 7), codeOf(1, 0))
      }
    }),
  )
})

test('nothing comes before its time, and time passes without events', () => {
  const calendar = new Calendar()
  calendar.push(5_000_000, codeOf(3, 7), 8, 9)
  expect(calendar.pop(4_999_999)).toBe(false)
  calendar.moveTo(4_999_999)
  expect(calendar.pop(5_000_000)).toBe(true)
  expect([kindOf(calendar.code), whomOf(calendar.code), calendar.b, calendar.c]).toEqual([
    3, 7, 8, 9,
  ])
  calendar.push(1, codeOf(1, 1))
  expect(calendar.pop(END)).toBe(true)
  expect(calendar.at).toBe(5_000_000)
})
