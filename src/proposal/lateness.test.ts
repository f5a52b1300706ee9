import { expect, it } from 'vitest'
import { timetable } from '../ballot/timing.ts'
import { lateFor } from './lateness.ts'

const windows = {
  ...{ deliberation: 10, review: 0, interop: 10, demonstration: 10, voting: 100 },
  ...{ settle: 10, validity: 1000 },
}
const times = timetable(1000, windows)

it('a word is late from the moment on at which its window closes, by first sight', () => {
  expect(lateFor('objection', 1009, times, windows)).toBeUndefined()
  expect(lateFor('objection', 1010, times, windows)).toEqual({
    window: 'deliberation',
    closedAt: 1010,
  })
  expect(lateFor('test', 1019, times, windows)).toBeUndefined()
  expect(lateFor('build', 1020, times, windows)?.window).toBe('interop')
  expect(lateFor('drill', 1030, times, windows)?.window).toBe('demonstration')
})

it('nothing is late for a window that there is not, nor answers and support at all', () => {
  expect(lateFor('review', 5000, times, windows)).toBeUndefined()
  expect(lateFor('answer', 5000, times, windows)).toBeUndefined()
  expect(lateFor('support', 5000, times, windows)).toBeUndefined()
})
