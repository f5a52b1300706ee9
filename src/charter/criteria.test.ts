import { expect, test } from 'vitest'
import { charterText, charterWith, type MemberSpec } from '../../test/support/charters.ts'
import { parseCharter } from './parse.ts'
import { charterSchema, MAX_CRITERIA, MAX_CRITERION } from './schema.ts'
import { serialiseCharter } from './serialise.ts'

const FOUR: readonly MemberSpec[] = [['a'], ['b'], ['c'], ['d']]
const withCriteria = (criteria: readonly string[]): string =>
  `tracks: { standard: { criteria: ${JSON.stringify(criteria)} } }`

test('criteria of a track are read, kept and written; none leave no trace', () => {
  const charter = charterWith(FOUR, withCriteria(['It can be undone', 'Users need not act']))
  expect(charter.tracks.standard?.criteria).toEqual(['It can be undone', 'Users need not act'])
  expect(parseCharter(serialiseCharter(charter))).toMatchObject({ ok: true, charter })
  expect(charterWith(FOUR, withCriteria([])).tracks.standard).not.toHaveProperty('criteria')
})

test('criteria have limits, checked where a text is read and where an operation is', () => {
  const parses = (criteria: readonly string[]): boolean =>
    parseCharter(charterText(FOUR, withCriteria(criteria))).ok
  const many = Array.from({ length: MAX_CRITERIA }, (_, i) => `criterion ${i}`)
  expect(parses(many)).toBe(true)
  expect(parses([...many, 'one more'])).toBe(false)
  expect(parses(['x'.repeat(MAX_CRITERION)])).toBe(true)
  expect(parses(['x'.repeat(MAX_CRITERION + 1)])).toBe(false)
  const charter = charterWith(FOUR, withCriteria(many))
  const standard = { ...charter.tracks.standard, criteria: [] }
  const empty = { ...charter, tracks: { ...charter.tracks, standard } }
  expect(charterSchema.safeParse(empty).success).toBe(false)
})
