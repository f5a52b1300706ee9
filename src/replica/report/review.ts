/**
 * The review of a charter (design §3.2): how its rules have worked, track by track, and when the next
 * look at them is due. A review is recorded as any decision is: whatever is adopted in its slot is one.
 * What happened follows from the operations held; when, and so what is due, is this node's own clock's.
 */
import { CONSTITUTIONAL } from '../../charter/lookup.ts'
import type { Charter } from '../../charter/schema.ts'
import type { OpCid } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import type { Ballot } from '../ballot.ts'
import { isOpen } from '../closing.ts'
import { ACTIVE_NOTE, charterNote } from '../local.ts'
import type { CharterVersion, Standing } from '../outcomes.ts'
import { type ProvisionalState, stateHere } from '../overlay.ts'
import type { ReplicaReader } from '../reader.ts'
import { appealState, settledAt } from '../recourse/appeal-state.ts'
import { overriddenBy } from '../recourse/overrides.ts'
import { type BallotFacts, ballotFacts } from './ballot-facts.ts'
import { type Part, sumParts } from './share.ts'
import { SPANS, type SpanName, type SpanSummary, type Spans, spansOf, summaryOf } from './spans.ts'

/** The slot in which reviews are recorded. */
export const REVIEW_SLOT = 'review@charter'

/** When the charter is to be looked at. */
export interface ReviewDue {
  /** How often, in ms; `null` where the charter asks for none. */
  readonly every: number | null
  /** The last review, and when it was settled here. */
  readonly last: { readonly ballot: OpCid; readonly at: number } | null
  readonly dueAt: number | null
  readonly isDue: boolean
  /** The ballot on which one is being decided. */
  readonly open: OpCid | null
}

/** How one track has worked. */
export interface TrackReview {
  readonly track: string
  readonly settled: number
  readonly adopted: number
  readonly withdrawn: number
  readonly endedByAmendment: number
  /** Ballots that settled without their quorum, by the votes that were judged. */
  readonly quorumMissed: number
  /** Positions that were vetoes, and ballots on which a veto was what kept them from passing. */
  readonly vetoes: number
  readonly vetoed: number
  readonly turnout: Part
  readonly contingency: { readonly [S in ProvisionalState]: number }
  readonly overrides: { readonly asked: number; readonly adopted: number }
  readonly appeals: {
    readonly appealed: number
    readonly upheld: number
    readonly rejected: number
  }
  readonly spans: { readonly [S in SpanName]: SpanSummary | null }
}

/** The whole of it; JSON as it is. */
export interface ReviewReport {
  readonly charter: { readonly id: OpCid; readonly version: number }
  /** Ballots that were not settled before this moment, in ms by this node's clock. */
  readonly since: number | null
  readonly due: ReviewDue
  readonly tracks: readonly TrackReview[]
}

/** Reports on how the rules have worked since a moment; by default since the last review. */
export function reviewReport(replica: ReplicaReader, since?: number): Result<ReviewReport> {
  const { views, local } = replica
  const standing = views.standing()
  if (!standing) return refuse('no-charter', 'the founding operation is not held yet')
  const due = reviewDue(replica, standing)
  const from = since ?? due.last?.at
  const looked = views
    .ballots()
    .filter((ballot) => (settledAt(ballot) ?? Number.POSITIVE_INFINITY) >= (from ?? 0))
    .map((ballot) => ({
      ballot,
      facts: ballotFacts(replica, ballot, standing),
      spans: spansOf(ballot, views.topics.proposals.get(ballot.id), local),
    }))
  const { id, charter } = standing.current
  const named = [...Object.keys(charter.tracks), ...looked.map(({ facts }) => facts.track)]
  return accept({
    charter: { id, version: charter.version },
    since: from ?? null,
    due,
    tracks: [...new Set(named)].map((track) => {
      const own = looked.filter(({ facts }) => facts.track === track)
      return trackReview(track, own, { standing, now: replica.clock.now() })
    }),
  })
}

/** When the next review is due, by this node's clock. */
export function reviewDue(replica: ReplicaReader, standing: Standing): ReviewDue {
  const { views, clock } = replica
  const every = standing.current.charter.review?.every ?? null
  const ballots = views.ballots().filter(({ generation }) => generation.slot === REVIEW_SLOT)
  const last = lastReview(ballots, standing)
  const begins = last?.at ?? rulesSince(replica, standing)
  const dueAt = every === null || begins === undefined ? null : begins + every
  return {
    ...{ every, last, dueAt },
    isDue: dueAt !== null && clock.now() >= dueAt,
    open: ballots.find((ballot) => isOpen(ballot, standing))?.id ?? null,
  }
}

