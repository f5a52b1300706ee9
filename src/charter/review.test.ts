import { expect, test } from 'vitest'
import { charterText, charterWith, type MemberSpec, rootHex } from '../../test/support/charters.ts'
import { charterDiff } from './analyser/diff.ts'
import { parseCharter } from './parse.ts'
import { charterSchema, MAX_TIME_ZONE } from './schema.ts'
import { serialiseCharter } from './serialise.ts'

const FOUR: readonly MemberSpec[] = [['a'], ['b'], ['c'], ['d']]
const YEAR = 365 * 86_400_000

test('a review is due as often as the charter says, and never where it says nothing', () => {
  const yearly = charterWith(FOUR, 'review: { every: 365d }')
  expect(yearly.review).toEqual({ every: YEAR })
  expect(parseCharter(serialiseCharter(yearly))).toMatchObject({ ok: true, charter: yearly })
  expect(charterWith(FOUR)).not.toHaveProperty('review')
  expect(charterWith(FOUR, 'review: ~')).not.toHaveProperty('review')
  expect(parseCharter(charterText(FOUR, 'review: { every: sometimes }')).ok).toBe(false)
})

test('a preset for many asks to look once a year, that for a small team does not', () => {
  const members = Array.from({ length: 9 }, (_, i): MemberSpec => [`m-${i}`, 1, ['maintainer']])
  const text = charterText(members, '', 'open-source-foundation')
  expect(parseCharter(text)).toMatchObject({ ok: true, charter: { review: { every: YEAR } } })
  expect(charterWith(members)).not.toHaveProperty('review')
})

const zoned = (zone: string) =>
  parseCharter(
    `extends: small-team\nname: Example\nstakeholders:\n${FOUR.map(
      ([id], i) => `  - { id: ${id}, root: "${rootHex(i)}", timeZone: ${JSON.stringify(zone)} }`,
    ).join('\n')}\n`,
  )

test('a member works by a time zone, which goes through text and back', () => {
  const read = zoned('Asia/Tokyo')
  if (!read.ok) return expect.unreachable()
  expect(read.charter.stakeholders[0]).toMatchObject({ id: 'a', timeZone: 'Asia/Tokyo' })
  expect(parseCharter(serialiseCharter(read.charter))).toMatchObject(read)
  expect(charterWith(FOUR).stakeholders[0]).not.toHaveProperty('timeZone')
})

test('the name of a zone has a shape and a length, where a text is read and where an operation is', () => {
  const longest = `A/${'x'.repeat(MAX_TIME_ZONE - 2)}`
  for (const good of ['UTC', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires', longest])
    expect(zoned(good).ok).toBe(true)
  for (const bad of ['', '+02:00', 'Europe/', 'a/b/c/d', 'a b', `${longest}x`]) {
    expect(zoned(bad).ok).toBe(false)
    const charter = charterWith(FOUR)
    const stakeholders = charter.stakeholders.map((one) => ({ ...one, timeZone: bad }))
    expect(charterSchema.safeParse({ ...charter, stakeholders }).success).toBe(false)
  }
})

test('the difference of two charters names both', () => {
  const before = charterWith(FOUR)
  const stakeholders = before.stakeholders.map((one) =>
    one.id === 'a' ? { ...one, timeZone: 'Asia/Tokyo' } : one,
  )
  const found = charterDiff(before, { ...before, stakeholders, review: { every: YEAR } })
  expect(found.members).toMatchObject([{ who: 'a', change: 'time-zone' }])
  expect(found.rules).toEqual([{ path: 'review.every', before: null, after: '365d' }])
})
