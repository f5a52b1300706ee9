import { expect, test } from 'vitest'
import { FloodOfNews, MANY_OPS, MAX_PUT_OFF_MS, QUIET_MS } from './flood-of-news.ts'

test('much at once is waited out, a little is not', () => {
  const flood = new FloodOfNews()
  flood.hear(MANY_OPS - 1, 1_000)
  expect(flood.waitMs(1_000)).toBe(0)
  flood.hear(MANY_OPS, 1_000)
  flood.hear(1, 1_500)
  expect(flood.waitMs(1_500)).toBe(QUIET_MS - 500)
  expect(flood.waitMs(1_000 + QUIET_MS)).toBe(0)
})

test('whoever always has more to tell puts nothing off for longer than the longest', () => {
  const flood = new FloodOfNews()
  let now = 5_000
  for (; now < 5_000 + MAX_PUT_OFF_MS; now += QUIET_MS / 2) {
    flood.hear(MANY_OPS, now)
    expect(flood.waitMs(now)).toBeGreaterThan(0)
  }
  flood.hear(MANY_OPS, now)
  expect(flood.waitMs(now)).toBe(0)
  const endedAt = now
  for (; now < endedAt + MAX_PUT_OFF_MS; now += QUIET_MS / 2) {
    flood.hear(MANY_OPS, now)
    expect(flood.waitMs(now), 'it acts for as long').toBe(0)
  }
  flood.hear(MANY_OPS, now)
  expect(flood.waitMs(now)).toBe(QUIET_MS)
})

test('small batches that follow each other add up', () => {
  const flood = new FloodOfNews()
  flood.hear(MANY_OPS - 1, 1_000)
  flood.hear(1, 1_000 + QUIET_MS)
  expect(flood.waitMs(1_000 + QUIET_MS)).toBe(0)
  flood.hear(MANY_OPS - 1, 1_001 + QUIET_MS)
  expect(flood.waitMs(1_001 + QUIET_MS)).toBe(QUIET_MS)
})

test('a clock that is set back ends the wait', () => {
  const flood = new FloodOfNews()
  flood.hear(MANY_OPS, 3_600_000)
  expect(flood.waitMs(1_000)).toBe(0)
})
