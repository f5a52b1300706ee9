/** `discussion`: what was said on a proposal, and what waits for an answer. */
import type { CommentRecord } from '../../../src/proposal/comment.ts'
import type { Thread } from '../../../src/proposal/discussion.ts'
import type { Discussion } from '../../api/deliberation-api.ts'
import { shortId } from '../../api/ids.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import type { Style } from '../view/paint.ts'
import { count, plain, plainLines } from '../view/text.ts'
import { moment } from '../view/time.ts'

interface DiscussionInput {
  readonly proposal: string
  readonly open: boolean
}

/** Shows a discussion by kinds of comment, objections first. */
export const discussion = ({ proposal, open }: DiscussionInput, context: Context) =>
  withNode(context, 'any', async ({ api }): Promise<Report> => {
    const whole = need(await api.deliberation.discussion(proposal))
    const threads = whole.threads.filter(({ state }) => !open || state === 'open')
    const found = { ...whole, threads }
    return { data: found, text: discussionLines(found, context).join('\n') }
  })

/** The kinds as people look for them. */
const KINDS = [
  ['objection', 'Objections'],
  ['question', 'Questions'],
  ['concern', 'Concerns'],
  ['support', 'Support'],
  ['answer', 'Answers to what does not count'],
] as const

function discussionLines(found: Discussion, context: Context): string[] {
  const { paint } = context.print
  const waiting = found.threads.filter(({ state }) => state === 'open').length
  const criteria = [...found.criteria.track, ...found.criteria.proposal]
  return [
    paint('title', plain(found.title)),
    `by ${found.author}; ${waiting === 0 ? 'nothing waits for an answer' : `${count(waiting, 'thread')} waiting for an answer`}`,
    ...(criteria.length === 0 ? [] : ['', paint('title', 'Criteria')]),
    ...criteria.map((criterion) => `  ${plain(criterion)}`),
    ...KINDS.flatMap(([kind, title]) => {
      const threads = found.threads.filter(({ comment }) => comment.kind === kind)
      if (threads.length === 0) return []
      return ['', paint('title', title), ...threads.flatMap((one) => threadLines(one, context))]
    }),
  ]
}

const STATES: Readonly<Record<string, Style>> = { open: 'warn', answered: 'good', withdrawn: 'dim' }

function threadLines({ comment, state, answers }: Thread, context: Context): string[] {
  const { paint } = context.print
  const mark = state === null ? '' : ` [${paint(STATES[state] ?? 'dim', state)}]`
  const wanted =
    comment.disposition === null ? [] : [`    settled by: ${plain(comment.disposition)}`]
  return [
    `  ${headOf(comment, context)}${mark}`,
    ...textOf(comment, '    '),
    ...wanted,
    ...answers.flatMap((answer) => [
      `    ↳ ${headOf(answer, context)}`,
      ...textOf(answer, '      '),
    ]),
  ]
}

const headOf = ({ cid, stakeholder, at }: CommentRecord, { print }: Context): string =>
  `${print.paint('dim', shortId(cid))} ${stakeholder}, ${moment(at)}`

const textOf = ({ text }: CommentRecord, indent: string): string[] =>
  plainLines(text).map((line) => `${indent}${line}`.trimEnd())
