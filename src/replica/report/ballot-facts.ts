/** What reports read of one ballot: who said what, what that came to, who decided it, who spoke. */
import { positions, type Stance } from '../../ballot/position.ts'
import { tally } from '../../ballot/tally.ts'
import { verdict } from '../../ballot/verdict.ts'
import { DOMAIN } from '../../charter/lookup.ts'
import type { Charter } from '../../charter/schema.ts'
import { slotWord } from '../../charter/slot.ts'
import type { OpCid } from '../../op/ids.ts'
import { type CommentKind, type CommentRecord, isObjection } from '../../proposal/comment.ts'
import { type ThreadState, threadsOf } from '../../proposal/discussion.ts'
import type { Ballot } from '../ballot.ts'
import { sealedVotes, sealsOf } from '../decision/sealed-votes.ts'
import type { CharterVersion, Standing } from '../outcomes.ts'
import type { ReplicaReader } from '../reader.ts'
import { type Pivot, pivots } from './pivotality.ts'
import type { Part } from './share.ts'

/** One elector's part in a ballot. */
export interface BallotLine extends Pivot {
  readonly stakeholder: string
  readonly weight: number
  readonly stance: Stance
}

/** One comment. */
export interface Voice {
  readonly stakeholder: string
  readonly kind: CommentKind
  /** An objection that says what would settle it. */
  readonly objects: boolean
  readonly state: ThreadState
}

/** One ballot as reports see it; a function of the operations about it. */
export interface BallotFacts {
  readonly id: OpCid
  readonly title: string
  readonly author: string
  readonly track: string
  /** The component whose owners decided; `null` for the whole coalition. */
  readonly component: string | null
  readonly charter: CharterVersion
  /** When its proposal says that it opens, in ms: its author's word. */
  readonly opensAt: number
  readonly outcome: 'adopted' | 'declined' | 'open'
  /**
   * The outcome is what the judged votes come to. It is not where an amendment ended the ballot, its
   * author took it back, or nodes declined it for another reason.
   */
  readonly byVotes: boolean
  readonly withdrawn: boolean
  /** The amendment that ended it, where no certificate did. */
  readonly endedBy: OpCid | null
  /** Rules that the judged votes do not meet, by name; gates as they are held to be. */
  readonly unmet: readonly string[]
  readonly turnout: Part
  readonly lines: readonly BallotLine[]
  readonly voices: readonly Voice[]
}

/** Reads the facts of a ballot. Pivots are told of ballots that votes decided; else nobody has one. */
export function ballotFacts(
  replica: Pick<ReplicaReader, 'ledger'>,
  ballot: Ballot,
  standing: Standing,
): BallotFacts {
  const { id, body, author, charter, charterId, electorate, track, gates, withdrawn } = ballot
  const { components, opensAt, title } = body
  const { votes } = sealedVotes(replica, ballot, sealsOf(replica, ballot))
  const counted = tally({
    ...{ positions: positions(votes, electorate), electorate, charter, components, track },
  })
  const input = { tally: counted, electorate, track, gates, withdrawn, charter, components }
  const ended = standing.outcomes.get(id)
  const outcome = ended?.outcome ?? 'open'
  const { result, rules } = verdict(input)
  const passes = result === 'passes'
  const byVotes =
    outcome !== 'open' &&
    !withdrawn &&
    ended?.endedBy === undefined &&
    (outcome === 'adopted') === passes
  const found = byVotes ? pivots(input) : undefined
  return {
    ...{ id, title, author, opensAt, outcome, byVotes, withdrawn },
    endedBy: ended?.endedBy ?? null,
    unmet: rules.filter(({ met }) => !met).map(({ rule }) => rule),
    track: body.track,
    component: body.track === DOMAIN ? (slotWord(body.slot) ?? null) : null,
    charter: { id: charterId, charter },
    turnout: { part: counted.participation, whole: counted.total },
    lines: counted.lines.map((line) => ({
      ...line,
      ...(found?.get(line.stakeholder) ?? NO_PIVOT),
    })),
    voices: voicesOf(ballot.gateScene.comments, ballot),
  }
}

const NO_PIVOT: Pivot = { decisive: false, pivotal: false }

function voicesOf(comments: readonly CommentRecord[], { author }: Ballot): Voice[] {
  return threadsOf(comments, author).flatMap(({ comment, state, answers }) => [
    voiceOf(comment, state),
    ...answers.map((answer) => voiceOf(answer, null)),
  ])
}

const voiceOf = (comment: CommentRecord, state: ThreadState): Voice => ({
  stakeholder: comment.stakeholder,
  kind: comment.kind,
  objects: isObjection(comment),
  state,
})

/**
 * The members below the median weight of a charter; none where all weigh the same. With an even number
 * the median is between the two in the middle, so that half of the members may be below it.
 */
export function smallMembers({ stakeholders }: Charter): ReadonlySet<string> {
  const weights = stakeholders.map(({ weight }) => weight).sort((a, b) => a - b)
  const [low = 0, high = 0] = [
    weights[Math.floor((weights.length - 1) / 2)],
    weights[Math.ceil((weights.length - 1) / 2)],
  ]
  return new Set(stakeholders.filter(({ weight }) => 2 * weight < low + high).map(({ id }) => id))
}
