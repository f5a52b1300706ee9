/** What a stakeholder says, told as histories of its votes. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { charterWith } from '../../test/support/charters.ts'
import { fakeCid, histories, stakeholder, vote } from '../../test/support/votes.ts'
import { electorateFrom } from './electorate.ts'
import { positionOf, positions, type VoteRecord } from './position.ts'

const IDS = ['acme', 'globex', 'initech', 'umbrella']
const electorate = electorateFrom(charterWith(IDS.map((id) => [id])).stakeholders)
const stance = (...votes: readonly VoteRecord[]): string => positionOf(votes).stance

test('who has not voted is silent, which is not abstaining', () => {
  const held = positions([vote('a', 'acme', 'abstain')], electorate)
  expect([...held.values()].map((position) => position.stance)).toEqual([
    'abstain',
    'silent',
    'silent',
    'silent',
  ])
})

test('a vote that supersedes the one before it is the position', () => {
  const votes = [
    vote('1', 'acme', 'yes'),
    vote('2', 'acme', 'no', { after: ['1'] }),
    vote('3', 'acme', 'yes', { after: ['2'] }),
  ]
  expect(stance(...votes)).toBe('yes')
  expect(positionOf(votes).votes.map(({ cid }) => cid)).toEqual([fakeCid('3')])
})

test('two keys of one organisation that differ make it conflicted', () => {
  expect(stance(vote('1', 'acme', 'yes'), vote('2', 'acme', 'no'))).toBe('conflicted')
})

test('two keys of one organisation that agree are one voice', () => {
  expect(stance(vote('1', 'acme', 'yes'), vote('2', 'acme', 'yes'))).toBe('yes')
})

test('a vote that supersedes both sides of a conflict ends it', () => {
  const fork = [vote('1', 'acme', 'yes'), vote('2', 'acme', 'no')]
  expect(stance(...fork, vote('3', 'acme', 'abstain', { after: ['1', '2'] }))).toBe('abstain')
  expect(stance(...fork, vote('3', 'acme', 'abstain', { after: ['1'] }))).toBe('conflicted')
})

test('nobody supersedes the vote of another', () => {
  const held = positions(
    [vote('1', 'acme', 'yes'), vote('2', 'globex', 'no', { after: ['1'] })],
    electorate,
  )
  expect(held.get(stakeholder('acme'))?.stance).toBe('yes')
})

test('who is no elector has no position', () => {
  const held = positions([vote('1', 'stranger', 'yes')], electorate)
  expect([...held.keys()]).toEqual(IDS)
})

test('a reason is one that says something', () => {
  const reasoned = (rationale?: string): boolean =>
    positionOf([vote('1', 'acme', 'veto', { because: rationale })]).reasoned
  expect(reasoned()).toBe(false)
  expect(reasoned(' \n')).toBe(false)
  expect(reasoned('it breaks the wire format')).toBe(true)
})

test('positions do not depend on the order in which votes arrive, nor on hearing them twice', () => {
  const shuffled = histories(IDS).chain((votes) =>
    fc.tuple(
      fc.constant(votes),
      fc.shuffledSubarray([...votes, ...votes], { minLength: 2 * votes.length }),
    ),
  )
  fc.assert(
    fc.property(shuffled, ([votes, again]) => {
      expect(positions(again, electorate)).toEqual(positions(votes, electorate))
    }),
  )
})

test('the position is what the votes that nothing supersedes agree on', () => {
  fc.assert(
    fc.property(histories(['acme']), (votes) => {
      const left = votes.filter(
        ({ cid }) => !votes.some(({ supersedes }) => supersedes.includes(cid)),
      )
      const choices = new Set(left.map(({ choice }) => choice))
      const [only = 'silent'] = choices
      expect(stance(...votes)).toBe(choices.size > 1 ? 'conflicted' : only)
    }),
  )
})
