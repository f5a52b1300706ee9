/** Verdicts: one story for each rule, and the properties that hold of all. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { charterWith, fraction, thresholds } from '../../test/support/charters.ts'
import { histories, vote } from '../../test/support/votes.ts'
import { trackOf } from '../charter/lookup.ts'
import type { Track } from '../charter/schema.ts'
import { invariant } from '../op/refusal.ts'
import { electorateFrom } from './electorate.ts'
import type { Choice } from './ops.ts'
import { positions, type VoteRecord } from './position.ts'
import { tally } from './tally.ts'
import { type Gate, type Rule, type RuleName, type Verdict, verdict } from './verdict.ts'

const IDS = ['acme', 'globex', 'initech', 'umbrella', 'soylent', 'tyrell']
const charter = charterWith(
  IDS.map((id, i) => [id, 1, i > 3 ? ['operator'] : []]),
  'components: [{ id: core, owners: [acme] }]',
)
const electorate = electorateFrom(charter.stakeholders)
const standard = trackOf(charter, 'standard')
invariant(standard, 'small-team has track standard')
/** Half takes part, two thirds of what is cast approve; no veto, no chamber. */
const plain: Track = {
  ...standard,
  quorum: fraction('1/2'),
  approval: { at: fraction('2/3'), of: 'cast' },
  chambers: [],
  veto: { owners: false, coalition: null, override: null },
  gates: {},
}

interface Situation {
  readonly track?: Partial<Track>
  readonly gates?: readonly Gate[]
  readonly withdrawn?: boolean
}

function judge(votes: readonly VoteRecord[], { track, gates, withdrawn }: Situation = {}): Verdict {
  const whole = { ...plain, ...track }
  const held = positions(votes, electorate)
  const counted = tally({
    positions: held,
    electorate,
    charter,
    components: ['core'],
    track: whole,
  })
  return verdict({
    tally: counted,
    electorate,
    track: whole,
    gates: gates ?? [],
    withdrawn: withdrawn ?? false,
  })
}

/** One vote of each member, in order; `-` is silence. */
const ballot = (...choices: readonly (Choice | '-')[]): VoteRecord[] =>
  choices.flatMap((choice, i) =>
    choice === '-' ? [] : [vote(`${i}`, IDS[i] ?? '', choice, { because: 'because' })],
  )

function ruleOf({ rules }: Verdict, name: RuleName): Rule {
  const found = rules.find(({ rule }) => rule === name)
  invariant(found, `the verdict has no rule ${name}`)
  return found
}

describe('quorum', () => {
  test('below it the ballot is open, at it the other rules decide', () => {
    expect(judge(ballot('yes', 'yes')).result).toBe('open')
    expect(judge(ballot('yes', 'yes', 'yes')).result).toBe('passes')
    expect(judge(ballot('no', 'no', 'no')).result).toBe('fails')
  })

  test('abstaining and conflicting votes take part', () => {
    const conflicted = [vote('x', 'initech', 'yes'), vote('y', 'initech', 'no')]
    const found = judge([...ballot('yes', 'abstain'), ...conflicted])
    expect(found.result).toBe('passes')
    expect(ruleOf(found, 'quorum')).toEqual({
      rule: 'quorum',
      met: true,
      left: 3,
      relation: 'at least',
      right: { fraction: { num: 1, den: 2 }, of: 6, needed: 3 },
      sentence: '3 of 6 takes part; at least 3 (1/2) is needed.',
    })
  })
})

describe('approval', () => {
  test('of cast: two thirds of yes, no and veto is met at two thirds', () => {
    expect(judge(ballot('yes', 'yes', 'no')).result).toBe('passes')
    expect(judge(ballot('yes', 'no', 'abstain')).result).toBe('fails')
    expect(judge(ballot('yes', 'yes', 'no', 'veto')).result).toBe('fails')
  })

  test('of total: silence and abstention count against', () => {
    const approval = { at: fraction('2/3'), of: 'total' as const }
    expect(judge(ballot('yes', 'yes', 'yes'), { track: { approval } }).result).toBe('fails')
    expect(judge(ballot('yes', 'yes', 'yes', 'yes'), { track: { approval } }).result).toBe('passes')
  })

  test('nothing passes on zero yes, not even when nothing was cast against it', () => {
    const found = judge(ballot('abstain', 'abstain', 'abstain', 'abstain'))
    expect(found.result).toBe('fails')
    expect(ruleOf(found, 'approval')).toMatchObject({ left: 0, met: false })
  })
})

describe('chambers', () => {
  const chambers = [{ function: 'operator', approval: fraction('1/2') }]

  test('a chamber that does not approve stops what everybody else wants', () => {
    const votes = ballot('yes', 'yes', 'yes', 'yes', 'no', 'no')
    expect(judge(votes).result).toBe('passes')
    const found = judge(votes, { track: { chambers } })
    expect(found.result).toBe('fails')
    expect(ruleOf(found, 'chamber:operator')).toMatchObject({ left: 0, met: false })
  })

  test('a silent chamber has not approved', () => {
    expect(judge(ballot('yes', 'yes', 'yes', 'yes'), { track: { chambers } }).result).toBe('fails')
  })

  test('half of the chamber is enough where half is asked for', () => {
    const votes = ballot('yes', 'yes', 'yes', '-', 'yes', 'no')
    expect(judge(votes, { track: { chambers } }).result).toBe('passes')
  })
})

