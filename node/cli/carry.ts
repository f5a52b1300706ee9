/** Writes what was signed with no daemon running to a file that any member can publish (§6.6). */
import { readBundle } from '../api/bundle.ts'
import { shortId } from '../api/ids.ts'
import type { NodeApi } from '../api/node-api.ts'
import { formatCarried } from './carried.ts'
import type { Report } from './command.ts'
import type { Context } from './context.ts'
import { CliError, need } from './errors.ts'
import { writeResult } from './files.ts'
import { withNode } from './node-access.ts'
import { ownRun } from './own-run.ts'
import { count } from './view/text.ts'

/** The report with where the file is; none where the file went to standard output. */
export const carry = (
  report: Report,
  path: string | undefined,
  context: Context,
): Promise<Report | undefined> =>
  withNode(context, 'offline', async ({ api, home }) => {
    const bundle = need(readBundle(await api.exportCar()))
    const { ops, last } = ownRun(bundle, home.identity.node, await knownByOthers(api))
    if (ops.length === 0)
      throw new CliError(
        'nothing-to-carry',
        'nothing was signed that others lack',
        'leave --offline out to look only',
      )
    const file = path ?? `${shortId(last ?? 'own')}.carried`
    const text = formatCarried({ coalition: bundle.coalition, ops })
    if (!writeResult(context, file, text)) return undefined
    return {
      data: { ...report.data, file, ops: ops.length },
      text: `${report.text}\n  ${count(ops.length, 'operation')} to carry to a member: folkmoot submit ${file}`,
    }
  })

/** How many of our operations the checkpoint of another node shows that it has. */
async function knownByOthers(api: NodeApi): Promise<number> {
  const presence = await api.reports.presence()
  const keys = presence.ok ? presence.value.members.flatMap((member) => member.keys) : []
  return Math.max(0, ...keys.map(({ seesOurs }) => seesOurs?.part ?? 0))
}
