/** Charters as large as the analyser answers exactly, from a seed. */
import type { Charter, Fraction, Stakeholder, Track } from '../../src/charter/schema.ts'
import { membersOf } from './analyser.ts'
import { charterWith } from './charters.ts'

/** What a large charter has. */
export interface LargeSpec {
  readonly members: number
  /** The weight of all together. */
  readonly weight: number
  readonly functions: number
  /** Jurisdictions, and providers. */
  readonly groups: number
  /** Chambers of each track, and functions of each contingency. */
  readonly chambers: number
  readonly seed: number
}

/** Numbers below a bound, the same for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const FRACTIONS: readonly Fraction[] = [
  { num: 1, den: 2 },
  { num: 51, den: 100 },
  { num: 3, den: 5 },
  { num: 2, den: 3 },
  { num: 3, den: 4 },
]

/** A charter of that size: uneven weights, overlapping functions and jurisdictions. */
export function largeCharter(spec: LargeSpec): Charter {
  const draw = generator(spec.seed)
  const functions = Array.from({ length: spec.functions }, (_, i) => `f-${i}`)
  const stakeholders = stakeholdersOf(spec, draw, functions)
  const fraction = (): Fraction => FRACTIONS[draw(FRACTIONS.length)] ?? { num: 1, den: 2 }
  const base = charterWith([['nobody']])
  const chambers = functions.slice(0, spec.chambers)
  const change = (track: Track): Track => ({
    ...track,
    approval: { at: fraction(), of: draw(2) === 0 ? 'cast' : 'total' },
    chambers: chambers.map((name) => ({ function: name, approval: fraction() })),
    veto: { owners: true, coalition: { num: 1, den: 3 }, override: { num: 4, den: 5 } },
    contingency: track.contingency && {
      ...track.contingency,
      floor: { num: 2, den: 5 },
      stakeholders: 20,
      functions: chambers,
    },
  })
  return {
    ...base,
    stakeholders,
    functions: Object.fromEntries(functions.map((name) => [name, { description: '' }])),
    components: [
      { id: 'core', owners: ['m-0', 'm-1'], depends: [], decidedBy: 'coalition' },
      {
        id: 'edge',
        owners: stakeholders.slice(0, 40).map(({ id }) => id),
        depends: [],
        decidedBy: 'owners',
      },
    ],
    tracks: Object.fromEntries(
      Object.entries(base.tracks).map(([id, track]) => [id, change(track)]),
    ),
  }
}

/** Weights that add up to exactly the weight of all. */
function stakeholdersOf(
  { members, weight, groups }: LargeSpec,
  draw: (below: number) => number,
  functions: readonly string[],
): Stakeholder[] {
  const weights = Array.from({ length: members }, () => 1)
  for (let left = weight - members; left > 0; left--) {
    // Half of it goes to a tenth of the members.
    const i = draw(2) === 0 ? draw(members) : draw(Math.ceil(members / 10))
    weights[i] = (weights[i] ?? 0) + 1
  }
  return membersOf(
    weights.map((one) => ({
      weight: one,
      functions: functions.filter(() => draw(3) === 0),
      jurisdictions: Array.from({ length: groups }, (_, g) => `J${g}`).filter(() => draw(6) === 0),
      provider: `p-${draw(groups)}`,
    })),
  )
}
