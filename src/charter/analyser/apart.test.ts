/** Two sides that both can: divided by weight, by heads, by what they do; and where it is left open. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { membersOf } from '../../../test/support/analyser.ts'
import type { Stakeholder } from '../schema.ts'
import { meetApart } from './apart.ts'
import { divide, MAX_DIVIDED_WEIGHT } from './divide.ts'
import { EVERYBODY, meets, type Need } from './need.ts'

const weighing = (...weights: number[]): Stakeholder[] =>
  membersOf(weights.map((weight) => ({ weight })))

const needOf = (least: number, heads = 1, functions: readonly string[] = []): Need => ({
  demands: [
    { rule: 'floor', among: EVERYBODY, least },
    ...functions.map((name) => ({
      rule: `function:${name}`,
      among: (member: Stakeholder) => member.functions.includes(name),
      least: 1,
    })),
  ],
  heads,
})

/** Whether some division in two has both sides meet the need. */
function byTrying(members: readonly Stakeholder[], need: Need): boolean {
  for (let set = 0; set < 2 ** members.length; set++) {
    const [a, b] = [0, 1].map((side) => members.filter((_, i) => ((set >> i) & 1) === side))
    if (a && b && meets(need, a) && meets(need, b)) return true
  }
  return false
}

const cases = fc.record({
  members: fc
    .array(
      fc.record({
        weight: fc.integer({ min: 1, max: 12 }),
        functions: fc.subarray(['a', 'b', 'c', 'd']),
      }),
      { minLength: 1, maxLength: 9 },
    )
    .map(membersOf),
  share: fc.integer({ min: 20, max: 50 }),
  heads: fc.nat(4),
  functions: fc.subarray(['a', 'b', 'c', 'd']),
})

test('is as trying every division shows, and names two such sides', () => {
  fc.assert(
    fc.property(cases, ({ members, share, heads, functions }) => {
      const total = members.reduce((sum, { weight }) => sum + weight, 0)
      const need = needOf(Math.max(1, Math.floor((total * share) / 100)), heads, functions)
      const answer = meetApart(members, need)
      expect(answer.kind).toBe(byTrying(members, need) ? 'yes' : 'no')
      if (answer.kind !== 'yes') return
      const sides = answer.sides.map((ids) => members.filter(({ id }) => ids.includes(id)))
      expect(sides.every((side) => meets(need, side))).toBe(true)
      expect(answer.sides.flat().toSorted()).toEqual(members.map(({ id }) => id).toSorted())
    }),
    { numRuns: 3000 },
  )
})

describe('stories', () => {
  test('two halves of exactly the same weight, which dealing heaviest first misses', () => {
    const members = weighing(3, 3, 2, 2, 2)
    expect(meetApart(members, needOf(6))).toMatchObject({ kind: 'yes' })
    expect(meetApart(weighing(3, 3, 2, 2, 4), needOf(7))).toMatchObject({ kind: 'yes' })
    expect(meetApart(weighing(6, 2, 2), needOf(5))).toEqual({ kind: 'no' })
  })

  test('a function of one member keeps two sides from acting', () => {
    const members = membersOf([{ functions: ['auditor'] }, {}, {}, {}])
    expect(meetApart(members, needOf(1))).toMatchObject({ kind: 'yes' })
    expect(meetApart(members, needOf(1, 1, ['auditor']))).toEqual({ kind: 'no' })
  })

  test('many heads are counted on both sides', () => {
    const members = weighing(...Array.from({ length: 60 }, () => 1), 60)
    expect(meetApart(members, needOf(40, 20))).toMatchObject({ kind: 'yes' })
    expect(meetApart(members, needOf(40, 22))).toEqual({ kind: 'no' })
  })
})

test('beyond MAX_DIVIDED_WEIGHT it is left open unless dealing shows it', () => {
  const at = weighing(MAX_DIVIDED_WEIGHT / 2 - 2, MAX_DIVIDED_WEIGHT / 2 - 2, 2, 2)
  const half = needOf(MAX_DIVIDED_WEIGHT / 2, 2)
  expect(meetApart(at, half)).toMatchObject({ kind: 'yes' })
  const odd = (total: number) => weighing(total - 8, 4, 4)
  expect(meetApart(odd(MAX_DIVIDED_WEIGHT), needOf(9))).toEqual({ kind: 'no' })
  expect(meetApart(odd(MAX_DIVIDED_WEIGHT + 1), needOf(9))).toEqual({ kind: 'unknown' })
})

test('who is settled on a side stays there', () => {
  const members = weighing(5, 4, 3, 2)
  const [five, four] = members
  if (!five || !four) return expect.unreachable()
  const together = new Map([
    [five, 0],
    [four, 0],
  ] as const)
  expect(divide(members, together, { least: 6, heads: 1 })).toBeUndefined()
  const sides = divide(members, together, { least: 5, heads: 1 })
  expect(sides?.[0]).toEqual(expect.arrayContaining([five, four]))
})
