/** Charters for tests of the analyser: members by what differs, tracks with thresholds at their edges. */
import fc from 'fast-check'
import type { Charter, Component, Fraction, Stakeholder, Track } from '../../src/charter/schema.ts'
import { charterWith } from './charters.ts'

/** Members `m-0`, `m-1`, … of weight 1 without functions, but for what is given. */
export const membersOf = (given: readonly Partial<Stakeholder>[]): Stakeholder[] =>
  given.map((fields, i) => ({
    id: `m-${i}`,
    name: `Member ${i}`,
    root: Uint8Array.from({ length: 32 }, (_, j) => (j === 0 ? i % 256 : j === 1 ? i >> 8 : 7)),
    weight: 1,
    functions: [],
    jurisdictions: [],
    ...fields,
  }))

const FUNCTIONS = ['maintainer', 'auditor', 'operator']
const JURISDICTIONS = ['EU', 'US', 'JP']
const PROVIDERS = ['hetzner', 'aws']

/** Thresholds that members of a few units of weight meet exactly now and then. */
const thresholds: fc.Arbitrary<Fraction> = fc.constantFrom(
  ...[
    [1, 5],
    [1, 4],
    [1, 3],
    [2, 5],
    [1, 2],
    [3, 5],
    [2, 3],
    [3, 4],
    [4, 5],
    [1, 1],
  ].map(([num = 1, den = 1]) => ({ num, den })),
)

const members = (max: number): fc.Arbitrary<Stakeholder[]> =>
  fc
    .array(
      fc.record(
        {
          weight: fc.integer({ min: 1, max: 6 }),
          functions: fc.subarray(FUNCTIONS),
          jurisdictions: fc.subarray(JURISDICTIONS),
          provider: fc.constantFrom(...PROVIDERS),
        },
        { requiredKeys: ['weight', 'functions', 'jurisdictions'] },
      ),
      { minLength: 1, maxLength: max },
    )
    .map(membersOf)

const tracks: fc.Arbitrary<Track> = fc
  .record({
    quorum: thresholds,
    approval: fc.record({ at: thresholds, of: fc.constantFrom('cast', 'total') }),
    chambers: fc.uniqueArray(
      fc.record({ function: fc.constantFrom(...FUNCTIONS), approval: thresholds }),
      { selector: (chamber) => chamber.function, maxLength: 3 },
    ),
    veto: fc.record({
      owners: fc.boolean(),
      coalition: fc.option(thresholds),
      override: fc.option(thresholds),
    }),
    contingency: fc.option(
      fc.record({
        floor: thresholds,
        stakeholders: fc.integer({ min: 1, max: 4 }),
        functions: fc.subarray(FUNCTIONS),
      }),
    ),
  })
  .map(({ contingency, ...rules }) => ({
    ...rules,
    windows: TEMPLATE.windows,
    gates: {},
    contingency:
      contingency === null
        ? null
        : { ...contingency, after: 1, approval: HALF, scope: 'reversible', ratifyWithin: 1 },
  }))

const HALF = { num: 1, den: 2 }
const EMPTY = charterWith([['nobody']])
const TEMPLATE = EMPTY.tracks.standard ?? EMPTY.tracks.emergency ?? raise()

function raise(): never {
  throw new TypeError('the preset has no track')
}

/**
 * Charters of up to so many members with the tracks `standard` and `domain`. Some floors are too low
 * and some contingencies out of reach: the analyser gives a true answer for these too.
 */
export const smallCharters = (maxMembers: number): fc.Arbitrary<Charter> =>
  fc
    .tuple(
      members(maxMembers),
      tracks,
      tracks,
      fc.nat(2 ** maxMembers - 1),
      fc.nat(2 ** maxMembers - 1),
    )
    .map(([stakeholders, standard, domain, ...masks]) => {
      const components = ['core', 'wire'].map((id, i) =>
        componentOf(id, stakeholders, { mask: masks[i] ?? 1, i }),
      )
      const owners = stakeholders.filter(({ id }) => components[1]?.owners.includes(id))
      return {
        ...EMPTY,
        stakeholders,
        functions: Object.fromEntries(FUNCTIONS.map((id) => [id, { description: '' }])),
        components,
        tracks: { standard: heldBy(standard, stakeholders), domain: heldBy(domain, owners) },
      }
    })

/** The track without chambers that nobody of the group is in; no charter may have such. */
const heldBy = (track: Track, group: readonly Stakeholder[]): Track => ({
  ...track,
  chambers: track.chambers.filter((chamber) =>
    group.some(({ functions }) => functions.includes(chamber.function)),
  ),
})

function componentOf(
  id: string,
  stakeholders: readonly Stakeholder[],
  { mask, i }: { readonly mask: number; readonly i: number },
): Component {
  const owners = stakeholders.filter((_, m) => mask & (1 << m)).map((member) => member.id)
  return {
    id,
    owners: owners.length > 0 ? owners : ['m-0'],
    depends: [],
    decidedBy: i === 0 ? 'coalition' : 'owners',
  }
}
