/** `council`: who is in office, elections, recalls (design §3.8). */
import { formatDuration } from '../../../src/charter/duration.ts'
import { shortId } from '../../api/ids.ts'
import type { CouncilView } from '../../api/recourse-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { signedReport } from '../view/signed.ts'
import { moment } from '../view/time.ts'

/** Shows the council. */
export const show = (context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const view = need(await api.recourse.council())
    return { data: view, text: councilLines(view).join('\n') }
  })

function councilLines({ charter, inOffice }: CouncilView): string[] {
  if (charter === null) return ['the charter knows no council']
  const rules = `${charter.seats} seats for ${formatDuration(charter.termMs)}, elected on track ${charter.track}`
  return [
    inOffice === null
      ? 'nobody is in office'
      : `in office    ${inOffice.members.join(', ')} until ${moment(inOffice.until)}`,
    ...(inOffice === null ? [] : [`elected by   ballot ${shortId(inOffice.election)}`]),
    `charter      ${rules}`,
    `its members  may besides: ${charter.powers.join(', ') || 'nothing'}`,
  ]
}

interface ElectInput {
  readonly members: readonly string[]
  readonly because: string
  readonly dryRun: boolean
}

/** Opens an election, or with no members a recall. */
export const elect = (
  { members, because, dryRun }: ElectInput,
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.recourse.elect({ members, because }, { dryRun }))
    const id = signed.cid ?? ''
    const what = members.length === 0 ? 'a recall of the council' : `council ${members.join(', ')}`
    const report = signedReport([signed], `✓ proposed ${what}\n  to be decided by ballot ${id}`)
    return dryRun
      ? report
      : { ...report, next: ['', 'Next:', `  folkmoot vote ${shortId(id)} yes`] }
  })
