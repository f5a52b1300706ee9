import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { IdleGuard } from './idle-guard.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('aborts after an interval without a sign of life, never before', () => {
  const guard = new IdleGuard(1000)
  for (let i = 0; i < 5; i++) {
    vi.advanceTimersByTime(1000)
    guard.alive()
  }
  vi.advanceTimersByTime(999)
  expect(guard.signal.aborted).toBe(false)
  vi.advanceTimersByTime(1001)
  expect(guard.signal.reason).toMatchObject({ code: 'artefact-idle' })
})

test('while nothing is due silence is no fault, and what becomes due has a whole interval', () => {
  let isDue = false
  const guard = new IdleGuard(1000, () => isDue)
  vi.advanceTimersByTime(10_000)
  isDue = true
  vi.advanceTimersByTime(1000)
  expect(guard.signal.aborted).toBe(false)
  vi.advanceTimersByTime(1000)
  expect(guard.signal.aborted).toBe(true)
})

test('once ended it leaves no timer behind', () => {
  const guard = new IdleGuard(1000)
  guard.end(new RangeError('done'))
  expect(guard.signal.reason).toMatchObject({ message: 'done' })
  expect(vi.getTimerCount()).toBe(0)
})
