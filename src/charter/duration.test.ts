/** Durations, read and written. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, MAX_DURATION_MS, parseDuration } from './duration.ts'

test.each([
  ['7d', 604_800_000],
  ['5h', 18_000_000],
  ['30m', 1_800_000],
  ['10s', 10_000],
  ['250ms', 250],
  ['1d12h', 129_600_000],
  ['1m250ms', 60_250],
  ['0s', 0],
  ['1500', 1500],
  [1500, 1500],
])('%s is %d ms', (written, ms) => {
  expect(parseDuration(written)).toEqual({ ok: true, value: ms })
})

test.each(['', '7 d', '7days', '12h1d', '1d1d', '-1d', '1.5h', '1w', -1, 1.5])(
  'only whole units, longest first, are a duration: %s',
  (written) => {
    expect(parseDuration(written)).toMatchObject({ ok: false, code: 'duration' })
  },
)

test('MAX_DURATION_MS is the longest that is read', () => {
  expect(parseDuration(MAX_DURATION_MS).ok).toBe(true)
  expect(parseDuration('36525d').ok).toBe(true)
  expect(parseDuration(MAX_DURATION_MS + 1)).toMatchObject({ hint: 'at most 36525d' })
  expect(parseDuration('36525d1ms').ok).toBe(false)
})

test('any duration reads back from how it is written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_DURATION_MS }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, value: ms })
    }),
  )
})
