import { expect, test } from 'vitest'
import { testCharter, testMembers, testTrack } from '../../../test/support/coalition.ts'
import { findings } from './findings.ts'
import { LEAST_VOTING_MS, overnightFindings, WORKDAY_MS } from './overnight.ts'

const HOUR = 3_600_000
const charterOf = (voting: number) => {
  const track = testTrack({ windows: { ...testTrack().windows, voting } })
  const tracks = { standard: track, emergency: track, constitutional: testTrack() }
  return testCharter(testMembers([1, 1, 1, 1]), { tracks })
}

test('a window to vote in has working time for everybody at 16 hours, not a millisecond below', () => {
  const tracks = (voting: number) => overnightFindings(charterOf(voting)).map(({ track }) => track)
  expect(tracks(16 * HOUR)).toEqual(['constitutional'])
  expect(tracks(16 * HOUR - 1)).toEqual(['standard', 'constitutional'])
})

test('it says so to all, with what to do, and is silent on emergencies', () => {
  const [found] = findings(charterOf(3 * HOUR)).filter(({ code }) => code === 'overnight')
  expect(found).toMatchObject({
    ...{ severity: 'warning', track: 'standard', who: ['s1', 's2', 's3', 's4'] },
    sentence: expect.stringContaining('A window of 3h to vote on standard'),
    fix: expect.stringContaining('last 16h or more'),
  })
})

test('sixteen hours are enough wherever they begin, and a minute less is not', () => {
  const minute = 60_000
  /** Working time from nine to five in a window, in whole minutes. */
  const working = (beginsAt: number, lasts: number): number => {
    let minutes = 0
    for (let at = beginsAt; at < beginsAt + lasts; at += minute) {
      const ofDay = at % (24 * HOUR)
      if (ofDay >= 9 * HOUR && ofDay < 9 * HOUR + WORKDAY_MS) minutes++
    }
    return minutes
  }
  const worst = (lasts: number): number =>
    Math.min(...Array.from({ length: 24 * 60 }, (_, i) => working(i * minute, lasts)))
  expect(worst(LEAST_VOTING_MS + minute)).toBeGreaterThan(0)
  expect(worst(LEAST_VOTING_MS - minute)).toBe(0)
})
