/** How a member brings a review of the charter to a ballot (design §3.2). */
import { formatDuration } from '../../charter/duration.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import type { ProposalInput } from '../acts.ts'
import { table } from '../decision/markdown-table.ts'
import { code, momentText } from '../decision/verbatim.ts'
import type { ReplicaReader } from '../reader.ts'
import { asking } from '../recourse/asking.ts'
import {
  REVIEW_SLOT,
  type ReviewReport,
  reviewReport,
  reviewTrack,
  type TrackReview,
} from './review.ts'
import { percentOf } from './share.ts'
import type { SpanSummary } from './spans.ts'

/** The resolution that records a review: its text is the report as this node has it. */
export function reviewInput(replica: ReplicaReader, because: string): Result<ProposalInput> {
  const report = reviewReport(replica)
  const charter = replica.charter?.charter
  if (!report.ok) return report
  if (!charter) return refuse('no-charter', 'the founding operation is not held yet')
  const { open } = report.value.due
  if (open !== null)
    return refuse('review-open', `ballot ${open} is a review already`, 'folkmoot vote')
  const text = [...reviewMarkdown(report.value), '', ...because.split('\n')].join('\n').trimEnd()
  const title = `Review of the charter, version ${report.value.charter.version}`
  const question = { title, text: `${text}\n`, slot: REVIEW_SLOT, components: [] }
  return accept(asking(question, { track: reviewTrack(charter), why: because }))
}

/** The report as Markdown; moments and lengths are those of the node that made it. */
export function reviewMarkdown({ charter, since, due, tracks }: ReviewReport): string[] {
  const used = tracks.filter(({ settled, contingency }) => settled > 0 || contingency.lapsed > 0)
  return [
    `# How the rules worked under charter version ${charter.version}`,
    '',
    `What was settled ${since === null ? 'so far' : `since ${momentText(since)}`}, by the clock of one node.`,
    ...(due.every === null ? [] : [`Reviews are due every ${formatDuration(due.every)}.`]),
    '',
    ...(used.length === 0 ? ['Nothing was settled.'] : table(HEADER, used.map(row))),
    '',
    ...used.flatMap(latencyLines),
  ]
}

const HEADER = [
  ...['track', 'settled', 'adopted', 'turnout', 'quorum missed', 'vetoed (vetoes)'],
  ...['provisional: ratified, lapsed', 'overrides adopted', 'appeals: upheld, rejected'],
]

const row = (one: TrackReview): string[] => [
  code(one.track),
  `${one.settled}`,
  `${one.adopted}`,
  one.turnout.whole === 0 ? '–' : `${percentOf(one.turnout)} %`,
  `${one.quorumMissed}`,
  `${one.vetoed} (${one.vetoes})`,
  provisionalText(one),
  `${one.overrides.adopted} of ${one.overrides.asked}`,
  appealText(one),
]

/** How often a reduced coalition went ahead, and what came of it. */
export const provisionalText = ({ contingency }: TrackReview): string => {
  const { provisional, held, ratified, lapsed } = contingency
  const all = provisional + held + ratified + lapsed
  return all === 0 ? '0' : `${all}: ${ratified}, ${lapsed}`
}

/** How many decisions were appealed against, and what came of it. */
export const appealText = ({ appeals }: TrackReview): string =>
  appeals.appealed === 0 ? '0' : `${appeals.appealed}: ${appeals.upheld}, ${appeals.rejected}`

const latencyLines = ({ track, spans }: TrackReview): string[] => [
  `- ${code(track)}: open to voting ${spanText(spans.openToVoting)}; voting to first seal ${spanText(spans.votingToSeal)}; seal to settlement ${spanText(spans.sealToSettlement)}; in all ${spanText(spans.openToSettlement)} (median, nine of ten)`,
]

/** `5d, 7d`: half took at most the first, nine of ten at most the second. */
export const spanText = (summary: SpanSummary | null): string =>
  summary === null ? 'unknown' : `${rounded(summary.median)}, ${rounded(summary.p90)}`

const MINUTE_MS = 60_000

/** Without what does not matter at its size. */
const rounded = (spanMs: number): string => {
  const unit =
    spanMs >= 1440 * MINUTE_MS ? 60 * MINUTE_MS : spanMs >= 60 * MINUTE_MS ? MINUTE_MS : 1000
  return spanMs < 1000 ? `${spanMs}ms` : formatDuration(Math.floor(spanMs / unit) * unit)
}
