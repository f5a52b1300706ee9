/** The analyser against trying everything, on random small charters; and broken analysers against it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { demand, type Need } from '../../src/charter/analyser/need.ts'
import { POWER_RULES, type PowerRules, type Seat } from '../../src/charter/analyser/powers.ts'
import { groupsOf } from '../../src/charter/lookup.ts'
import { smallCharters } from '../support/analyser.ts'
import { disagreements } from './agreement.ts'
import { Reference } from './reference.ts'

test('every answer is what trying all sets of members shows', () => {
  fc.assert(
    fc.property(smallCharters(5), (charter) => {
      expect(disagreements(charter)).toEqual([])
    }),
    { numRuns: 2000 },
  )
}, 300_000)

test('also with more members', () => {
  fc.assert(
    fc.property(smallCharters(9), (charter) => {
      expect(disagreements(charter)).toEqual([])
    }),
    { numRuns: 25 },
  )
}, 300_000)

test('silence, no and veto are the worst that others can say', () => {
  fc.assert(
    fc.property(smallCharters(4), (charter) => {
      const [group] = groupsOf(charter, 'standard')
      const track = charter.tracks.standard
      if (group === undefined || track === undefined) return expect.unreachable()
      const { members } = group
      const reference = new Reference({ charter, track, members, touchable: [] })
      for (let set = 0; set < 2 ** members.length; set++) {
        expect(reference.has('force', set)).toBe(reference.forcesByTrying(set))
        const rest = 2 ** members.length - 1 - set
        expect(reference.has('block', rest)).toBe(!reference.forcesByTrying(set))
      }
    }),
    { numRuns: 100 },
  )
}, 120_000)

/** Rules with one need changed. */
const broken = (power: keyof PowerRules, change: (need: Need, seat: Seat) => Need): PowerRules => ({
  ...POWER_RULES,
  [power]: (seat: Seat) => POWER_RULES[power](seat)?.map((need) => change(need, seat)) ?? null,
})

const without =
  (rule: string) =>
  (need: Need): Need => ({
    ...need,
    demands: need.demands.filter((one) => !one.rule.startsWith(rule)),
  })

const shifted =
  (by: number, rule = '') =>
  (need: Need): Need => ({
    ...need,
    demands: need.demands.map((one) =>
      one.rule.startsWith(rule) ? { ...one, least: Math.max(1, one.least + by) } : one,
    ),
  })

describe('a broken rule is noticed', () => {
  const cases: [string, PowerRules][] = [
    ['passing forgets the quorum', broken('pass', without('quorum'))],
    ['passing forgets chambers', broken('pass', without('chamber'))],
    ['a quorum is met one unit below', broken('pass', shifted(-1, 'quorum'))],
    ['approval is met one unit above', broken('force', shifted(1, 'approval'))],
    ['chambers are forced one unit below', broken('force', shifted(-1, 'chamber'))],
    ['a veto of the coalition does not stop force', broken('force', without('coalition-veto'))],
    ['an override is more than, not at least', broken('override', shifted(1, 'owner-veto'))],
    ['blocking takes one unit less', broken('block', shifted(-1))],
    ['blocking takes one unit more', broken('block', shifted(1))],
    ['absence is judged as opposition', { ...POWER_RULES, silence: POWER_RULES.block }],
    ['an emptied chamber does not matter', broken('silence', shifted(1, 'chamber'))],
    ['a veto takes more than its fraction', broken('veto', shifted(1))],
    ['a floor is met one unit below', broken('provisional', shifted(-1, 'floor'))],
    ['a contingency forgets its functions', broken('provisional', without('function'))],
    ['a contingency forgets its heads', broken('provisional', (need) => ({ ...need, heads: 0 }))],
    ['agreement tolerates one unit more', broken('stall', shifted(1))],
    [
      'agreement tolerates a third',
      broken('stall', (_, { group }) =>
        demand(
          'settlement',
          Math.ceil(group.members.reduce((sum, { weight }) => sum + weight, 0) / 3) + 1,
        ),
      ),
    ],
  ]

  test.each(cases)('%s', (_, rules) => {
    const found = fc.check(
      fc.property(smallCharters(5), (charter) => disagreements(charter, rules).length === 0),
      { numRuns: 400, endOnFailure: true },
    )
    expect(found.failed).toBe(true)
  })
})
