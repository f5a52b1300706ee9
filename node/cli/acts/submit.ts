/** `submit`: publishes operations that were signed elsewhere. */
import type { SubmitReport } from '../../api/node-api.ts'
import { readCarried } from '../carried.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { readGivenText } from '../files.ts'
import { withNode } from '../node-access.ts'
import { count } from '../view/text.ts'
import { coalitionOf } from './ratify.ts'

/** Hands a carried file to the daemon. */
export const submit = ({ file }: { readonly file: string }, context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api, home }) => {
    const { coalition, ops } = readCarried(readGivenText(context, file), file)
    if (coalition !== coalitionOf(home))
      throw new CliError(
        'other-coalition',
        `${file} is of another coalition (${coalition})`,
        'give it to a member of that one',
        { exit: EXIT.refused },
      )
    const report = await api.submit(ops)
    return { data: { ...report }, text: submitText(report, ops.length), exit: exitOf(report) }
  })

const exitOf = ({ refused }: SubmitReport) => (refused.length > 0 ? EXIT.refused : EXIT.ok)

function submitText({ accepted, waiting, refused }: SubmitReport, total: number): string {
  const known = total - accepted.length - waiting.length - refused.length
  return [
    `✓ ${count(accepted.length, 'operation')} published${known > 0 ? `, ${known} known already` : ''}`,
    ...(waiting.length > 0 ? [`! ${waiting.length} wait for what they build on`] : []),
    ...refused.map(({ code, message }) => `✗ refused (${code}): ${message}`),
  ].join('\n')
}
