/** A failing run comes down to the few that matter, still fails as it was written, and tells its story. */
import { describe, expect, test } from 'vitest'
import { isSmall, shrinkCase } from '../../test/soak/sim/shrink-cases.ts'
import { endOf } from '../scenario/event.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { readScenario } from '../sweep/read-scenario.ts'
import { rosterOf, sampleRoster, withRoster } from './roster.ts'
import { shrink } from './shrink.ts'
import { rounder, shorter } from './timing.ts'

const TEXT = `name: ten
shows: ten organisations, an even split, crashes that do not matter
seed: 1
duration: 8d
coalition:
  stakeholders: 10
  checkpoints: false
  charter: { tracks: { standard: { contingency: null } } }
network: { regions: { eu: 5, us: 5 } }
people: { turnout: 1, delay: 6h, yes: 1 }
workload: [{ at: 1d, propose: { by: s3 } }, { at: 1d, propose: { by: s8, slot: other@main } }]
faults:
  - { at: 12h, partition: [[eu], [us]], until: 6d }
  - { at: 2d, crash: 4, until: 3d }
`
const TEN = readScenario(TEXT, 'ten')

/** `npm run soak:shrink` does the same with three bugs and forty stakeholders. */
test('a quorum of half needs two stakeholders and one proposal to be caught', {
  timeout: 120_000,
}, () => {
  const shares: number[] = []
  const figures = shrinkCase(
    { mutant: 'quorum-of-half', scenario: TEXT },
    { onRun: (_, share) => shares.push(share) },
  )
  const { scenario, oracle } = figures.shrunk
  expect(figures.failsAgain, 'as it was written out').toBe(true)
  expect(isSmall(figures)).toBe(true)
  expect(rosterOf(scenario).length).toBeLessThanOrEqual(3)
  expect(scenario.events.length).toBeLessThanOrEqual(3)
  expect(scenario.durationMs).toBeLessThan(TEN.durationMs)
  expect(figures.story).toMatch(/proposes p\d for/)
  expect(figures.story).toContain(`✗ ${oracle} fails`)
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  expect(shares.every((share) => share >= 0 && share < 1)).toBe(true)
})

test('a run that does not fail is not shrunk', { timeout: 60_000 }, () => {
  expect(shrink(TEN, 1)).toMatchObject({ ok: false, code: 'nothing-failed' })
})

describe('candidates', () => {
  const events: Scenario['events'] = [
    { at: 3_600_000, until: 90_000_000, do: 'loss', share: 0.1 },
    { at: 86_400_000, do: 'leave', node: 's1' },
  ]
  const scenario = { ...TEN, events, workload: [], faults: [] }

  /** Takes whatever is offered until nothing is: there is an end, and time stays in order. */
  const exhausted = (candidates: (one: Scenario) => Iterable<Scenario>): number => {
    let current: Scenario = scenario
    for (let steps = 0; steps < 500; steps++) {
      const [next] = candidates(current)
      if (!next) return steps
      for (const event of next.events) {
        expect(event.at).toBeGreaterThanOrEqual(0)
        expect(endOf(event)).toBeGreaterThanOrEqual(event.at)
      }
      current = next
    }
    return Number.POSITIVE_INFINITY
  }

  test('shorter and shorter times come to an end and never before the beginning', () => {
    expect(exhausted(shorter)).toBeLessThan(500)
  })

  test('so do rounder and rounder ones', () => {
    expect(exhausted(rounder)).toBeLessThan(500)
  })

  test('a smaller coalition keeps both sides of the longest partition', () => {
    const compiled = { ...TEN, events: [partition] }
    const names = sampleRoster(compiled, 4)
    expect(names).toHaveLength(4)
    expect(withRoster(compiled, names).events).toMatchObject([
      { sides: [names.slice(0, 2), names.slice(2)] },
    ])
    expect(withRoster(compiled, names.slice(0, 2)).events).toEqual([])
  })
})

const partition = {
  at: 1,
  until: 2,
  do: 'partition',
  sides: [
    ['s1', 's2', 's3', 's4', 's5'],
    ['s6', 's7', 's8', 's9', 's10'],
  ],
  shape: 'symmetric',
  share: 1,
} as const
