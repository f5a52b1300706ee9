/**
 * The influence report (design §3.2, §3.5): how power is spread by the charter, and how it was used.
 * A pure function of the operations held, in whole numbers; nodes that hold the same write the same.
 */
import { type Analysis, analyse, type TrackAnalysis } from '../../charter/analyser/analysis.ts'
import { gini, type Share } from '../../charter/analyser/concentration.ts'
import { type Fewest, fewer } from '../../charter/analyser/need.ts'
import type { OpCid } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import type { CharterVersion } from '../outcomes.ts'
import type { ReplicaReader } from '../reader.ts'
import { type BallotFacts, ballotFacts, smallMembers } from './ballot-facts.ts'
import { type MemberInfluence, memberInfluence, type Voices, voicesOf } from './member-influence.ts'
import { quarterOf } from './quarter.ts'
import { type Part, partOf, sumParts } from './share.ts'

/** Which ballots are looked at. */
export interface InfluenceQuery {
  readonly track?: string | undefined
  /** Only ballots that open at or after this moment, in ms, by their authors' word. */
  readonly since?: number | undefined
}

/** How decisions of one kind are made, and were. */
export interface TrackInfluence {
  readonly track: string
  readonly component: string | null
  readonly members: number
  readonly weight: number
  /** Of the weights of those who decide. */
  readonly gini: Share
  /** The fewest members who together pass a ballot whatever the others say. */
  readonly decide: Fewest
  /** The fewest who together stop every ballot: against it, by a veto, or by being away. */
  readonly stop: Fewest
  readonly settled: number
  readonly adopted: number
  /** Ballots whose outcome is what the votes come to: pivots are of these. */
  readonly byVotes: number
  readonly turnout: Part
}

/** What was decided in a span of time, and by whom. */
export interface PeriodInfluence {
  readonly period: string
  readonly settled: number
  readonly adopted: number
  readonly turnout: Part
  /** Members of those in the electorates who were decisive at least once. */
  readonly decisive: Part
  /** Comments by members below the median weight, of all comments. */
  readonly smallComments: Part
  /** Proposals by members below the median weight, of all proposals. */
  readonly smallProposals: Part
}

/** A span under one charter. */
export interface CharterInfluence extends PeriodInfluence {
  readonly charter: OpCid
  readonly members: number
  readonly gini: Share
  /** On track `standard`, as in `TrackInfluence`. */
  readonly decide: Fewest
  readonly stop: Fewest
}

/** Members of a kind together. */
export interface GroupInfluence extends Voices {
  readonly members: readonly string[]
  readonly weight: Part
  /** Positions taken, of all that could be taken on settled ballots. */
  readonly tookPart: Part
  /** Times that one of them was decisive, of all times that anybody was. */
  readonly decisive: Part
}

/** All of it; JSON as it is. */
export interface InfluenceReport {
  readonly charter: { readonly id: OpCid; readonly version: number }
  readonly track: string | null
  readonly since: number | null
  readonly ballots: {
    readonly settled: number
    readonly adopted: number
    readonly open: number
    readonly byVotes: number
  }
  readonly tracks: readonly TrackInfluence[]
  /** Members of the charter in force, and whoever else had a part; the heaviest first. */
  readonly members: readonly MemberInfluence[]
  /** Those below the median weight under the charter in force. */
  readonly small: GroupInfluence
  readonly others: GroupInfluence
  readonly quarters: readonly PeriodInfluence[]
  readonly charters: readonly CharterInfluence[]
}

/** Reports on influence; refuses `track` where no charter in force or ballot has that track. */
export function influenceReport(
  replica: Pick<ReplicaReader, 'ledger' | 'views'>,
  query: InfluenceQuery = {},
): Result<InfluenceReport> {
  const { views } = replica
  const standing = views.standing()
  if (!standing) return refuse('no-charter', 'the founding operation is not held yet')
  const facts = views.ballots().map((ballot) => ballotFacts(replica, ballot, standing))
  return influenceOf(facts, standing.line, query)
}

/** The report on ballots under a line of charters, of which the last is in force. */
export function influenceOf(
  all: readonly BallotFacts[],
  line: readonly CharterVersion[],
  { track, since }: InfluenceQuery,
): Result<InfluenceReport> {
  const current = line.at(-1)
  if (!current) return refuse('no-charter', 'there is no charter')
  const { charter } = current
  if (track !== undefined && !isTrack(track, all, current))
    return refuse(
      'track',
      `no charter in force and no ballot has a track "${track}"`,
      `one of ${Object.keys(charter.tracks).join(', ')}`,
    )
  const facts = all
    .filter((ballot) => track === undefined || ballot.track === track)
    .filter(({ opensAt }) => since === undefined || opensAt >= since)
    .toSorted((a, b) => a.opensAt - b.opensAt || (a.id < b.id ? -1 : 1))
  const small = smallMembers(charter)
  const members = memberInfluence(facts, charter)
  const { tracks } = analyse(charter)
  return accept({
    charter: { id: current.id, version: charter.version },
    track: track ?? null,
    since: since ?? null,
    ballots: {
      settled: settledOf(facts).length,
      adopted: adoptedOf(facts).length,
      open: facts.length - settledOf(facts).length,
      byVotes: facts.filter(({ byVotes }) => byVotes).length,
    },
    tracks: tracks
      .filter((found) => track === undefined || found.track === track)
      .map((found) => trackInfluence(found, facts)),
    members,
    small: groupInfluence(members, ({ stakeholder }) => small.has(stakeholder)),
    others: groupInfluence(members, ({ stakeholder }) => !small.has(stakeholder)),
    quarters: [...Map.groupBy(facts, ({ opensAt }) => quarterOf(opensAt))].map(([period, own]) =>
      periodInfluence(period, own),
    ),
    charters: line.map((version) =>
      charterInfluence(
        version,
        facts.filter((ballot) => ballot.charter.id === version.id),
      ),
    ),
  })
}

