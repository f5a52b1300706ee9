/** `proposals`, `show`, `explain`: what is being decided. */
import { type Explanation, renderExplanation } from '../../../src/ballot/explain.ts'
import { type CharterDiff, charterDiff } from '../../../src/charter/analyser/diff.ts'
import { shortId, withShortIds } from '../../api/ids.ts'
import { plainValue } from '../../api/json-values.ts'
import type { ProposalDetail, ProposalLine } from '../../api/node-api.ts'
import type { AppealLine } from '../../api/recourse-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { diffLines } from '../view/charter.ts'
import type { Paint, Style } from '../view/paint.ts'
import { type Column, tableLines } from '../view/table.ts'
import { plain, plainLines } from '../view/text.ts'
import { fromNow, moment } from '../view/time.ts'

interface ListInput {
  readonly outcome: ProposalLine['outcome'] | undefined
  readonly needsVote: boolean
}

/** Lists proposals, those that are open first. */
export const proposals = ({ outcome, needsVote }: ListInput, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api, now }) => {
    const list = (await api.proposals())
      .filter((line) => outcome === undefined || line.outcome === outcome)
      .filter((line) => !needsVote || waitsForUs(line))
    const lines = tableLines(columnsAt(now()), list, context.print)
    return { data: { proposals: list }, text: lines.join('\n') || 'no proposals' }
  })

const waitsForUs = ({ stage, outcome, myVote }: ProposalLine): boolean =>
  stage === 'voting' && outcome === 'open' && (myVote === 'silent' || myVote === '')

const STYLES: { readonly [outcome: string]: Style } = {
  adopted: 'good',
  declined: 'bad',
  provisional: 'warn',
  void: 'dim',
}

const columnsAt = (now: number): readonly Column<ProposalLine>[] => [
  { title: 'ID', of: ({ id }) => shortId(id), style: () => 'title' },
  { title: 'TITLE', of: ({ title }) => title, shrinks: true },
  { title: 'BY', of: ({ author }) => author },
  { title: 'SLOT', of: ({ slot }) => withShortIds(slot), shrinks: true },
  { title: 'STAGE', of: (line) => stageText(line), style: ({ outcome }) => STYLES[outcome] },
  { title: 'OUR VOTE', of: ({ myVote }) => myVote || 'silent' },
  { title: 'SILENT', of: ({ outcome, silent }) => (outcome === 'void' ? '' : `${silent.length}`) },
  { title: 'CLOSES', of: (line) => (line.outcome === 'open' ? fromNow(line.closesAt, now) : '') },
]

function stageText({ outcome, provisional, stage, rounds, appeal }: ProposalLine): string {
  const before = provisional === null ? '' : PROVISIONAL_WORDS[provisional]
  if (outcome === 'open') return `${stage}${before}`
  const ended = rounds > 0 ? `${outcome} (round ${rounds})` : outcome
  return `${ended}${before}${appeal === null ? '' : APPEAL_WORDS[appeal.stage]}`
}

const PROVISIONAL_WORDS: Readonly<Record<NonNullable<ProposalLine['provisional']>, string>> = {
  provisional: '',
  held: ', held',
  ratified: ', ratified',
  lapsed: ', was provisional and lapsed',
}

const APPEAL_WORDS: Readonly<Record<AppealLine['stage'], string>> = {
  window: ', appeal window',
  filed: ', appealed',
  pending: ', under appeal',
  upheld: ', set aside on appeal',
  rejected: ', appeal rejected',
  over: '',
}

/** Shows one proposal whole. */
export const showOne = (
  { proposal }: { readonly proposal: string },
  context: Context,
): Promise<Report> =>
  withNode(context, 'any', async ({ api, now }) => {
    const detail = need(await api.proposal(proposal))
    const { amendment } = detail
    const changes = amendment && charterDiff(amendment.before, amendment.next)
    return {
      data: { ...detail, amendment: amendment && { ...plainAmendment(amendment), changes } },
      text: detailLines(detail, changes, { paint: context.print.paint, now: now() }).join('\n'),
    }
  })

const plainAmendment = ({ before, next }: NonNullable<ProposalDetail['amendment']>) => ({
  before: plainValue(before),
  next: plainValue(next),
})

