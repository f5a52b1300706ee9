/** A diff of charters in as few lines as say all of it. */
import { expect, test } from 'vitest'
import { charterDiff } from '../../../src/charter/analyser/diff.ts'
import { parseCharter } from '../../../src/charter/parse.ts'
import { charterText, type MemberSpec } from '../../../test/support/charters.ts'
import { diffLines } from './charter.ts'
import { memberLines, shiftLines } from './charter-diff.ts'

function read(members: readonly MemberSpec[], more = '') {
  const parsed = parseCharter(charterText(members, more))
  return parsed.ok ? parsed.charter : expect.unreachable(JSON.stringify(parsed.problems))
}

const OWNED = 'components: [{ id: core, owners: [acme], decidedBy: owners }]\n'
const FOUR: readonly MemberSpec[] = [['acme'], ['globex'], ['initech'], ['umbrella']]
const before = read(FOUR)
const three = read(FOUR.slice(0, 3), 'limits: { maxWeightShare: 2/5 }\n')

test('who gains the same shares a line, and so do the tracks on which they do', () => {
  const lines = diffLines(charterDiff(before, three), three)
  const all = 'acme, globex and initech'
  expect(lines).toContain(`  ${all} each gain weight: 1/3 of all, before 1/4.`)
  expect(lines).toContain(
    `  + ${all} can now each alone keep anything from settling on standard, emergency and constitutional.`,
  )
  expect(lines).toContain(
    '  members to keep anything from settling: 2 → 1 (easier) on standard, emergency and constitutional',
  )
  const back = diffLines(charterDiff(three, before), before)
  expect(back).toContain(
    `  - ${all} can no longer each alone keep anything from settling on standard, emergency and constitutional.`,
  )
})

test('what one gains alone reads as the analyser says it', () => {
  const owned = read(FOUR, OWNED)
  const { shifts } = charterDiff(before, owned)
  const told = shiftLines(shifts)
  expect(told).toContain('+ acme can now decide on domain of core.')
  expect(told).toContain(
    '+ acme can now alone pass a ballot while the others are silent on domain of core.',
  )
  expect(shiftLines(shifts.slice(0, 1))).toEqual([`+ ${shifts[0]?.sentence}`])
})

test('nothing of what the analyser says is lost', () => {
  const { shifts, members } = charterDiff(before, three)
  const text = shiftLines(shifts).join('\n')
  for (const { who, track } of shifts) {
    expect(text).toContain(who)
    expect(text).toContain(`${track}`)
  }
  const heavier = read([['acme', 2], ...FOUR.slice(1)], 'limits: { maxWeightShare: 1/2 }\n')
  expect(memberLines(charterDiff(before, heavier).members)).toEqual([
    'acme gains weight: 2/5 of all, before 1/4.',
    'globex, initech and umbrella each lose weight: 1/5 of all, before 1/4.',
  ])
  expect(memberLines(members)[0]).toBe('umbrella leaves, with 1/4 of the weight.')
})

test('two members of one name stay two', () => {
  const { shifts } = charterDiff(before, three)
  const ofAcme = shifts.filter(({ who }) => who === 'acme')
  const namesake = ofAcme.map((shift) => ({ ...shift, who: 'acme-2' }))
  expect(shiftLines([...ofAcme, ...namesake])[0]).toMatch(/^\+ acme and acme can now each alone/)
})
