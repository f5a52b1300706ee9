/**
 * What a charter gives to whom (design §3.2): for every track and every group that decides on it, who
 * alone or together has which power, by member, function, jurisdiction and provider. A pure function
 * of the charter. Exact within `EXACT_MEMBERS`, `EXACT_WEIGHT`, `EXACT_FUNCTIONS` and, by group,
 * `EXACT_GROUPS`; beyond that an answer may be bounds, and then says so.
 */
import { invariant } from '../../op/refusal.ts'
import { faultBound, type Group, groupsOf, weightSum } from '../lookup.ts'
import type { Charter, Component, Stakeholder, Track } from '../schema.ts'
import { type Apart, meetApart } from './apart.ts'
import { gini, type Share } from './concentration.ts'
import { fewestMembers } from './cover.ts'
import { aloneOf, fewestGroups } from './group-cover.ts'
import { DIMENSIONS, type Dimension, type Grouping, groupingBy } from './grouping.ts'
import { type Fewest, fewer, meets, type Need } from './need.ts'
import {
  ownerVeto,
  POWER_RULES,
  type PowerName,
  type PowerRules,
  type RuledPower,
  type Seat,
} from './powers.ts'

/** With up to so many members every answer by member is exact. */
export const EXACT_MEMBERS = 500
/** With up to so much weight in all every answer by member is exact. */
export const EXACT_WEIGHT = 10_000
/** With up to so many functions every answer by member is exact. */
export const EXACT_FUNCTIONS = 8

/** Who has a power alone, and the fewest who have it together. */
export interface Reach {
  readonly alone: readonly string[]
  readonly fewest: Fewest
}

/** Who has a power: by member, and by what members have in common. */
export type PowerAnswer = { readonly [D in 'member' | Dimension]: Reach }

/** What owners can do about changes to their component. */
export interface ComponentVeto {
  readonly component: string
  /** Its owners. */
  readonly owners: readonly string[]
  /** Owners whose veto stands even when all others say yes. */
  readonly alone: readonly string[]
  /** The fewest, an owner among them, who stop a change to it so. */
  readonly fewest: Fewest
}

/** The powers of a group on a track. */
export interface TrackAnalysis {
  readonly track: string
  /** The component that its owners decide; `null` for the whole coalition. */
  readonly component: string | null
  readonly members: readonly string[]
  readonly weight: number
  /** F: so much weight may be faulty (§3.6). */
  readonly faulty: number
  /** Q: so much weight settles. */
  readonly quorum: number
  readonly gini: Share
  /** `null` where the track has no such rule. */
  readonly powers: {
    readonly [P in PowerName]: P extends RuledPower ? PowerAnswer | null : PowerAnswer
  }
  readonly vetoes: readonly ComponentVeto[]
  /** Whether two groups without a common member can both act provisionally (§3.7). */
  readonly apart: Apart | null
}

/** Every power under a charter; JSON as it is. */
export interface Analysis {
  readonly members: number
  readonly weight: number
  /** No answer is only a bound. */
  readonly exact: boolean
  readonly tracks: readonly TrackAnalysis[]
}

/** Analyses a charter that `checkCharter` has nothing against. */
export function analyse(charter: Charter, rules: PowerRules = POWER_RULES): Analysis {
  const tracks = Object.entries(charter.tracks).flatMap(([id, track]) =>
    groupsOf(charter, id).map((group) => analyseTrack(charter, { id, track, group }, rules)),
  )
  return {
    members: charter.stakeholders.length,
    weight: weightSum(charter.stakeholders),
    exact: tracks.every(isExact),
    tracks,
  }
}

interface Place {
  readonly id: string
  readonly track: Track
  readonly group: Group
}

function analyseTrack(charter: Charter, { id, track, group }: Place, rules: PowerRules) {
  const { members } = group
  const touched = touchedBy(charter, group)
  const seat: Seat = { group, track, owned: touched.length > 0 }
  const groupings = groupingsOf(members)
  const answer = (needs: readonly Need[]) => powerAnswer(members, groupings, needs)
  const ruled = (needs: readonly Need[] | null) => needs && answer(needs)
  const weight = weightSum(members)
  const faulty = faultBound(weight)
  const acting = rules.provisional(seat)
  return {
    track: id,
    component: group.component,
    members: members.map((member) => member.id),
    weight,
    faulty,
    quorum: weight - faulty,
    gini: gini(members),
    powers: {
      pass: answer(rules.pass(seat)),
      force: answer(rules.force(seat)),
      override: ruled(rules.override(seat)),
      block: answer(rules.block(seat)),
      silence: answer(rules.silence(seat)),
      veto: ruled(rules.veto(seat)),
      provisional: ruled(acting),
      stall: answer(rules.stall(seat)),
    },
    vetoes: touched.flatMap((component) => vetoOf(seat, component)),
    apart: acting && apartBy(members, acting),
  }
}

/** A contingency is one need. */
function apartBy(members: readonly Stakeholder[], [need]: readonly Need[]): Apart {
  invariant(need, 'a contingency asks for something')
  return meetApart(members, need)
}

type Groupings = { readonly [D in Dimension]: Grouping }

const groupingsOf = (members: readonly Stakeholder[]): Groupings => ({
  function: groupingBy('function', members),
  jurisdiction: groupingBy('jurisdiction', members),
  provider: groupingBy('provider', members),
})

function powerAnswer(
  members: readonly Stakeholder[],
  groupings: Groupings,
  needs: readonly Need[],
): PowerAnswer {
  const byGroup = (dimension: Dimension): Reach => ({
    alone: aloneOf(groupings[dimension], needs),
    fewest: fewestGroups(groupings[dimension], needs),
  })
  return {
    member: reachOf(members, needs),
    function: byGroup('function'),
    jurisdiction: byGroup('jurisdiction'),
    provider: byGroup('provider'),
  }
}

const reachOf = (members: readonly Stakeholder[], needs: readonly Need[]): Reach => ({
  alone: members
    .filter((member) => needs.some((need) => meets(need, [member])))
    .map(({ id }) => id),
  fewest: fewestOfAny(members, needs),
})

const fewestOfAny = (members: readonly Stakeholder[], needs: readonly Need[]): Fewest =>
  needs.map((need) => fewestMembers(members, need)).reduce<Fewest>(fewer, { kind: 'never' })

/**
 * Components that a ballot of the group may touch: its own, or for the coalition any (§3.6). Their
 * owners decide: of the coalition all are members, and a domain's are its group.
 */
const touchedBy = (charter: Charter, { component }: Group): readonly Component[] =>
  charter.components.filter(({ id }) => component === null || id === component)

function vetoOf(seat: Seat, { id, owners }: Component): ComponentVeto[] {
  const needs = ownerVeto(seat, owners)
  if (needs === null) return []
  const { alone, fewest } = reachOf(seat.group.members, needs)
  return [{ component: id, owners, alone, fewest }]
}

/** No answer of the track is only a bound. */
function isExact({ powers, vetoes, apart }: TrackAnalysis): boolean {
  const answers = Object.values(powers).flatMap((answer) =>
    answer === null
      ? []
      : [answer.member, ...DIMENSIONS.map((dimension) => answer[dimension])].map(
          (one) => one.fewest,
        ),
  )
  return (
    apart?.kind !== 'unknown' &&
    [...answers, ...vetoes.map(({ fewest }) => fewest)].every(({ kind }) => kind !== 'bounds')
  )
}
