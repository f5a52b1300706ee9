/** At the limits up to which every answer is exact, and past them: bounds that say what they are. */
import { expect, test } from 'vitest'
import {
  type Analysis,
  analyse,
  EXACT_FUNCTIONS,
  EXACT_MEMBERS,
  EXACT_WEIGHT,
} from '../../src/charter/analyser/analysis.ts'
import { findings } from '../../src/charter/analyser/findings.ts'
import { EXACT_GROUPS } from '../../src/charter/analyser/group-cover.ts'
import type { Charter } from '../../src/charter/schema.ts'
import { largeCharter } from '../support/large-charter.ts'

const AT_LIMITS = {
  members: EXACT_MEMBERS,
  weight: EXACT_WEIGHT,
  functions: EXACT_FUNCTIONS,
  groups: EXACT_GROUPS,
}

const kinds = (charter: Charter, dimension: 'member' | 'jurisdiction' | 'provider'): string[] => {
  const { tracks }: Analysis = analyse(charter)
  const answers = tracks.flatMap(({ powers }) => Object.values(powers))
  return answers.flatMap((answer) => (answer === null ? [] : [answer[dimension].fewest.kind]))
}

test('everything is exact at all limits at once', () => {
  for (const seed of [1, 2, 3]) {
    const charter = largeCharter({ ...AT_LIMITS, seed, chambers: 3 })
    expect(charter.stakeholders).toHaveLength(EXACT_MEMBERS)
    expect(charter.stakeholders.reduce((sum, { weight }) => sum + weight, 0)).toBe(EXACT_WEIGHT)
    const analysis = analyse(charter)
    expect(analysis.exact).toBe(true)
    expect(analysis.tracks.every(({ apart }) => apart?.kind !== 'unknown')).toBe(true)
    expect(findings(charter, analysis).map(({ code }) => code)).not.toContain('only-bounds')
  }
})

test('also where every function is a chamber, with weights that do not add up well', () => {
  // Of hundreds these took longest to decide.
  for (const seed of [40, 48]) {
    const charter = largeCharter({ ...AT_LIMITS, seed, chambers: EXACT_FUNCTIONS })
    expect(analyse(charter).exact).toBe(true)
  }
})

test('with one group more than EXACT_GROUPS answers by that group may be bounds, others not', () => {
  const charter = largeCharter({ ...AT_LIMITS, groups: EXACT_GROUPS + 1, seed: 4, chambers: 1 })
  expect(kinds(charter, 'member')).not.toContain('bounds')
  expect(kinds(charter, 'jurisdiction')).toContain('bounds')
  expect(analyse(charter).exact).toBe(false)
  expect(findings(charter).map(({ code }) => code)).toContain('only-bounds')
})

test('bounds hold: what is enough is enough, and the same charter within limits lies between', () => {
  const charter = largeCharter({ ...AT_LIMITS, groups: EXACT_GROUPS + 1, seed: 5, chambers: 0 })
  for (const { powers } of analyse(charter).tracks)
    for (const answer of Object.values(powers)) {
      const fewest = answer?.jurisdiction.fewest
      if (fewest?.kind !== 'bounds') continue
      expect(fewest.atLeast).toBeLessThan(fewest.atMost)
      expect(fewest.who).toHaveLength(fewest.atMost)
    }
})
