/** `upgrade retrospective`, `upgrade archive`: looking back, so that it is done and not only said. */
import { RETROSPECTIVE_PARTS } from '../../../src/replica/upgrade/retrospective.ts'
import { shortId } from '../../api/ids.ts'
import type { RetrospectiveDetail, RetrospectiveWords } from '../../api/upgrade-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need, usageError } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { signedReport } from '../view/signed.ts'
import { plainLines } from '../view/text.ts'

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

function nextSteps({ proposal, document, missing, archived }: RetrospectiveDetail): string[] {
  const id = shortId(proposal)
  if (archived !== null) return ['', `✓ archived as ${shortId(archived)}`]
  if (missing.length === 0) return ['', 'Next:', `  folkmoot upgrade archive ${id}`]
  const unsaid = missing.map((part) => RETROSPECTIVE_PARTS[part])
  return [
    '',
    `Nobody has written yet: ${unsaid.join('; ')}.`,
    document === null
      ? `  folkmoot upgrade retrospective ${id} --went-well "…"`
      : `  folkmoot doc edit ${shortId(document)}`,
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
