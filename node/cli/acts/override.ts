/** `override` and `overrides`: gates that count as met though they are not (design §3.8). */
import { shortId } from '../../api/ids.ts'
import type { OverrideInput, OverrideLine } from '../../api/recourse-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { signedReport } from '../view/signed.ts'
import { type Column, tableLines } from '../view/table.ts'
import { moment } from '../view/time.ts'

/** Opens the ballot that would override a gate. */
export const override = (
  { proposal, gate, because, dryRun }: OverrideInput & { readonly dryRun: boolean },
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.recourse.override({ proposal, gate, because }, { dryRun }))
    const id = signed.cid ?? ''
    const sentence = `✓ asked that gate ${gate} be overridden\n  to be decided by ballot ${id}`
    const report = signedReport([signed], sentence)
    return dryRun
      ? report
      : { ...report, next: ['', 'Next:', `  folkmoot vote ${shortId(id)} yes`] }
  })

/** Lists overrides. */
export const overrides = (context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const list = need(await api.recourse.overrides())
    const text = tableLines(COLUMNS, list, context.print).join('\n')
    return { data: { overrides: list }, text: text || 'no gate was overridden' }
  })

const COLUMNS: readonly Column<OverrideLine>[] = [
  { title: 'BALLOT', of: ({ id }) => shortId(id), style: () => 'title' },
  { title: 'GATE', of: ({ gate }) => gate },
  { title: 'OF', of: ({ proposal }) => proposal.title, shrinks: true },
  { title: 'OUTCOME', of: ({ outcome }) => outcome, style: ({ outcome }) => STYLES[outcome] },
  { title: 'BY', of: ({ author }) => author },
  { title: 'BECAUSE', of: ({ because }) => because, shrinks: true },
  { title: 'SINCE', of: ({ at }) => moment(at) },
]

const STYLES = { adopted: 'warn', declined: 'dim', open: 'title' } as const
