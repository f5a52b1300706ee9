import { describe, expect, it } from 'vitest'
import { testTrack } from '../../test/support/coalition.ts'
import { MAX_WINDOW_FACTOR, stageAt, stageEnd, timetable, windowFault } from './timing.ts'

const HOUR_MS = 3_600_000
const windows = {
  ...{ deliberation: 4, review: 3, interop: 2, demonstration: 1, voting: HOUR_MS },
  ...{ settle: 60_000, validity: 24 * HOUR_MS },
}

describe('the stages of a ballot', () => {
  it('follow each other, each to the millisecond, the demonstration right before the vote', () => {
    const times = timetable(100, windows)
    const stages = [99, 100, 103, 104, 106, 107, 108, 109, 110].map((now) =>
      stageAt(now, times, windows),
    )
    expect(stages).toEqual([
      'waiting',
      'deliberation',
      'deliberation',
      'review',
      'review',
      'interop',
      'interop',
      'demonstration',
      'voting',
    ])
    expect(times.votingAt).toBe(stageEnd('demonstration', times, windows))
    expect(stageAt(times.closesAt - 1, times, windows)).toBe('voting')
    expect(stageAt(times.closesAt, times, windows)).toBe('settling')
  })

  it('without a window to demonstrate in go from interop to the vote', () => {
    const { demonstration: _none, ...without } = windows
    const times = timetable(100, without)
    expect(times.votingAt).toBe(109)
    expect(stageAt(109, times, without)).toBe('voting')
  })
})

describe('a proposal’s own windows', () => {
  const track = testTrack({ windows: { ...windows, appeal: 0 } })
  const faultOf = (demonstration: number): string | undefined =>
    windowFault({ ...windows, demonstration }, track)

  it('are as long as the track’s, and at most four times as long', () => {
    expect(faultOf(1)).toBeUndefined()
    expect(faultOf(MAX_WINDOW_FACTOR)).toBeUndefined()
    expect(faultOf(MAX_WINDOW_FACTOR + 1)).toContain('windows.demonstration is over 4 times')
    const { demonstration: _none, ...without } = windows
    expect(windowFault(without, track)).toContain('windows.demonstration is shorter')
    const bare = testTrack({ windows: { ...without, appeal: 0 } })
    expect(windowFault(windows, bare)).toContain('windows.demonstration is over 4 times')
    expect(windowFault(without, bare)).toBeUndefined()
  })

  it('count the demonstration into the least validity', () => {
    const sum = 10 + HOUR_MS + 60_000
    expect(windowFault({ ...windows, validity: sum }, shortTrack(sum))).toBeUndefined()
    expect(windowFault({ ...windows, validity: sum - 1 }, shortTrack(sum - 1))).toContain(
      'windows.validity',
    )
  })

  const shortTrack = (validity: number) =>
    testTrack({ windows: { ...windows, validity, appeal: 0 } })
})
