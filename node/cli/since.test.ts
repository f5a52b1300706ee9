import { expect, test } from 'vitest'
import { readSince } from './since.ts'

const NOW = Date.UTC(2027, 0, 15, 12)

test('a day begins in UTC, a time needs its offset, a span goes back from now', () => {
  expect(readSince(undefined, NOW)).toBeUndefined()
  expect(readSince('2026-12-31', NOW)).toBe(Date.UTC(2026, 11, 31))
  expect(readSince('2026-12-31T09:30Z', NOW)).toBe(Date.UTC(2026, 11, 31, 9, 30))
  expect(readSince('2026-12-31T09:30:01.5+02:00', NOW)).toBe(Date.UTC(2026, 11, 31, 7, 30, 1, 500))
  expect(readSince('90d', NOW)).toBe(NOW - 90 * 86_400_000)
  expect(readSince('36500d', NOW)).toBe(0)
})

test.each(['', 'yesterday', '2026-13-01', '2026-12-31T09:30', '31.12.2026', '90', '-1d'])(
  '"%s" is no moment, and the hint says how to write one',
  (text) => {
    expect(() => readSince(text, NOW)).toThrow(expect.objectContaining({ code: 'usage' }))
  },
)
