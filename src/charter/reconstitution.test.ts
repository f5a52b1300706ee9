/** What a charter may say of members that are never heard again, and what the analyser says of that. */
import { expect, test } from 'vitest'
import { charterText, charterWith, type MemberSpec } from '../../test/support/charters.ts'
import { findings } from './analyser/findings.ts'
import { checkCharter } from './check.ts'
import { MAX_DURATION_MS } from './duration.ts'
import { parseCharter } from './parse.ts'
import { PRESET_NAMES, presetText } from './presets.ts'
import { MIN_SILENCE_MS, reconstitutionFault } from './reconstitution.ts'
import type { Charter } from './schema.ts'

const NINE: readonly MemberSpec[] = Array.from({ length: 9 }, (_, i) => [`m-${i}`])
const on = charterWith(NINE, 'reconstitution: { after: 90d }')
const without = (charter: Charter, ids: readonly string[]): Charter => ({
  ...charter,
  version: 2,
  stakeholders: charter.stakeholders.filter(({ id }) => !ids.includes(id)),
})
const faultOf = (weights: readonly number[], gone: readonly string[]): string | undefined => {
  const members = weights.map((weight, i): MemberSpec => [`m-${i}`, weight])
  const charter = charterWith(members, 'reconstitution: { after: 60d }')
  return reconstitutionFault(charter, without(charter, gone), gone)?.code
}

test('it is off in every preset, and in a charter that says nothing of it', () => {
  for (const preset of PRESET_NAMES) expect(presetText(preset)).toContain('\nreconstitution: ~\n')
  expect(charterWith(NINE)).not.toHaveProperty('reconstitution')
  expect(charterWith(NINE, 'reconstitution: ~')).not.toHaveProperty('reconstitution')
})

test('a silence is of 60 days or more, and no longer than durations are', () => {
  const after = (ms: number) => checkCharter({ ...on, reconstitution: { after: ms } }).length
  expect(
    [MIN_SILENCE_MS - 1, MIN_SILENCE_MS, MAX_DURATION_MS, MAX_DURATION_MS + 1].map(after),
  ).toEqual([1, 0, 0, 1])
  const parsed = parseCharter(charterText(NINE, 'reconstitution: { after: 59d }'))
  expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toEqual([
    'found 59d, expected at least 60d, at most 36525d',
  ])
})

test('the weight of those who are gone is above a third and below a half, to the unit', () => {
  expect(faultOf([1, 1, 1, 1, 1, 1, 1, 1, 1], ['m-0', 'm-1', 'm-2'])).toBe('reconstitution-weight')
  expect(faultOf([2, 1, 1, 1, 1, 1, 1, 1, 1], ['m-0', 'm-1', 'm-2'])).toBeUndefined()
  expect(faultOf([4, 1, 1, 1, 1, 1, 1, 1, 1], ['m-0', 'm-1', 'm-2'])).toBe('reconstitution-weight')
  expect(faultOf([3, 1, 1, 1, 1, 1, 1, 1, 1], ['m-0', 'm-1', 'm-2'])).toBeUndefined()
})

test('the analyser says what it gives up, and nothing where it is off', () => {
  const found = findings(on).find(({ code }) => code === 'rest-goes-on')
  expect(found).toMatchObject({ severity: 'warning', track: null })
  expect(found?.sentence).toMatch(/nothing for 90d.*gives up the safety of agreement/)
  expect(findings(charterWith(NINE)).map(({ code }) => code)).not.toContain('rest-goes-on')
})
