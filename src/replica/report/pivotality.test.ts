import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testCharter, testMembers, testTrack } from '../../../test/support/coalition.ts'
import { vote } from '../../../test/support/votes.ts'
import { electorateFrom } from '../../ballot/electorate.ts'
import { CHOICES, type Choice } from '../../ballot/ops.ts'
import { type Positions, positionOf } from '../../ballot/position.ts'
import { tally } from '../../ballot/tally.ts'
import { verdict } from '../../ballot/verdict.ts'
import type { Charter, Fraction, Track } from '../../charter/schema.ts'
import type { StakeholderId } from '../../op/ids.ts'
import { OPEN_STANCES, type Pivot, type PivotInput, pivots } from './pivotality.ts'

/** What somebody says: one vote, two that differ, or nothing. */
type Said = Choice | 'conflicted' | 'silent'

interface Case {
  readonly weights: readonly number[]
  readonly said: readonly Said[]
  /** Who is in the chamber, and who owns the component that is touched. */
  readonly auditors: readonly boolean[]
  readonly owners: readonly boolean[]
  readonly track: Track
  readonly gateHolds: boolean
}

const position = (id: string, said: Said) =>
  positionOf(
    said === 'silent'
      ? []
      : said === 'conflicted'
        ? [vote(`${id} 1`, id, 'yes'), vote(`${id} 2`, id, 'no')]
        : [vote(id, id, said, { because: 'so' })],
  )

function inputOf({ weights, said, auditors, owners, track, gateHolds }: Case) {
  const members = testMembers(weights)
  const named = (flags: readonly boolean[]) =>
    members.filter((_, i) => flags[i]).map(({ id }) => id as string)
  const plain = testCharter(members)
  const charter: Charter = {
    ...plain,
    stakeholders: plain.stakeholders.map((one) => ({
      ...one,
      functions: named(auditors).includes(one.id) ? ['auditor'] : [],
    })),
    components: [{ id: 'core', owners: named(owners), depends: [], decidedBy: 'coalition' }],
  }
  const electorate = electorateFrom(charter.stakeholders)
  const positions: Positions = new Map(
    members.map(({ id }, i) => [id, position(id, said[i] ?? 'silent')]),
  )
  const gates = [{ gate: 'reviews', met: gateHolds, sentence: '', wouldMeet: '' }]
  const judge = (of: Positions): PivotInput => ({
    ...{ electorate, track, charter, gates, withdrawn: false, components: ['core'] },
    tally: tally({ positions: of, electorate, charter, components: ['core'], track }),
  })
  return { positions, judge }
}

/** The definition, word for word: everything is counted anew for every position of everybody. */
function byTrying({ positions, judge }: ReturnType<typeof inputOf>): Map<StakeholderId, Pivot> {
  const passes = (of: Positions): boolean => verdict(judge(of)).result === 'passes'
  const turned = (id: StakeholderId, said: Said): boolean =>
    passes(new Map([...positions, [id, position(id, said)]])) !== passes(positions)
  return new Map(
    [...positions.keys()].map((id) => [
      id,
      {
        decisive: turned(id, 'silent'),
        pivotal: OPEN_STANCES.some((stance) => turned(id, stance)),
      },
    ]),
  )
}

const fraction: fc.Arbitrary<Fraction> = fc.constantFrom(
  { num: 1, den: 3 },
  { num: 1, den: 2 },
  { num: 2, den: 3 },
  { num: 1, den: 1 },
)
const track: fc.Arbitrary<Track> = fc
  .record({
    quorum: fraction,
    at: fraction,
    of: fc.constantFrom('cast' as const, 'total' as const),
    chamber: fc.option(fraction),
    owners: fc.boolean(),
    coalition: fc.option(fraction),
    override: fc.option(fraction),
  })
  .map(({ quorum, at, of, chamber, owners, coalition, override }) =>
    testTrack({
      quorum,
      approval: { at, of },
      chambers: chamber ? [{ function: 'auditor', approval: chamber }] : [],
      veto: { owners, coalition, override },
    }),
  )
const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: 6 }).chain((n) => {
  const each = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: n, maxLength: n })
  return fc.record({
    weights: each(fc.integer({ min: 1, max: 5 })),
    said: each(fc.constantFrom(...CHOICES, 'conflicted' as const, 'silent' as const)),
    auditors: each(fc.boolean()),
    owners: each(fc.boolean()),
    track,
    gateHolds: fc.constantFrom(true, true, true, false),
  })
})

describe('who decided', () => {
  it('is what trying every position of everybody shows', () => {
    let decisive = 0
    fc.assert(
      fc.property(cases, (one) => {
        const input = inputOf(one)
        const found = pivots(input.judge(input.positions))
        decisive += [...found.values()].filter((pivot) => pivot.decisive).length
        expect(found).toEqual(byTrying(input))
      }),
      { numRuns: 2000 },
    )
    // The cases are not all ones in which nobody decides anything.
    expect(decisive).toBeGreaterThan(50)
  })

  it('who was decisive was pivotal, and who was silent was not decisive', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { judge, positions } = inputOf(one)
        for (const [id, { decisive, pivotal }] of pivots(judge(positions))) {
          if (decisive) expect(pivotal).toBe(true)
          if (positions.get(id)?.stance === 'silent') expect(decisive).toBe(false)
        }
      }),
    )
  })

  const plain: Case = {
    weights: [1, 1, 1],
    said: ['yes', 'yes', 'no'],
    auditors: [],
    owners: [],
    track: testTrack({ approval: { at: { num: 2, den: 3 }, of: 'cast' } }),
    gateHolds: true,
  }
  const tell = (over: Partial<Case>) => {
    const { judge, positions } = inputOf({ ...plain, ...over })
    return [...pivots(judge(positions)).values()].map(({ decisive, pivotal }) =>
      decisive ? 'decisive' : pivotal ? 'pivotal' : 'neither',
    )
  }

  it('two yes of three at two thirds: each yes decided', () => {
    expect(tell({})).toEqual(['decisive', 'decisive', 'neither'])
  })

  it('three yes: nobody alone', () => {
    expect(tell({ said: ['yes', 'yes', 'yes'] })).toEqual(['neither', 'neither', 'neither'])
  })

  it('an owner who could have vetoed is pivotal, one who did was decisive', () => {
    const veto = { owners: true, coalition: null, override: null }
    const owned = { owners: [true], track: testTrack({ veto }) }
    expect(tell({ said: ['yes', 'yes', 'yes'], ...owned })).toEqual([
      'pivotal',
      'neither',
      'neither',
    ])
    expect(tell({ said: ['veto', 'yes', 'yes'], ...owned })).toEqual([
      ...['decisive', 'neither', 'neither'],
    ])
  })

  it('where a gate does not hold no vote decides', () => {
    expect(tell({ gateHolds: false })).toEqual(['neither', 'neither', 'neither'])
  })
})
