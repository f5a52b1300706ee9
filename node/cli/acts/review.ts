/** `review`: how the rules of the charter have worked, and the ballot that records a look at them. */
import { formatDuration } from '../../../src/charter/duration.ts'
import type { ReviewReport, TrackReview } from '../../../src/replica/report/review.ts'
import { appealText, provisionalText, spanText } from '../../../src/replica/report/review-acts.ts'
import { percentOf } from '../../../src/replica/report/share.ts'
import { shortId } from '../../api/ids.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { readSince } from '../since.ts'
import { signedReport } from '../view/signed.ts'
import { type Column, tableLines } from '../view/table.ts'
import { fromNow, moment } from '../view/time.ts'

/** Shows the report, and when the next review is due. */
export const show = (
  { since }: { readonly since: string | undefined },
  context: Context,
): Promise<Report> =>
  withNode(context, 'any', async ({ api, now }) => {
    const report = need(await api.reports.review({ since: readSince(since, now()) }))
    const { print } = context
    const text = [
      `charter version ${report.charter.version}, ${report.since === null ? 'since the coalition began' : `since ${moment(report.since)}`}`,
      dueLine(report, now()),
      '',
      ...tableLines(RULE_COLUMNS, report.tracks, print),
      '',
      print.paint('title', 'How long it took here (median, nine of ten)'),
      ...tableLines(SPAN_COLUMNS, report.tracks, print),
    ]
    return { data: report, text: text.join('\n') }
  })

function dueLine({ due }: ReviewReport, now: number): string {
  const last = due.last === null ? 'none so far' : `the last ${moment(due.last.at)}`
  if (due.open !== null) return `a review is being decided by ballot ${shortId(due.open)}; ${last}`
  if (due.every === null) return `no review is ever due by this charter; ${last}`
  const every = `reviews every ${formatDuration(due.every)}, ${last}`
  if (due.dueAt === null) return `${every}; the first is counted from when the coalition is active`
  const when = `${moment(due.dueAt)} (${fromNow(due.dueAt, now)})`
  return `${every}; ${due.isDue ? 'DUE since' : 'the next is due'} ${when}`
}

const RULE_COLUMNS: readonly Column<TrackReview>[] = [
  { title: 'TRACK', of: ({ track }) => track, style: () => 'title' },
  { title: 'SETTLED', of: ({ settled }) => `${settled}` },
  { title: 'ADOPTED', of: ({ adopted }) => `${adopted}` },
  {
    title: 'TURNOUT',
    of: ({ turnout }) => (turnout.whole === 0 ? '–' : `${percentOf(turnout)} %`),
  },
  {
    title: 'QUORUM MISSED',
    of: ({ quorumMissed }) => `${quorumMissed}`,
    style: ({ quorumMissed }) => (quorumMissed > 0 ? 'warn' : undefined),
  },
  { title: 'VETOED (VETOES)', of: ({ vetoed, vetoes }) => `${vetoed} (${vetoes})` },
  { title: 'PROVISIONAL: RATIFIED, LAPSED', of: provisionalText },
  { title: 'OVERRIDES', of: ({ overrides }) => `${overrides.adopted} of ${overrides.asked}` },
  { title: 'APPEALS: UPHELD, REJECTED', of: appealText },
]

/** Where nothing was settled, nothing took any time. */
const spanOf =
  (name: keyof TrackReview['spans']) =>
  ({ settled, spans }: TrackReview): string =>
    settled === 0 ? '–' : spanText(spans[name])

const SPAN_COLUMNS: readonly Column<TrackReview>[] = [
  { title: 'TRACK', of: ({ track }) => track, style: () => 'title' },
  { title: 'OPEN TO VOTING', of: spanOf('openToVoting') },
  { title: 'VOTING TO SEAL', of: spanOf('votingToSeal') },
  { title: 'SEAL TO SETTLEMENT', of: spanOf('sealToSettlement') },
  { title: 'IN ALL', of: spanOf('openToSettlement') },
]

interface OpenInput {
  readonly because: string
  readonly dryRun: boolean
}

/** Brings a review to a ballot. */
export const open = ({ because, dryRun }: OpenInput, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.reports.openReview(because, { dryRun }))
    const id = signed.cid ?? ''
    const report = signedReport([signed], `✓ proposed the review\n  to be decided by ballot ${id}`)
    return dryRun
      ? report
      : { ...report, next: ['', 'Next:', `  folkmoot vote ${shortId(id)} yes`] }
  })