function detailLines(
  detail: ProposalDetail,
  changes: CharterDiff | null,
  { paint, now }: { readonly paint: Paint; readonly now: number },
): string[] {
  const facts: readonly (readonly [string, string])[] = [
    ['id', detail.id],
    ['by', detail.author],
    ['kind', `${detail.kind} on track ${detail.track}`],
    [
      'slot',
      detail.slot + (detail.replaces === null ? '' : `, replaces ${shortId(detail.replaces)}`),
    ],
    ['components', detail.components.join(', ')],
    ['stage', stageText(detail)],
    ['voting', votingText(detail, now)],
    ['our vote', detail.myVote || 'silent'],
    ['silent', detail.outcome === 'void' ? '' : detail.silent.join(', ') || 'nobody'],
    ['text', detail.document.digest],
    ['document', frozenText(detail)],
  ]
  return [
    paint('title', plain(detail.title)),
    ...facts
      .filter(([, value]) => value !== '')
      .map(([name, value]) => factLine(paint, name, value)),
    ...block(paint, 'Summary', plainLines(detail.summary)),
    ...block(paint, 'Text', plainLines(detail.document.text)),
    ...block(paint, 'What it changes', changeLines(detail, changes)),
    ...block(paint, 'Why it stands as it does', detail.reasons.map(plain)),
    ...block(paint, 'Votes', detail.votes.map(voteLine)),
    ...block(
      paint,
      'Seals',
      detail.seals.map(({ stakeholder, verdict }) => `${stakeholder}: ${verdict}`),
    ),
    ...block(paint, 'Appeals', appealLines(detail, now)),
    ...block(paint, 'Comments', detail.comments.map(commentLine)),
  ]
}

/** Who gains and loses what by the charter that is proposed, and how to read all of it. */
function changeLines({ id, amendment }: ProposalDetail, changes: CharterDiff | null): string[] {
  if (amendment === null || changes === null) return []
  const whole = `the whole charter: folkmoot charter show --amendment ${shortId(id)}`
  return [...diffLines(changes, amendment.next), '', whole]
}

/** Which frozen document is voted on, where the text is not inline. */
const frozenText = ({ document: { frozen } }: ProposalDetail): string =>
  frozen === null
    ? ''
    : `${frozen.title} (${shortId(frozen.document)}), frozen as ${shortId(frozen.freeze)}`

const votingText = ({ votingAt, closesAt, outcome }: ProposalDetail, now: number): string =>
  `${moment(votingAt)} to ${moment(closesAt)}${outcome === 'open' ? ` (${fromNow(closesAt, now)})` : ''}`

const factLine = (paint: Paint, name: string, value: string): string =>
  `${paint('dim', name.padEnd(11))} ${plain(value)}`

function block(paint: Paint, title: string, lines: readonly string[]): string[] {
  const end = lines.findLastIndex((line) => line !== '') + 1
  if (end === 0) return []
  return ['', paint('title', title), ...lines.slice(0, end).map((line) => `  ${line}`.trimEnd())]
}

const voteLine = ({
  stakeholder,
  choice,
  rationale,
  at,
}: ProposalDetail['votes'][number]): string =>
  `${stakeholder}: ${choice}${rationale === null ? '' : ` – ${plain(rationale)}`} (${moment(at)})`

function appealLines({ appeal }: ProposalDetail, now: number): string[] {
  if (appeal === null) return []
  const window =
    appeal.stage === 'window' ? [`may be filed until ${fromNow(appeal.until ?? now, now)}`] : []
  return [
    ...window,
    ...appeal.appeals.map(
      ({ stakeholder, grounds, inTime }) =>
        `${stakeholder}${inTime ? '' : ' (too late here)'}: ${plain(grounds)}`,
    ),
    ...appeal.ballots.map(({ id, outcome }) => `decided by ballot ${shortId(id)}: ${outcome}`),
  ]
}

const commentLine = (comment: ProposalDetail['comments'][number]): string => {
  const to = comment.answers === null ? '' : ` to ${shortId(comment.answers)}`
  return `${shortId(comment.id)} ${comment.author}, ${comment.kind}${to}: ${plain(comment.text)}`
}

/** Shows every number and reason behind a verdict. */
export const explain = (
  { proposal }: { readonly proposal: string },
  context: Context,
): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const explanation = need(await api.explain(proposal))
    const { width, paint } = context.print
    const text = renderExplanation(withTypedIds(explanation), { width, colour: paint })
    return { data: explanation, text }
  })

const withTypedIds = (explanation: Explanation): Explanation => ({
  ...explanation,
  changes: explanation.changes.map(withShortIds),
  rules: explanation.rules.map((rule) => ({ ...rule, sentence: withShortIds(rule.sentence) })),
})
