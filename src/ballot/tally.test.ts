/** Sums of positions: everybody is counted once, the silent as silent. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { charterWith, fraction } from '../../test/support/charters.ts'
import { histories, vote } from '../../test/support/votes.ts'
import { trackOf } from '../charter/lookup.ts'
import { invariant } from '../op/refusal.ts'
import { electorateFrom } from './electorate.ts'
import { positions, type VoteRecord } from './position.ts'
import { type Tally, tally } from './tally.ts'

const charter = charterWith(
  [
    ['acme', 3, ['maintainer']],
    ['globex', 2, ['operator']],
    ['initech', 2, ['operator', 'maintainer']],
    ['umbrella', 3],
    ['soylent', 1],
  ],
  'components: [{ id: core, owners: [acme, globex] }, { id: wire, owners: [globex] }]',
)
const electorate = electorateFrom(charter.stakeholders)
const standard = trackOf(charter, 'standard')
invariant(standard, 'small-team has track standard')
const track = { ...standard, chambers: [{ function: 'operator', approval: fraction('1/2') }] }
const count = (votes: readonly VoteRecord[], components: readonly string[] = []): Tally =>
  tally({ positions: positions(votes, electorate), electorate, charter, components, track })

const VOTES = [
  vote('1', 'acme', 'yes'),
  vote('2', 'globex', 'veto', { because: 'breaks our users' }),
  vote('3', 'initech', 'abstain'),
  vote('4', 'umbrella', 'yes'),
  vote('5', 'umbrella', 'no'),
]

test('every elector is counted in one state; the conflicted take part, the silent do not', () => {
  expect(count(VOTES)).toMatchObject({
    total: 11,
    participation: 10,
    yes: 3,
    no: 0,
    abstain: 2,
    veto: 2,
    conflicted: 3,
    silent: 1,
  })
})

test('a chamber counts those who have its function', () => {
  expect(count(VOTES).chambers).toEqual([
    {
      function: 'operator',
      total: 4,
      participation: 4,
      yes: 0,
      no: 0,
      abstain: 2,
      veto: 2,
      conflicted: 0,
      silent: 0,
    },
  ])
})

test("a veto is an owner's for each touched component of that owner, and for no other", () => {
  const of = (components: readonly string[]) =>
    count(VOTES, components).ownerVetoes.map(({ component, stakeholder }) => [
      component,
      stakeholder,
    ])
  expect(of([])).toEqual([])
  expect(of(['core', 'wire', 'core'])).toEqual([
    ['core', 'globex'],
    ['wire', 'globex'],
  ])
})

test('a veto without a rationale is shown as that', () => {
  const bare = [vote('1', 'globex', 'veto'), vote('2', 'acme', 'veto', { because: 'no' })]
  expect(count(bare, ['core']).ownerVetoes).toEqual([
    { component: 'core', stakeholder: 'acme', weight: 3, reasoned: true },
    { component: 'core', stakeholder: 'globex', weight: 2, reasoned: false },
  ])
})

test('whatever is voted in whatever order, weights add up to the electorate', () => {
  const ids = charter.stakeholders.map(({ id }) => id)
  fc.assert(
    fc.property(histories(ids), (votes) => {
      const counted = count(votes, ['core'])
      for (const sums of [counted, ...counted.chambers]) {
        const { yes, no, abstain, veto, conflicted, silent, participation, total } = sums
        expect(yes + no + abstain + veto + conflicted).toBe(participation)
        expect(participation + silent).toBe(total)
      }
      expect(counted.total).toBe(electorate.total)
      expect(count(votes.toReversed(), ['core'])).toEqual(counted)
    }),
  )
})
