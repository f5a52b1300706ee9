/** The influence report as tables that a board member can read. */
import type { Share } from '../../../src/charter/analyser/concentration.ts'
import type {
  GroupInfluence,
  InfluenceReport,
  PeriodInfluence,
  TrackInfluence,
} from '../../../src/replica/report/influence.ts'
import type { MemberInfluence } from '../../../src/replica/report/member-influence.ts'
import { type Part, percentOf } from '../../../src/replica/report/share.ts'
import { amount } from './charter.ts'
import type { Paint } from './paint.ts'
import { type Column, tableLines } from './table.ts'
import { count, plain } from './text.ts'
import { moment } from './time.ts'

interface Page {
  readonly tableWidth: number
  readonly paint: Paint
}

/** All of the report. */
export function influenceLines(report: InfluenceReport, page: Page): string[] {
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', page.paint('title', title), ...lines]
  return [
    headline(report),
    ...section('How few it takes', tableLines(TRACK_COLUMNS, report.tracks, page)),
    ...section('Members', tableLines(MEMBER_COLUMNS, report.members, page)),
    ...section('Members below the median weight', smallLines(report)),
    ...section('Over time', tableLines(PERIOD_COLUMNS, periodsOf(report), page)),
    '',
    ...LEGEND.map((line) => page.paint('dim', line)),
  ]
}

const LEGEND = [
  'decide, stop: the fewest members who can, whatever the others do. Gini: 0 is equal weights, towards 1 one has all.',
  'decisive: silent, it would have turned the verdict. pivotal: some position of its own would have.',
]

function headline({ charter, track, since, ballots }: InfluenceReport): string {
  const what = [
    `charter version ${charter.version}`,
    ...(track === null ? [] : [`track ${plain(track)}`]),
    ...(since === null ? [] : [`since ${moment(since)}`]),
  ].join(', ')
  const { settled, adopted, open, byVotes } = ballots
  const other = settled - byVotes
  return `${count(settled, 'ballot')} settled (${what}): ${adopted} adopted, ${other} not decided by votes; ${open} open`
}

/** A fraction between 0 and 1 with two digits, rounded down by whole numbers. */
const hundredths = ({ num, den }: Share): string =>
  (percentOf({ part: num, whole: den }) / 100).toFixed(2)

const ofAll = (part: Part): string => `${part.part} of ${part.whole}`
const percent = (part: Part): string => (part.whole === 0 ? '–' : `${percentOf(part)} %`)

const TRACK_COLUMNS: readonly Column<TrackInfluence>[] = [
  {
    title: 'TRACK',
    of: ({ track, component }) => (component === null ? track : `${track} of ${component}`),
    shrinks: true,
  },
  { title: 'MEMBERS', of: ({ members }) => `${members}` },
  { title: 'GINI', of: ({ gini }) => hundredths(gini) },
  { title: 'DECIDE', of: ({ decide }) => amount(decide) },
  { title: 'STOP', of: ({ stop }) => amount(stop) },
  { title: 'SETTLED', of: ({ settled }) => `${settled}` },
  { title: 'ADOPTED', of: ({ adopted }) => `${adopted}` },
  { title: 'TURNOUT', of: ({ turnout }) => percent(turnout) },
]

const MEMBER_COLUMNS: readonly Column<MemberInfluence>[] = [
  { title: 'MEMBER', of: ({ stakeholder }) => stakeholder, style: () => 'title', shrinks: true },
  { title: 'WEIGHT', of: ({ weight }) => (weight === null ? 'left' : `${weight}`) },
  { title: 'TOOK PART', of: ({ tookPart }) => ofAll(tookPart) },
  { title: 'YES', of: ({ stances }) => `${stances.yes}` },
  { title: 'NO', of: ({ stances }) => `${stances.no + stances.veto}` },
  { title: 'ABSTAINED', of: ({ stances }) => `${stances.abstain + stances.conflicted}` },
  { title: 'SILENT', of: ({ stances }) => `${stances.silent}` },
  { title: 'DECISIVE', of: ({ decisive }) => `${decisive}` },
  { title: 'PIVOTAL', of: ({ pivotal }) => `${pivotal}` },
  { title: 'PROPOSED', of: ({ proposals, adopted }) => `${proposals} (${adopted} adopted)` },
  { title: 'COMMENTS', of: ({ comments }) => `${comments}` },
  { title: 'OBJECTED', of: ({ objections, answered }) => objectedText(objections, answered) },
]

const objectedText = (objections: number, answered: number): string =>
  objections === 0 ? '0' : `${objections} (${answered} answered)`

function smallLines({ small, others }: InfluenceReport): string[] {
  if (small.members.length === 0) return ['none: no member weighs less than the median']
  const all = (of: (group: GroupInfluence) => number): string =>
    ofAll({ part: of(small), whole: of(small) + of(others) })
  return [
    `${small.members.map(plain).join(', ')}: ${ofAll(small.weight)} of the weight`,
    `took part ${ofAll(small.tookPart)} times; decisive ${ofAll(small.decisive)} times that anybody was`,
    `made ${all(({ proposals }) => proposals)} proposals, ${small.adopted} adopted; ${all(({ comments }) => comments)} comments`,
    `objected ${count(small.objections, 'time')}, ${small.answered} answered`,
  ].map((line) => `  ${line}`)
}

const periodsOf = ({ quarters, charters }: InfluenceReport): PeriodInfluence[] => [
  ...quarters,
  ...charters.map((one) => ({ ...one, period: `charter ${one.period}` })),
]

const PERIOD_COLUMNS: readonly Column<PeriodInfluence>[] = [
  { title: 'PERIOD', of: ({ period }) => period, style: () => 'title' },
  { title: 'SETTLED', of: ({ settled }) => `${settled}` },
  { title: 'ADOPTED', of: ({ adopted }) => `${adopted}` },
  { title: 'TURNOUT', of: ({ turnout }) => percent(turnout) },
  { title: 'EVER DECISIVE', of: ({ decisive }) => ofAll(decisive) },
  { title: 'COMMENTS OF THE SMALL', of: ({ smallComments }) => ofAll(smallComments) },
  { title: 'PROPOSALS OF THE SMALL', of: ({ smallProposals }) => ofAll(smallProposals) },
]