function lastReview(ballots: readonly Ballot[], { outcomes }: Standing): ReviewDue['last'] {
  const reviews = ballots
    .filter(({ id }) => outcomes.get(id)?.outcome === 'adopted')
    .flatMap((ballot) => {
      const at = settledAt(ballot)
      return at === undefined ? [] : { ballot: ballot.id, at }
    })
  return reviews.toSorted((a, b) => b.at - a.at || (a.ballot < b.ballot ? -1 : 1))[0] ?? null
}

/** Since when charters ask for reviews without a break: from then on the first is counted. */
function rulesSince({ local }: ReplicaReader, { line }: Standing): number | undefined {
  const first = line.slice(line.findLastIndex(asksForNone) + 1)[0]
  const since = first && local.moment(charterNote(first.id))
  const active = local.moment(ACTIVE_NOTE)
  return since === undefined || active === undefined ? undefined : Math.max(since, active)
}

const asksForNone = ({ charter }: CharterVersion): boolean => charter.review === undefined

/** The track of the whole coalition on which a review is decided. */
export const reviewTrack = ({ tracks }: Charter): string =>
  Object.hasOwn(tracks, 'standard') ? 'standard' : CONSTITUTIONAL

interface Looked {
  readonly ballot: Ballot
  readonly facts: BallotFacts
  readonly spans: Spans
}

interface Scene {
  readonly standing: Standing
  readonly now: number
}

function trackReview(track: string, looked: readonly Looked[], scene: Scene): TrackReview {
  const settled = looked.filter(({ facts }) => facts.outcome !== 'open')
  const count = (test: (facts: BallotFacts) => boolean): number =>
    settled.filter(({ facts }) => test(facts)).length
  return {
    track,
    settled: settled.length,
    adopted: count(({ outcome }) => outcome === 'adopted'),
    withdrawn: count(({ withdrawn }) => withdrawn),
    endedByAmendment: count(({ endedBy }) => endedBy !== null),
    quorumMissed: count((facts) => isDeclinedBy(facts, ['quorum'])),
    vetoes: settled.flatMap(({ facts }) => facts.lines).filter(({ stance }) => stance === 'veto')
      .length,
    vetoed: count((facts) => isDeclinedBy(facts, ['owner-veto', 'coalition-veto'])),
    turnout: sumParts(settled.map(({ facts }) => facts.turnout)),
    contingency: contingencyOf(looked, scene),
    overrides: overridesOf(looked),
    appeals: appealsOf(settled, scene),
    spans: spanSummaries(settled),
  }
}

/** Declined by votes, and one of these rules was not met: with others or alone. */
const isDeclinedBy = ({ byVotes, outcome, unmet }: BallotFacts, rules: readonly string[]) =>
  byVotes && outcome === 'declined' && unmet.some((rule) => rules.includes(rule))

function contingencyOf(
  looked: readonly Looked[],
  { standing, now }: Scene,
): TrackReview['contingency'] {
  const counts = { provisional: 0, held: 0, ratified: 0, lapsed: 0 }
  for (const { ballot } of looked) {
    const state = stateHere(ballot, standing.provisional, now)
    if (state) counts[state]++
  }
  return counts
}

function overridesOf(looked: readonly Looked[]): TrackReview['overrides'] {
  const asking = looked.filter(({ ballot }) => overriddenBy(ballot) !== undefined)
  const adopted = asking.filter(({ facts }) => facts.outcome === 'adopted')
  return { asked: asking.length, adopted: adopted.length }
}

function appealsOf(settled: readonly Looked[], scene: Scene): TrackReview['appeals'] {
  const states = settled.flatMap(({ ballot }) => appealState(ballot, scene) ?? [])
  const stages = states.map(({ stage }) => stage)
  return {
    appealed: states.filter(({ appeals }) => appeals.length > 0).length,
    upheld: stages.filter((stage) => stage === 'upheld').length,
    rejected: stages.filter((stage) => stage === 'rejected').length,
  }
}

function spanSummaries(settled: readonly Looked[]): TrackReview['spans'] {
  const of = (name: SpanName): SpanSummary | null =>
    summaryOf(settled.map(({ spans }) => spans[name]))
  const [openToVoting, votingToSeal, sealToSettlement, openToSettlement] = SPANS.map(of)
  return {
    openToVoting: openToVoting ?? null,
    votingToSeal: votingToSeal ?? null,
    sealToSettlement: sealToSettlement ?? null,
    openToSettlement: openToSettlement ?? null,
  }
}