describe('the veto of an owner', () => {
  const veto = { owners: true, coalition: null, override: fraction('4/5') }
  const votes = ballot('veto', 'yes', 'yes', 'yes')

  test('blocks what would pass without it', () => {
    const found = judge(votes, { track: { veto } })
    expect(found.result).toBe('fails')
    expect(ruleOf(found, 'owner-veto')).toMatchObject({ left: 3, right: { of: 6, needed: 5 } })
    expect(judge(votes).result).toBe('passes')
  })

  test('is overridden by enough yes of the whole electorate', () => {
    const all = ballot('veto', 'yes', 'yes', 'yes', 'yes', 'yes')
    expect(judge(all, { track: { veto } }).result).toBe('passes')
    expect(judge(all, { track: { veto: { ...veto, override: null } } }).result).toBe('fails')
  })

  test('needs a rationale', () => {
    const bare = [vote('v', 'acme', 'veto'), ...ballot('-', 'yes', 'yes', 'yes')]
    const found = judge(bare, { track: { veto } })
    expect(found.result).toBe('passes')
    expect(ruleOf(found, 'owner-veto').sentence).toContain('not counted: acme for core')
  })

  test('is of owners only', () => {
    const other = ballot('yes', 'veto', 'yes', 'yes')
    expect(judge(other, { track: { veto } }).result).toBe('passes')
  })
})

describe("the coalition's veto", () => {
  const veto = { owners: false, coalition: fraction('1/3'), override: null }

  test('blocks at its share of the whole electorate and not below', () => {
    const approval = { at: fraction('1/2'), of: 'cast' as const }
    const one = ballot('-', 'veto', 'yes', 'yes')
    const two = ballot('-', 'veto', 'veto', 'yes', 'yes', 'yes')
    expect(judge(one, { track: { approval, veto } }).result).toBe('passes')
    expect(judge(two, { track: { approval, veto } }).result).toBe('fails')
    expect(judge(two, { track: { approval } }).result).toBe('passes')
  })
})

describe('gates and withdrawal', () => {
  const gate: Gate = {
    gate: 'reviews',
    met: false,
    sentence: '1 of 2 reviews.',
    wouldMeet: 'A review by globex.',
  }

  test('a gate that does not hold keeps the ballot open, whatever the votes', () => {
    const found = judge(ballot('yes', 'yes', 'yes'), { gates: [gate] })
    expect(found.result).toBe('open')
    expect(ruleOf(found, 'gate:reviews').wouldMeet).toBe('A review by globex.')
    expect(judge(ballot('no', 'no', 'no'), { gates: [gate] }).result).toBe('open')
    expect(judge(ballot('no', 'no', 'no'), { gates: [{ ...gate, met: true }] }).result).toBe(
      'fails',
    )
  })

  test('what its author takes back fails at once', () => {
    const found = judge(ballot('yes'), { gates: [gate], withdrawn: true })
    expect(found.result).toBe('fails')
    expect(ruleOf(found, 'withdrawn').met).toBe(false)
  })
})

describe('of all verdicts', () => {
  const tracks: fc.Arbitrary<Partial<Track>> = fc.record({
    quorum: thresholds,
    approval: fc.record({ at: thresholds, of: fc.constantFrom('cast', 'total') }),
    chambers: fc.constantFrom([], [{ function: 'operator', approval: fraction('1/2') }]),
    veto: fc.record({
      owners: fc.boolean(),
      coalition: fc.option(thresholds),
      override: fc.option(thresholds),
    }),
  })

  test('order of arrival has no part in them', () => {
    fc.assert(
      fc.property(histories(IDS), tracks, (votes, track) => {
        expect(judge(votes.toReversed(), { track })).toEqual(judge(votes, { track }))
      }),
    )
  })

  test('another yes never turns what passes into what does not', () => {
    const choices = fc.array(fc.constantFrom('yes', 'no', 'abstain', '-' as const), {
      minLength: IDS.length,
      maxLength: IDS.length,
    })
    fc.assert(
      fc.property(choices, tracks, fc.nat(IDS.length - 1), (cast, track, who) => {
        fc.pre(judge(ballot(...cast), { track }).result === 'passes')
        expect(judge(ballot(...cast.with(who, 'yes')), { track }).result).toBe('passes')
      }),
      { numRuns: 300 },
    )
  })

  test('what passes has a yes, and every comparison holds by whole numbers', () => {
    fc.assert(
      fc.property(histories(IDS), tracks, (votes, track) => {
        const found = judge(votes, { track })
        if (found.result === 'passes') expect(ruleOf(found, 'approval').left).toBeGreaterThan(0)
        for (const { left, right, relation, met } of found.rules) {
          if (left === null || right === null) continue
          const { num, den } = right.fraction
          const reached = left > 0 && BigInt(left) * BigInt(den) >= BigInt(num) * BigInt(right.of)
          expect(met).toBe(relation === 'at least' ? reached : !reached)
          expect(left >= right.needed).toBe(reached)
        }
      }),
    )
  })
})
