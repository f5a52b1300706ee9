/** Who decides what: electorates, slots, and the numbers of the agreement. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { charterWith, type MemberSpec, rootHex } from '../../test/support/charters.ts'
import type { StakeholderId } from '../op/ids.ts'
import { electorateFrom, electorateOf, weightOf } from './electorate.ts'

const MEMBERS: readonly MemberSpec[] = [
  ['acme', 3, ['maintainer']],
  ['globex', 2],
  ['initech', 2],
  ['umbrella', 3],
]
const charter = charterWith(
  MEMBERS,
  `components:
  - { id: core, owners: [acme] }
  - { id: wire, owners: [umbrella, globex], decidedBy: owners }`,
)

/** The ids of an electorate, or the code of the refusal. */
function who(track: string, components: readonly string[], slot: string): string[] | string {
  const result = electorateOf(charter, { track, components, slot })
  return result.ok ? result.value.members.map(({ id }) => id) : result.code
}

const EVERYBODY = ['acme', 'globex', 'initech', 'umbrella']

describe('who decides', () => {
  test('the whole coalition decides the slots of components that it keeps, and free slots', () => {
    expect(who('standard', ['core'], 'core@main')).toEqual(EVERYBODY)
    expect(who('emergency', ['core', 'wire'], 'core@main')).toEqual(EVERYBODY)
    expect(who('standard', [], 'policy@embargo')).toEqual(EVERYBODY)
    expect(who('constitutional', [], 'charter')).toEqual(EVERYBODY)
  })

  test("owners decide their component's slots on track domain, in the charter's order", () => {
    expect(who('domain', ['wire'], 'wire@1.x')).toEqual(['globex', 'umbrella'])
  })

  test('a slot on the wrong kind of track is refused', () => {
    expect(who('standard', ['wire'], 'wire@main')).toBe('slot')
    expect(who('domain', ['core'], 'core@main')).toBe('slot')
    expect(who('domain', [], 'policy@embargo')).toBe('slot')
    expect(who('domain', [], 'charter')).toBe('slot')
  })

  test('no easier track is a way round the rules for changing the rules', () => {
    expect(who('standard', [], 'charter')).toBe('slot')
    expect(who('emergency', [], 'charter')).toBe('slot')
  })

  test("a proposal cannot take a component's slot and leave its owners without a veto", () => {
    expect(who('standard', [], 'core@main')).toBe('slot')
    expect(who('domain', [], 'wire@main')).toBe('slot')
  })

  test('owners decide nothing of components that are not theirs', () => {
    expect(who('domain', ['wire', 'core'], 'wire@main')).toBe('slot')
  })

  test('what the charter does not have is refused', () => {
    expect(who('standard', ['gone'], 'policy@x')).toBe('component')
    expect(who('standard', [], 'policy')).toBe('slot')
  })
})

describe('numbers', () => {
  test('an electorate has the weights and roots of its charter', () => {
    const electorate = electorateFrom(charter.stakeholders)
    expect(electorate).toMatchObject({ total: 10, faulty: 3, quorum: 7 })
    expect(electorate.members[0]).toEqual({
      id: 'acme',
      root: rootHex(0),
      weight: 3,
      functions: ['maintainer'],
    })
  })

  test('F is the largest integer below a third of W, and Q is the rest', () => {
    const [first] = charter.stakeholders
    if (!first) return expect.unreachable()
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1 }), (weights) => {
        const { total, faulty, quorum } = electorateFrom(
          weights.map((weight) => ({ ...first, weight })),
        )
        expect(3 * faulty).toBeLessThan(total)
        expect(3 * (faulty + 1)).toBeGreaterThanOrEqual(total)
        expect(quorum + faulty).toBe(total)
        // Two quorums share more weight than may be faulty.
        expect(2 * quorum - total).toBeGreaterThan(faulty)
      }),
    )
  })

  test('a set weighs what its electors weigh; strangers weigh nothing', () => {
    const electorate = electorateFrom(charter.stakeholders)
    const set = new Set(['acme', 'globex', 'stranger'] as StakeholderId[])
    expect(weightOf(electorate, set)).toBe(5)
    expect(weightOf(electorate, new Set())).toBe(0)
  })
})
