/** What an amendment changes: who gains and loses what, and how many it takes. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { smallCharters } from '../../../test/support/analyser.ts'
import { charterWith, type MemberSpec } from '../../../test/support/charters.ts'
import { charterDiff, isUnchanged } from './diff.ts'

const FOUR: readonly MemberSpec[] = [['acme'], ['globex'], ['initech'], ['umbrella']]
const CORE = 'components: [{ id: core, owners: [acme], decidedBy: owners }]'

const sentences = (changes: readonly { readonly sentence: string }[]): string[] =>
  changes.map(({ sentence }) => sentence)

test('a charter differs in nothing from itself', () => {
  fc.assert(
    fc.property(smallCharters(6), (charter) => {
      expect(isUnchanged(charterDiff(charter, charter))).toBe(true)
    }),
    { numRuns: 100 },
  )
})

test('what is gained one way is lost the other way', () => {
  fc.assert(
    fc.property(smallCharters(5), smallCharters(5), (a, b) => {
      const [there, back] = [charterDiff(a, b), charterDiff(b, a)]
      const key = ({ who, what, track, component }: (typeof there.shifts)[number]): string =>
        JSON.stringify([who, what, track, component])
      const gains = there.shifts.filter(({ effect }) => effect === 'gains').map(key)
      const losses = back.shifts.filter(({ effect }) => effect === 'loses').map(key)
      expect(gains).toEqual(losses)
      expect(there.powers).toHaveLength(back.powers.length)
      expect(there.appeared).toEqual(back.gone)
      expect(there.changed).toHaveLength(back.changed.length)
    }),
    { numRuns: 200 },
  )
})

describe('members', () => {
  test('a newcomer takes weight from all others', () => {
    const { members, powers } = charterDiff(charterWith(FOUR), charterWith([...FOUR, ['hooli']]))
    expect(sentences(members)).toEqual([
      'hooli joins, with 1/5 of the weight.',
      ...['acme', 'globex', 'initech', 'umbrella'].map(
        (name) => `${name} loses weight: 1/5 of all, before 1/4.`,
      ),
    ])
    expect(powers).toContainEqual({
      track: 'standard',
      component: null,
      power: 'pass',
      by: 'member',
      before: expect.objectContaining({ kind: 'exact', count: 2 }),
      after: expect.objectContaining({ kind: 'exact', count: 3 }),
      effect: 'harder',
    })
  })

  test('who leaves, who speaks by another root, who does something else', () => {
    const before = charterWith(FOUR, 'functions: { user: Uses it }')
    const [acme, globex, initech] = before.stakeholders
    if (!acme || !globex || !initech) return expect.unreachable()
    const after = {
      ...before,
      stakeholders: [
        { ...acme, functions: ['user'], provider: 'own' },
        { ...globex, root: new Uint8Array(32).fill(9), jurisdictions: ['EU'] },
        initech,
      ],
    }
    expect(charterDiff(before, after).members.map(({ who, change }) => `${who} ${change}`)).toEqual(
      [
        'umbrella leaves',
        'acme share',
        'acme functions',
        'acme provider',
        'globex root',
        'globex share',
        'globex jurisdictions',
        'initech share',
      ],
    )
  })
})

describe('powers', () => {
  test('weight makes a member able to block alone', () => {
    const after = charterWith([['acme', 3], ['globex'], ['initech'], ['umbrella']])
    const { shifts, appeared } = charterDiff(charterWith(FOUR), after)
    const gains = shifts.filter(({ who, effect }) => who === 'acme' && effect === 'gains')
    expect(gains.map(({ what, track }) => `${what} on ${track}`)).toContain('block on standard')
    expect(sentences(gains)).toContain('acme can now alone block every ballot on standard.')
    expect(appeared.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['one-stalls', 'weight-share']),
    )
  })

  test('an owner gains a veto and the decision on its component', () => {
    const { shifts } = charterDiff(charterWith(FOUR), charterWith(FOUR, CORE))
    expect(shifts.every(({ who, effect }) => who === 'acme' && effect === 'gains')).toBe(true)
    expect(sentences(shifts)).toEqual(
      expect.arrayContaining([
        'acme can now decide on domain of core.',
        'acme can now veto what touches core on standard.',
      ]),
    )
  })

  test('a function gives a seat in a chamber', () => {
    const chambers = 'tracks: { standard: { chambers: [{ function: maintainer, approval: 1/2 }] } }'
    const before = charterWith([['acme', 1, ['maintainer']], ...FOUR.slice(1)], chambers)
    const seated: MemberSpec[] = [
      ['acme', 1, ['maintainer']],
      ['globex', 1, ['maintainer']],
    ]
    const { shifts } = charterDiff(before, charterWith([...seated, ...FOUR.slice(2)], chambers))
    expect(sentences(shifts)).toEqual([
      'globex can now vote in the chamber maintainer on standard.',
      'acme can no longer alone block every ballot on standard.',
      'acme can no longer alone stop every ballot by being away on standard.',
    ])
  })
})

describe('risks', () => {
  const risksOf = (before: readonly MemberSpec[], after: readonly MemberSpec[]) =>
    charterDiff(charterWith(before), charterWith(after))
  const about = (code: string) => (one: { readonly code: string }) => one.code === code

  test('a risk that was there before, about other members, is changed: not gone, not new', () => {
    const { appeared, changed, gone } = risksOf(
      [['acme', 2], ['globex', 2], ['initech'], ['umbrella'], ['hooli']],
      [['acme', 2], ['globex'], ['initech'], ['umbrella'], ['hooli'], ['vandelay']],
    )
    const [blocks] = changed.filter(({ after }) => after.code === 'one-blocks')
    expect([blocks?.before.who, blocks?.after.who]).toEqual([['acme', 'globex'], ['acme']])
    expect([...appeared, ...gone].filter(about('one-blocks'))).toEqual([])
  })

  test('a risk about nobody of before is another', () => {
    const { appeared, changed, gone } = risksOf(
      [['acme', 3], ['globex'], ['initech'], ['umbrella']],
      [['acme'], ['globex', 3], ['initech'], ['umbrella']],
    )
    expect(appeared.filter(about('weight-share')).map(({ who }) => who)).toEqual([['globex']])
    expect(gone.filter(about('weight-share')).map(({ who }) => who)).toEqual([['acme']])
    expect(changed.filter(({ after }) => after.code === 'weight-share')).toEqual([])
  })

  test('a risk that grows is changed', () => {
    const { changed } = risksOf(
      [['acme', 3], ['globex'], ['initech'], ['umbrella']],
      [['acme', 4], ['globex'], ['initech'], ['umbrella']],
    )
    const [share] = changed.filter(({ after }) => after.code === 'weight-share')
    expect(share?.before.sentence).toBe('acme has 3 of 6 of the weight, more than 1/3.')
    expect(share?.after.sentence).toBe('acme has 4 of 7 of the weight, more than 1/3.')
  })
})

describe('rules', () => {
  test('every rule that reads otherwise shows both readings', () => {
    const after = charterWith(
      FOUR,
      `tracks: { standard: { quorum: 2/3, gates: { objections: null } } }\n${CORE}`,
    )
    const { rules } = charterDiff(charterWith(FOUR), after)
    expect(rules).toEqual([
      { path: 'tracks.standard.quorum', before: '1/2', after: '2/3' },
      { path: 'tracks.standard.gates.objections.state', before: 'answered', after: null },
      { path: 'components.core.id', before: null, after: 'core' },
      { path: 'components.core.owners', before: null, after: '[acme]' },
      { path: 'components.core.decidedBy', before: null, after: 'owners' },
    ])
  })
})
