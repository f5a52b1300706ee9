/** The fewest members that meet a need, against every subset of up to eleven. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { membersOf } from '../../../test/support/analyser.ts'
import type { Stakeholder } from '../schema.ts'
import { fewestMembers } from './cover.ts'
import { coverProblem, greedyCover } from './cover-problem.ts'
import { demand, EVERYBODY, meets, type Need } from './need.ts'

/** The size of the smallest subset that meets the need; `undefined` when none does. */
function fewestByTrying(members: readonly Stakeholder[], need: Need): number | undefined {
  const sizes = Array.from({ length: 2 ** members.length }, (_, set) =>
    members.filter((_, i) => set & (1 << i)),
  )
    .filter((subset) => meets(need, subset))
    .map(({ length }) => length)
  return sizes.length === 0 ? undefined : Math.min(...sizes)
}

const having = (bit: number) => (member: Stakeholder) => member.functions.includes(`f-${bit}`)

/** Members with up to four functions, and a need with a demand of some of these. */
const problems = fc
  .record({
    specs: fc.array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), mask: fc.nat(15) }), {
      minLength: 1,
      maxLength: 11,
    }),
    shares: fc.array(fc.integer({ min: 0, max: 110 }), { minLength: 5, maxLength: 5 }),
    heads: fc.nat(5),
  })
  .map(({ specs, shares, heads }) => {
    const members = membersOf(
      specs.map(({ weight, mask }) => ({
        weight,
        functions: [0, 1, 2, 3].filter((bit) => mask & (1 << bit)).map((bit) => `f-${bit}`),
      })),
    )
    const demands = shares.flatMap((share, bit) => {
      const among = bit === 4 ? EVERYBODY : having(bit)
      const whole = members.filter(among).reduce((sum, { weight }) => sum + weight, 0)
      return share === 0
        ? []
        : [{ rule: `r-${bit}`, among, least: Math.ceil((whole * share) / 100) }]
    })
    const sound = demands.filter(({ least }) => least > 0)
    return { members, need: { demands: sound, heads } }
  })

test('is the smallest of all subsets, and is met by those whom it names', () => {
  fc.assert(
    fc.property(problems, ({ members, need }) => {
      const answer = fewestMembers(members, need)
      const expected = fewestByTrying(members, need)
      if (expected === undefined) {
        expect(answer.kind).toBe('never')
        return
      }
      if (answer.kind !== 'exact') return expect.unreachable(answer.kind)
      expect(answer.count).toBe(expected)
      expect(answer.who).toHaveLength(expected)
      const named = members.filter(({ id }) => answer.who.includes(id))
      expect(meets(need, named)).toBe(true)
      expect(answer.weight).toBe(named.reduce((sum, { weight }) => sum + weight, 0))
    }),
    { numRuns: 3000 },
  )
})

describe('stories', () => {
  const members = membersOf([
    { weight: 5, functions: ['user'] },
    { weight: 4, functions: ['user'] },
    { weight: 3, functions: ['auditor'] },
    { weight: 1, functions: ['auditor', 'user'] },
  ])
  const auditors = (least: number): Need['demands'][number] => ({
    rule: 'chamber:auditor',
    among: ({ functions }) => functions.includes('auditor'),
    least,
  })

  test('weight alone is taken from the heaviest', () => {
    expect(fewestMembers(members, demand('quorum', 9))).toMatchObject({
      kind: 'exact',
      count: 2,
      who: ['m-0', 'm-1'],
      weight: 9,
      by: 'quorum',
    })
    expect(fewestMembers(members, demand('quorum', 10))).toMatchObject({ count: 3 })
    expect(fewestMembers(members, demand('quorum', 14))).toEqual({ kind: 'never' })
  })

  test('a member of the chamber takes the place of a heavier one', () => {
    const need = { demands: [...demand('quorum', 8).demands, auditors(1)], heads: 0 }
    expect(fewestMembers(members, need)).toMatchObject({ count: 2, who: ['m-0', 'm-2'] })
  })

  test('heads are filled up with whoever is there', () => {
    const need = { ...demand('floor', 5), heads: 3 }
    expect(fewestMembers(members, need)).toMatchObject({ kind: 'exact', count: 3 })
    expect(fewestMembers(members, { ...need, heads: 5 })).toEqual({ kind: 'never' })
  })

  test('of two demands of the same members the stricter counts', () => {
    const both = { demands: [auditors(1), auditors(4)], heads: 0 }
    expect(coverProblem(members, both).least).toEqual([4])
    expect(fewestMembers(members, both)).toMatchObject({ count: 2 })
  })

  test('what was taken first and is not needed any more is left out', () => {
    const problem = coverProblem(members, { demands: [auditors(4)], heads: 0 })
    expect(greedyCover(problem)).toEqual([0, 0, 1, 1])
  })
})
