/** What the positions add up to (design §3.5). Silence is counted, as silence. */
import type { Charter, Track } from '../charter/schema.ts'
import type { StakeholderId } from '../op/ids.ts'
import type { Elector, Electorate } from './electorate.ts'
import { type Positions, SILENT, type Stance } from './position.ts'

/** Weights by position; the six add up to `total`. */
export interface Weights {
  readonly total: number
  /** All but the silent. The conflicted take part and count as abstaining. */
  readonly participation: number
  readonly yes: number
  readonly no: number
  readonly abstain: number
  readonly veto: number
  readonly conflicted: number
  readonly silent: number
}

/** The weights among those who have a function. */
export interface ChamberTally extends Weights {
  readonly function: string
}

/** A veto by an owner of a component that the proposal touches. */
export interface OwnerVeto {
  readonly component: string
  readonly stakeholder: StakeholderId
  readonly weight: number
  /** Only a veto with a rationale blocks. */
  readonly reasoned: boolean
}

/** One elector's line. */
export interface TallyLine {
  readonly stakeholder: StakeholderId
  readonly weight: number
  readonly stance: Stance
}

/** What the positions on a ballot add up to. */
export interface Tally extends Weights {
  /** One for each chamber of the track, in its order. */
  readonly chambers: readonly ChamberTally[]
  readonly ownerVetoes: readonly OwnerVeto[]
  /** One for each elector, in the electorate's order. */
  readonly lines: readonly TallyLine[]
}

/** What a tally is a function of. */
export interface TallyInput {
  readonly positions: Positions
  readonly electorate: Electorate
  readonly charter: Charter
  /** Components that the proposal touches. */
  readonly components: readonly string[]
  readonly track: Track
}

/** Adds up positions, for everybody and for each chamber of the track. */
export function tally(input: TallyInput): Tally {
  const { positions, electorate, track } = input
  const stances = electorate.members.map((member) => ({
    member,
    stance: (positions.get(member.id) ?? SILENT).stance,
  }))
  return {
    ...weigh(stances),
    chambers: track.chambers.map((chamber) => ({
      function: chamber.function,
      ...weigh(stances.filter(({ member }) => member.functions.includes(chamber.function))),
    })),
    ownerVetoes: ownerVetoes(input),
    lines: stances.map(({ member: { id, weight }, stance }) => ({
      stakeholder: id,
      weight,
      stance,
    })),
  }
}

interface Stand {
  readonly member: Elector
  readonly stance: Stance
}

function weigh(stands: readonly Stand[]): Weights {
  const sums = { yes: 0, no: 0, abstain: 0, veto: 0, conflicted: 0, silent: 0 }
  for (const { member, stance } of stands) sums[stance] += member.weight
  const participation = sums.yes + sums.no + sums.abstain + sums.veto + sums.conflicted
  return { total: participation + sums.silent, participation, ...sums }
}

function ownerVetoes({ positions, electorate, charter, components }: TallyInput): OwnerVeto[] {
  const touched = charter.components.filter(({ id }) => components.includes(id))
  return touched.flatMap(({ id: component, owners }) =>
    electorate.members.flatMap(({ id, weight }) => {
      const { stance, reasoned } = positions.get(id) ?? SILENT
      if (stance !== 'veto' || !owners.includes(id)) return []
      return [{ component, stakeholder: id, weight, reasoned }]
    }),
  )
}
