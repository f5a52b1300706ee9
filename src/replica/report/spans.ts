/** How long ballots take, by when this node first saw what (design §3.4): its clock and nobody else's. */
import type { Ballot } from '../ballot.ts'
import { timetableOf } from '../closing.ts'
import type { Local } from '../local.ts'
import { settledAt } from '../recourse/appeal-state.ts'
import type { Topic } from '../topics.ts'

/** The parts of a ballot's life that are measured. */
export const SPANS = [
  'openToVoting',
  'votingToSeal',
  'sealToSettlement',
  'openToSettlement',
] as const
/** A part of a ballot's life. */
export type SpanName = (typeof SPANS)[number]

/** Lengths in ms; `null` for what has not happened, or came in another order here. */
export type Spans = { readonly [S in SpanName]: number | null }

/** Of so many ballots half took at most `median`, nine of ten at most `p90`; both in ms. */
export interface SpanSummary {
  readonly count: number
  readonly median: number
  readonly p90: number
}

/** How long each part of a ballot took here. The first seal that counts is what ends voting. */
export function spansOf(ballot: Ballot, topic: Topic | undefined, local: Local): Spans {
  const { opensAt, votingAt } = timetableOf(ballot, local)
  const counted = new Set([...ballot.board.endorse.values(), ...ballot.board.decline.values()])
  const seals = (topic?.seals ?? []).filter(({ held }) => counted.has(held.op.cid))
  const sealedAt = earliest(seals.map(({ held }) => held.seenAt))
  const settled = settledAt(ballot)
  return {
    openToVoting: votingAt - opensAt,
    votingToSeal: between(votingAt, sealedAt),
    sealToSettlement: between(sealedAt, settled),
    openToSettlement: between(opensAt, settled),
  }
}

const earliest = (moments: readonly number[]): number | undefined =>
  moments.length === 0 ? undefined : Math.min(...moments)

/** A node that was away may learn of the end first: then there is nothing to measure. */
const between = (from: number | undefined, to: number | undefined): number | null =>
  from === undefined || to === undefined || to < from ? null : to - from

/** Median and ninetieth percentile by nearest rank: both are lengths that some ballot had. */
export function summaryOf(lengths: readonly (number | null)[]): SpanSummary | null {
  const sorted = lengths.filter((length) => length !== null).sort((a, b) => a - b)
  const rank = (hundredths: number): number =>
    sorted[Math.ceil((sorted.length * hundredths) / 100) - 1] ?? 0
  return sorted.length === 0 ? null : { count: sorted.length, median: rank(50), p90: rank(90) }
}
