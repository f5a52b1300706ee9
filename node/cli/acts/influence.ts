/** `influence`: who decides, by the charter and in fact. */
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { readSince } from '../since.ts'
import { influenceLines } from '../view/influence.ts'

interface InfluenceInput {
  readonly track: string | undefined
  readonly since: string | undefined
}

/** Asks for the report and shows it as tables. */
export const influence = ({ track, since }: InfluenceInput, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api, now }) => {
    const from = readSince(since, now())
    const report = need(await api.reports.influence({ track, since: from }))
    return { data: report, text: influenceLines(report, context.print).join('\n') }
  })
