import { expect, test } from 'vitest'
import { isTimeZone, wallClock, workingMs } from './time-zone.ts'

const HOUR = 3_600_000
/** Wednesday 2027-01-13. */
const at = (hour: number): number => Date.UTC(2027, 0, 13, hour)

test('a zone is known or not', () => {
  expect(['UTC', 'Europe/Zurich', 'Asia/Kolkata'].every(isTimeZone)).toBe(true)
  expect(isTimeZone('Europe/Atlantis')).toBe(false)
})

test('the clock on the wall knows of summer and of quarters of an hour', () => {
  expect(wallClock(at(12), 'UTC')).toBe('Wed 2027-01-13 12:00')
  expect(wallClock(at(23), 'Asia/Kathmandu')).toBe('Thu 2027-01-14 04:45')
  expect(wallClock(at(12), 'Europe/Zurich')).toBe('Wed 2027-01-13 13:00')
  expect(wallClock(Date.UTC(2027, 6, 14, 12), 'Europe/Zurich')).toBe('Wed 2027-07-14 14:00')
  expect(wallClock(at(0), 'UTC')).toBe('Wed 2027-01-13 00:00')
  expect(wallClock(at(12), 'Europe/Atlantis')).toBeUndefined()
  expect(wallClock(9e15, 'UTC')).toBeUndefined()
})

test('working time is from nine to five there, and none at night', () => {
  expect(workingMs(at(8), at(18), 'UTC')).toBe(8 * HOUR)
  expect(workingMs(at(8), at(10), 'Asia/Tokyo')).toBe(0)
  expect(workingMs(at(16), at(17) + 1, 'UTC')).toBe(HOUR)
  expect(workingMs(at(0), at(24), 'America/Los_Angeles')).toBe(8 * HOUR)
  // Two days are counted of a week.
  expect(workingMs(at(0), at(24 * 7), 'UTC')).toBe(16 * HOUR)
  expect(workingMs(at(8), at(8), 'UTC')).toBe(0)
  expect(workingMs(at(8), at(9), 'Europe/Atlantis')).toBeUndefined()
})