const isTrack = (track: string, all: readonly BallotFacts[], { charter }: CharterVersion) =>
  Object.hasOwn(charter.tracks, track) || all.some((ballot) => ballot.track === track)

const settledOf = (facts: readonly BallotFacts[]): BallotFacts[] =>
  facts.filter(({ outcome }) => outcome !== 'open')
const adoptedOf = (facts: readonly BallotFacts[]): BallotFacts[] =>
  facts.filter(({ outcome }) => outcome === 'adopted')

function trackInfluence(found: TrackAnalysis, facts: readonly BallotFacts[]): TrackInfluence {
  const { track, component, members, weight, gini } = found
  const own = settledOf(facts).filter(
    (ballot) => ballot.track === track && ballot.component === component,
  )
  return {
    ...{ track, component, weight, gini },
    members: members.length,
    ...controlOf(found),
    settled: own.length,
    adopted: adoptedOf(own).length,
    byVotes: own.filter(({ byVotes }) => byVotes).length,
    turnout: sumParts(own.map(({ turnout }) => turnout)),
  }
}

const NEVER: Fewest = { kind: 'never' }

/** Nakamoto coefficients: how few members control a track, either way. */
function controlOf({
  component,
  powers,
  vetoes,
}: TrackAnalysis): Pick<TrackInfluence, 'decide' | 'stop'> {
  const stopping = [powers.block, powers.silence, powers.stall].map(
    (answer) => answer?.member.fewest ?? NEVER,
  )
  // An owner's veto stops what touches its component only, so it is no power over every ballot; on a
  // domain's own track it is.
  const owners = component === null ? [] : vetoes.map(({ fewest }) => fewest)
  return {
    decide: powers.force?.member.fewest ?? NEVER,
    stop: [...stopping, ...owners].reduce(fewer, NEVER),
  }
}

function periodInfluence(period: string, facts: readonly BallotFacts[]): PeriodInfluence {
  const settled = settledOf(facts)
  const lines = settled.flatMap((ballot) => ballot.lines)
  const electors = [...new Set(lines.map(({ stakeholder }) => stakeholder))]
  const decisive = new Set(
    lines.filter((line) => line.decisive).map(({ stakeholder }) => stakeholder),
  )
  return {
    period,
    settled: settled.length,
    adopted: adoptedOf(facts).length,
    turnout: sumParts(settled.map(({ turnout }) => turnout)),
    decisive: partOf(electors, (id) => decisive.has(id)),
    smallComments: sumParts(facts.map(smallCommentsOf)),
    smallProposals: partOf(facts, ({ author, charter }) =>
      smallMembers(charter.charter).has(author),
    ),
  }
}

function smallCommentsOf({ voices, charter }: BallotFacts): Part {
  const small = smallMembers(charter.charter)
  return partOf(voices, ({ stakeholder }) => small.has(stakeholder))
}

function charterInfluence(
  { id, charter }: CharterVersion,
  facts: readonly BallotFacts[],
): CharterInfluence {
  const standard = standardOf(analyse(charter))
  return {
    ...periodInfluence(`version ${charter.version}`, facts),
    charter: id,
    members: charter.stakeholders.length,
    gini: gini(charter.stakeholders),
    ...(standard ? controlOf(standard) : { decide: NEVER, stop: NEVER }),
  }
}

const standardOf = ({ tracks }: Analysis): TrackAnalysis | undefined =>
  tracks.find(({ track }) => track === 'standard')

function groupInfluence(
  members: readonly MemberInfluence[],
  belongs: (member: MemberInfluence) => boolean,
): GroupInfluence {
  const own = members.filter(belongs)
  const sum = (of: (member: MemberInfluence) => number, list = own): number =>
    list.reduce((total, member) => total + of(member), 0)
  return {
    ...voicesOf(own),
    members: own.map(({ stakeholder }) => stakeholder),
    weight: {
      part: sum(({ weight }) => weight ?? 0),
      whole: sum(({ weight }) => weight ?? 0, [...members]),
    },
    tookPart: sumParts(own.map(({ tookPart }) => tookPart)),
    decisive: {
      part: sum(({ decisive }) => decisive),
      whole: sum(({ decisive }) => decisive, [...members]),
    },
  }
}
