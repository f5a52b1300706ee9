/** `escalations`: what overlaps or waits (design §3.8). */
import { shortId } from '../../api/ids.ts'
import type { EscalationLine, EscalationRequest } from '../../api/recourse-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import type { Style } from '../view/paint.ts'
import { signedReport } from '../view/signed.ts'
import { type Column, tableLines } from '../view/table.ts'
import { plain } from '../view/text.ts'
import { fromNow } from '../view/time.ts'

/** How long owners have unless it is said, in ms. */
const DUE_MS = 2 * 86_400_000

/** Lists escalations. */
export const list = (
  { overdue }: { readonly overdue: boolean },
  context: Context,
): Promise<Report> =>
  withNode(context, 'any', async ({ api, now }) => {
    const all = need(await api.recourse.escalations())
    const escalations = all.filter(({ state }) => !overdue || state === 'overdue')
    const text = tableLines(columnsAt(now()), escalations, context.print).join('\n')
    return { data: { escalations }, text: text || 'nothing waits' }
  })

const STYLES: Readonly<Record<EscalationLine['state'], Style>> = {
  open: 'title',
  overdue: 'warn',
  resolved: 'dim',
}

const columnsAt = (now: number): readonly Column<EscalationLine>[] => [
  { title: 'ID', of: ({ id }) => shortId(id), style: () => 'title' },
  { title: 'KIND', of: ({ kind }) => kind },
  { title: 'SUBJECT', of: ({ subject }) => subject, shrinks: true },
  { title: 'WAITS FOR', of: ({ owners }) => owners.join(', '), shrinks: true },
  { title: 'STATE', of: ({ state }) => state, style: ({ state }) => STYLES[state] },
  { title: 'DUE', of: ({ dueAt, state }) => (state === 'resolved' ? '' : fromNow(dueAt, now)) },
  { title: 'RESOLVED', of: (line) => resolvedText(line), shrinks: true },
]

function resolvedText({ resolutions }: EscalationLine): string {
  const [first] = resolutions
  if (!first) return ''
  const { stakeholder, text, council } = first
  const late = council?.inOffice === false ? ' (not in office)' : ''
  return `${stakeholder}${council ? ', council' : ''}${late}: ${text}`
}

interface OpenInput {
  readonly kind: EscalationRequest['kind']
  readonly subject: string
  readonly owner: readonly string[]
  readonly due: number | undefined
  readonly because: string
  readonly about: string | undefined
  readonly dryRun: boolean
}

/** Escalates. */
export const open = (input: OpenInput, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const { kind, subject, owner, due, because, about, dryRun } = input
    const request = { kind, subject, owners: owner, text: because, dueInMs: due ?? DUE_MS }
    const named = about === undefined ? request : { ...request, about }
    const signed = need(await api.recourse.escalate(named, { dryRun }))
    return signedReport([signed], `✓ escalated "${plain(subject)}"\n  id  ${signed.cid}`)
  })

interface ResolveInput {
  readonly escalation: string
  readonly because: string
  readonly dryRun: boolean
}

/** Resolves an escalation. */
export const resolve = (
  { escalation, because, dryRun }: ResolveInput,
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.recourse.resolve(escalation, because, { dryRun }))
    return signedReport([signed], '✓ resolved')
  })
