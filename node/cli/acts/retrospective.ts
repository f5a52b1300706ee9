/** `upgrade retrospective`, `upgrade archive`: looking back, so that it is done and not only said. */

import type { LinkedTask } from '../../../src/replica/upgrade/actions.ts'
import { RETROSPECTIVE_PARTS } from '../../../src/replica/upgrade/retrospective.ts'
import { shortId } from '../../api/ids.ts'
import type { RetrospectiveDetail, RetrospectiveWords } from '../../api/upgrade-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need, usageError } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { signedReport } from '../view/signed.ts'
import { plain, plainLines } from '../view/text.ts'

interface RetrospectiveInput {
  readonly upgrade: string
  readonly wentWell: string | undefined
  readonly wentBadly: string | undefined
  readonly deviations: string | undefined
  readonly lessons: string | undefined
  readonly actions: string | undefined
  readonly facts: boolean
  readonly dryRun: boolean
}

/** Shows what the log says and what is still to be said; with words, writes them. */
export function retrospective(input: RetrospectiveInput, context: Context): Promise<Report> {
  const { upgrade, dryRun, facts } = input
  const words = wordsOf(input)
  const isWriting = Object.keys(words).length > 0
  if (isWriting && facts) throw usageError('--facts writes nothing', 'leave it out')
  if (dryRun && !isWriting)
    throw usageError('--dry-run goes with what is written', 'give --went-well "…"')
  return withNode(context, isWriting ? 'daemon' : 'any', async ({ api }) => {
    if (!isWriting) return shown(need(await api.upgrades.retrospective(upgrade)), facts)
    const signed = need(await api.upgrades.write(upgrade, words, { dryRun }))
    const report = signedReport(signed, '✓ written')
    if (dryRun) return report
    const detail = need(await api.upgrades.retrospective(upgrade))
    const { document, missing } = detail
    return {
      ...report,
      data: { ...report.data, document, missing },
      next: nextSteps(detail),
    }
  })
}

const wordsOf = ({
  wentWell,
  wentBadly,
  deviations,
  lessons,
  actions,
}: RetrospectiveInput): RetrospectiveWords => ({
  ...(wentWell !== undefined && { wentWell }),
  ...(wentBadly !== undefined && { wentBadly }),
  ...(deviations !== undefined && { deviations }),
  ...(lessons !== undefined && { lessons }),
  ...(actions !== undefined && { actions }),
})

function shown(detail: RetrospectiveDetail, onlyFacts: boolean): Report {
  const text = plainLines(detail.facts).join('\n').trimEnd()
  return onlyFacts ? { data: detail, text } : { data: detail, text, next: nextSteps(detail) }
}

interface ActionCommand {
  readonly upgrade: string
  readonly task: string
  readonly title: string | undefined
  readonly owner: string | undefined
  readonly due: string | undefined
  readonly note: string | undefined
  readonly dryRun: boolean
}

/** Has a task come of a retrospective. */
export function action(input: ActionCommand, context: Context): Promise<Report> {
  const { upgrade, task: row, title, owner, due, note, dryRun } = input
  const given = {
    row,
    ...(title !== undefined && { title }),
    ...(owner !== undefined && { owner }),
    ...(due !== undefined && { due }),
    ...(note !== undefined && { note }),
  }
  return withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.upgrades.action(upgrade, given, { dryRun }))
    const report = signedReport(signed, `✓ task ${plain(row)} comes of this retrospective`)
    if (dryRun) return report
    const detail = need(await api.upgrades.retrospective(upgrade))
    const tasks = detail.tasks.filter((one) => one.row === row)
    return { ...report, data: { ...report.data, tasks }, next: nextSteps(detail) }
  })
}

/** Tasks as they stand now, whatever became of them since. */
const taskLines = ({ tasks }: RetrospectiveDetail): string[] =>
  tasks.length === 0
    ? []
    : ['', 'Tasks that come of it:', ...tasks.map((task) => `  ${taskText(task)}`)]

const taskText = ({ row, title, owner, due, status, link }: LinkedTask): string =>
  link === 'missing'
    ? `! ${plain(row)}: no whole row of the register of tasks`
    : `${link === 'both' ? '' : '! of another upgrade: '}${plain(row)}: ${plain(title ?? '')} (${plain(owner ?? '')}, by ${due}, ${status})`

function nextSteps(detail: RetrospectiveDetail): string[] {
  const { proposal, others } = detail
  const seen =
    others.length === 0
      ? []
      : [
          '',
          `Other documents say that they are its retrospective: ${others.map(shortId).join(', ')}`,
        ]
  return [...taskLines(detail), ...seen, ...whatIsNext(detail, shortId(proposal))]
}

function whatIsNext({ document, missing, archived }: RetrospectiveDetail, id: string): string[] {
  if (archived !== null) return ['', `✓ archived as ${shortId(archived)}`]
  if (missing.length === 0) return ['', 'Next:', `  folkmoot upgrade archive ${id}`]
  const unsaid = missing.map((part) => RETROSPECTIVE_PARTS[part])
  return [
    '',
    `Nobody has written yet: ${unsaid.join('; ')}.`,
    document === null
      ? `  folkmoot upgrade retrospective ${id} --went-well "…"`
      : `  folkmoot doc edit ${shortId(document)}`,
    ...(missing.includes('actions')
      ? [`  folkmoot upgrade action ${id} <task> --title "…" --owner … --due …`]
      : []),
  ]
}

/** Archives a retrospective that says everything. */
export const archive = (
  { upgrade, dryRun }: { readonly upgrade: string; readonly dryRun: boolean },
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.upgrades.archive(upgrade, { dryRun }))
    return signedReport([signed], `✓ archived\n  id  ${signed.cid}`)
  })
