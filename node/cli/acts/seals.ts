/** `seals`: what a person approves before the node seals it (design §6.4). */
import { shortId } from '../../api/ids.ts'
import type { SealLine } from '../../api/node-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { type Column, tableLines } from '../view/table.ts'
import { plain } from '../view/text.ts'
import { fromNow } from '../view/time.ts'

/** Lists seals that wait for an answer. */
export const list = (context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api, now }) => {
    const seals = await api.seals()
    const text = tableLines(columnsAt(now()), seals, context.print).join('\n')
    return { data: { seals }, text: text || 'no seal waits for us' }
  })

const columnsAt = (now: number): readonly Column<SealLine>[] => [
  { title: 'BALLOT', of: ({ ballot }) => shortId(ballot), style: () => 'title' },
  { title: 'TITLE', of: ({ title }) => title, shrinks: true },
  { title: 'WOULD SAY', of: ({ verdict }) => verdict },
  { title: 'WHY', of: ({ why }) => why, shrinks: true },
  { title: 'UNTIL', of: ({ declinesAt }) => fromNow(declinesAt, now), style: () => 'warn' },
]

/** Answers one. */
export const answer = (
  { proposal }: { readonly proposal: string },
  approve: boolean,
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const seal = need(await api.answerSeal(proposal, approve))
    const said = approve ? seal.verdict : 'decline'
    return {
      data: { ...seal, approved: approve },
      text: `✓ "${plain(seal.title)}": the node seals ${said}`,
    }
  })
