/** `log` and `evidence`: who said what. */
import { shortId } from '../../api/ids.ts'
import type { EvidenceLine, LogLine } from '../../api/node-api.ts'
import type { JournalLine } from '../../store/journal.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { withNode } from '../node-access.ts'
import { type Column, tableLines } from '../view/table.ts'
import { count } from '../view/text.ts'
import { moment } from '../view/time.ts'

/** Lines unless told otherwise. */
const LINES = 50

interface LogInput {
  readonly limit: number | undefined
  readonly type: string | undefined
  readonly of: string | undefined
}

/** The latest operations, newest last. */
export const log = ({ limit = LINES, type, of }: LogInput, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const query = {
      limit,
      ...(type !== undefined && { type }),
      ...(of !== undefined && { stakeholder: of }),
    }
    const lines = (await api.log(query)).toReversed()
    const text = tableLines(COLUMNS, lines, context.print).join('\n')
    return { data: { ops: lines }, text: text || 'no operations' }
  })

const COLUMNS: readonly Column<LogLine>[] = [
  { title: 'ID', of: ({ cid }) => shortId(cid) },
  { title: 'AT', of: ({ at }) => moment(at), style: () => 'dim' },
  { title: 'BY', of: ({ stakeholder, key }) => stakeholder ?? key.slice(0, 8) },
  { title: 'WHAT', of: ({ summary }) => summary, shrinks: true },
  {
    title: '',
    of: ({ standing }) => (standing === 'regular' ? '' : standing),
    style: () => 'warn',
  },
]

interface JournalInput {
  readonly limit: number | undefined
  readonly what: string | undefined
}

/** What the node did by itself, newest last. */
export const journal = ({ limit = LINES, what }: JournalInput, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const query = { limit, ...(what !== undefined && { what }) }
    const lines = (await api.journal(query)).toReversed()
    const text = tableLines(JOURNAL_COLUMNS, lines, context.print).join('\n')
    return { data: { lines }, text: text || 'nothing yet' }
  })

const JOURNAL_COLUMNS: readonly Column<JournalLine>[] = [
  { title: 'AT', of: ({ at }) => moment(at), style: () => 'dim' },
  { title: 'WHAT', of: ({ what }) => what },
  { title: 'WHY', of: ({ why }) => why, shrinks: true },
]

/** Keys that said two things at one place. */
export const evidence = (context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const found = await api.evidence()
    const text =
      found.length === 0
        ? '✓ no key has said two things at one place'
        : found.flatMap(evidenceLines).join('\n')
    return { data: { evidence: found }, text, exit: EXIT.ok }
  })

const evidenceLines = ({ key, stakeholder, seq, ops }: EvidenceLine): string[] => [
  `✗ ${stakeholder ?? 'nobody'}: key ${key} said ${count(ops.length, 'thing')} as its operation ${seq}`,
  ...ops.map(({ cid, type, at }) => `    ${cid}  ${type}  ${moment(at)}`),
]
