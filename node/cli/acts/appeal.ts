/** `appeal`: against what was adopted (design §3.8). */
import { shortId } from '../../api/ids.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { signedReport } from '../view/signed.ts'
import { plain } from '../view/text.ts'

interface AppealCommand {
  readonly proposal: string
  readonly because: string
  readonly dryRun: boolean
}

/** Appeals, and opens the ballot of all appeals where none is open. */
export const appeal = (
  { proposal, because, dryRun }: AppealCommand,
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const { title } = need(await api.proposal(proposal))
    const done = need(await api.recourse.appeal({ proposal, grounds: because }, { dryRun }))
    const signed = [done.appeal, done.opened].flatMap((one) => one ?? [])
    const report = signedReport(signed, `✓ appealed against "${plain(title)}"`)
    const { ballot } = done
    if (dryRun || ballot === null) return { ...report, data: done }
    const opened = done.opened === null ? 'decided with the appeals of others' : 'to be decided'
    return {
      data: done,
      text: `${report.text}\n  ${opened} by ballot ${ballot}`,
      next: ['', 'Next:', `  folkmoot vote ${shortId(ballot)} yes`],
    }
  })
