/** `disputes`: what members disagree on, and who rules (design §3.8). */
import type { DisputeLine, DisputeRequest, RulingLine } from '../../api/dispute-api.ts'
import { shortId } from '../../api/ids.ts'
import type { NodeApi, Signed } from '../../api/node-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { signedReport } from '../view/signed.ts'
import { type Column, tableLines } from '../view/table.ts'
import { plain, plainLines } from '../view/text.ts'
import { moment } from '../view/time.ts'

/** Lists disputes. */
export const list = (context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const disputes = need(await api.disputes.list())
    const text = tableLines(COLUMNS, disputes, context.print).join('\n')
    return { data: { disputes }, text: text || 'no disputes' }
  })

const COLUMNS: readonly Column<DisputeLine>[] = [
  { title: 'ID', of: ({ id }) => shortId(id), style: () => 'title' },
  { title: 'KIND', of: ({ kind }) => kind },
  { title: 'SUBJECT', of: ({ subject }) => subject, shrinks: true },
  { title: 'PARTIES', of: ({ parties }) => parties.join(', '), shrinks: true },
  { title: 'STANDS', of: (dispute) => stateText(dispute), shrinks: true },
]

function stateText({ state, panels, mediators }: DisputeLine): string {
  if (state.state === 'settled')
    return `settled by ${state.by}${state.ruling === null ? '' : `: ${state.ruling}`}`
  if (state.state === 'contested') return `contested: ${state.rulings.join(' or ')}`
  const [panel] = panels
  if (panel) return `before ${panel.members.join(', ')}`
  const mediator = mediators.find(({ isAccepted }) => isAccepted)
  return mediator ? `mediated by ${mediator.id}` : 'open'
}

/** Shows one dispute. */
export const show = (
  { dispute }: { readonly dispute: string },
  context: Context,
): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const found = need(await api.disputes.one(dispute))
    return { data: found, text: detailLines(found).join('\n') }
  })

function detailLines(dispute: DisputeLine): string[] {
  const { id, kind, subject, openedBy, at, parties, about, closedBy, panels, mediators } = dispute
  return [
    `${kind}: ${plain(subject)}`,
    `id          ${id}`,
    `opened by   ${openedBy}, ${moment(at)}`,
    `parties     ${parties.join(', ')}`,
    ...(about === null ? [] : [`about       ${about}`]),
    `stands      ${plain(stateText(dispute))}`,
    ...(closedBy.length === 0 ? [] : [`closed by   ${closedBy.join(', ')}`]),
    ...dispute.closedByCouncil.map(
      ({ stakeholder, inOffice }) =>
        `closed by   ${stakeholder} of the council${inOffice ? '' : ', not in office here'}`,
    ),
    '',
    'Grounds',
    ...plainLines(dispute.grounds).map((line) => `  ${line}`.trimEnd()),
    ...panels.flatMap((panel) => [
      '',
      `Panel: ${panel.members.join(', ')}`,
      `  drawn by settlement ${panel.settlement}, seated by ${panel.seatedBy}`,
      ...panel.rulings.map(rulingText),
      ...silentLines(dispute, panel),
    ]),
    ...mediators.flatMap(({ id: mediator, acceptedBy, isAccepted, rulings }) => [
      '',
      `Mediator: ${mediator}, accepted by ${acceptedBy.join(', ')}`,
      `  ${mediationText(isAccepted, dispute.mediationBinds)}`,
      ...(isAccepted ? [] : [`  not accepted yet by ${without(parties, acceptedBy).join(', ')}`]),
      ...rulings.map(rulingText),
    ]),
  ]
}

/** Whose word is lacking: silence is a state of its own. */
function silentLines({ state }: DisputeLine, panel: DisputeLine['panels'][number]): string[] {
  const spoke = panel.rulings.map(({ stakeholder }) => stakeholder)
  const silent = without(panel.members, spoke)
  return silent.length === 0 || state.state === 'settled'
    ? []
    : [`  not ruled yet: ${silent.join(', ')}`]
}

const without = (all: readonly string[], some: readonly string[]): string[] =>
  all.filter((one) => !some.includes(one))

const mediationText = (isAccepted: boolean, binds: boolean): string =>
  isAccepted
    ? `may rule; what it rules ${binds ? 'binds' : 'is advice'}, by the charter`
    : 'may not rule before every party accepts it'

const rulingText = ({ stakeholder, ruling, text }: RulingLine): string =>
  `  ${stakeholder} rules ${plain(ruling)}: ${plain(text)}`

interface OpenInput {
  readonly kind: DisputeRequest['kind']
  readonly subject: string
  readonly party: readonly string[]
  readonly because: string
  readonly about: string | undefined
  readonly dryRun: boolean
}

/** Opens a dispute. */
export const open = (input: OpenInput, context: Context): Promise<Report> =>
  signing(context, `✓ opened a dispute on "${plain(input.subject)}"`, (api) => {
    const { kind, subject, party, because, about, dryRun } = input
    const request = { kind, subject, parties: party, grounds: because }
    return api.disputes.open(about === undefined ? request : { ...request, about }, { dryRun })
  })

interface OnDispute {
  readonly dispute: string
  readonly dryRun: boolean
}

/** Seats a panel. */
export const seat = (
  { dispute, settlement, dryRun }: OnDispute & { readonly settlement: string | undefined },
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.disputes.seat(dispute, settlement, { dryRun }))
    if (dryRun) return signedReport([signed], '')
    const { panels } = need(await api.disputes.one(dispute))
    const drawn = panels.find(({ id }) => id === signed.cid)?.members.join(', ') ?? 'nobody'
    return signedReport([signed], `✓ drawn: ${drawn}`)
  })

/** Proposes or accepts a mediator. */
export const mediate = (
  { dispute, member, dryRun }: OnDispute & { readonly member: string },
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.disputes.mediate(dispute, member, { dryRun }))
    const name = plain(member)
    const sentence =
      signed.type === 'mediator.propose'
        ? `✓ proposed ${name} as mediator; the other parties accept with the same command`
        : `✓ accepted ${name} as mediator`
    return signedReport([signed], sentence)
  })

/** Rules. */
export const rule = (
  {
    dispute,
    ruling,
    because,
    dryRun,
  }: OnDispute & { readonly ruling: string; readonly because: string },
  context: Context,
): Promise<Report> =>
  signing(context, `✓ ruled ${plain(ruling)}`, (api) =>
    api.disputes.rule({ dispute, ruling, text: because }, { dryRun }),
  )

/** Closes a dispute for us. */
export const close = (
  { dispute, because, dryRun }: OnDispute & { readonly because: string | undefined },
  context: Context,
): Promise<Report> =>
  signing(context, '✓ closed for us', (api) => api.disputes.close(dispute, because, { dryRun }))

const signing = (
  context: Context,
  sentence: string,
  act: (api: NodeApi) => ReturnType<NodeApi['disputes']['close']>,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed: Signed = need(await act(api))
    const id = signed.type === 'dispute.open' ? `\n  id  ${signed.cid}` : ''
    return signedReport([signed], `${sentence}${id}`)
  })
