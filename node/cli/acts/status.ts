/** `status`: the node at a glance. */
import { shortId } from '../../api/ids.ts'
import type { Alarm, NodeStatus } from '../../api/node-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { withNode } from '../node-access.ts'
import type { Paint } from '../view/paint.ts'
import { recoveryLines } from '../view/recovery.ts'
import { count, plain } from '../view/text.ts'
import { fromNow, moment, rough } from '../view/time.ts'

/** Asks the daemon how it is. */
export const status = (context: Context): Promise<Report> =>
  withNode(context, 'daemon', async ({ api, now }) => {
    const data = await api.status()
    const { paint } = context.print
    const text = [...factLines(data, now(), paint), '', ...healthLines(data, paint)]
    return { data, text: text.join('\n') }
  })

function factLines(data: NodeStatus, now: number, paint: Paint): string[] {
  const { coalition, stakeholder, ratified, digests, peers, ballots } = data
  const facts: readonly (readonly [string, string])[] = [
    ['coalition', coalition ? `${plain(coalition.name)} (${shortId(coalition.id)})` : 'none yet'],
    ['we are', stakeholder ?? 'no member'],
    ['charter', `version ${data.charterVersion}; ${ratifiedText(ratified)}`],
    [
      'peers',
      `${peers.connected} of ${peers.known} connected${peers.blocked > 0 ? `, ${peers.blocked} blocked` : ''}`,
    ],
    ['operations', `${digests.count}, digest ${digests.ops.slice(0, 16)}`],
    [
      'ballots',
      `${ballots.open} open, ${ballots.needMyVote} without our vote${ballots.provisional > 0 ? `, ${ballots.provisional} PROVISIONAL` : ''}`,
    ],
    ...(data.underAppeal > 0
      ? [['appeals', `${count(data.underAppeal, 'decision')} under appeal`] as const]
      : []),
    ...(data.disputes > 0 ? [['disputes', `${data.disputes} not settled`] as const] : []),
    ...(data.review === null ? [] : [['review', reviewText(data.review, now)] as const]),
    ['listening', data.listen.join(', ') || 'nowhere'],
    [
      'node',
      `${data.version}, process ${data.pid}, up for ${rough(Math.max(0, now - data.startedAt))}`,
    ],
  ]
  return facts.map(([name, value]) => `${paint('dim', name.padEnd(11))} ${value}`)
}

const reviewText = (
  { dueAt, isDue, ballot }: NonNullable<NodeStatus['review']>,
  now: number,
): string =>
  ballot === null
    ? `of the charter ${isDue ? 'due since' : 'due'} ${moment(dueAt)} (${fromNow(dueAt, now)})`
    : `of the charter in ballot ${shortId(ballot)}`

const ratifiedText = ({ weight, total, active }: NodeStatus['ratified']): string =>
  active
    ? `active, ratified by ${weight} of ${total}`
    : `not active: ratified by ${weight} of ${total}, more than 2/3 is needed`

/** What needs an operator; a cause for each, with its fix. */
export function healthLines(status: NodeStatus, paint: Paint): string[] {
  const { alarms, missing, ballots, recovery, review } = status
  const lines = alarms.flatMap((alarm) => alarmLines(alarm, paint))
  if (recovery) lines.push(...recoveryLines(recovery, paint))
  if (missing > 0)
    lines.push(`${paint('warn', '!')} ${count(missing, 'operation')} missing; being asked for`)
  if (ballots.needMyVote > 0)
    lines.push(
      `${paint('warn', '!')} ${count(ballots.needMyVote, 'ballot')} without our vote`,
      `  ${paint('dim', 'Hint:')} folkmoot proposals --needs-vote`,
    )
  if (review?.isDue && review.ballot === null)
    lines.push(
      `${paint('warn', '!')} a review of the charter is due`,
      `  ${paint('dim', 'Hint:')} folkmoot review; then folkmoot review open --because "…"`,
    )
  return lines.length === 0 ? [`${paint('good', '✓')} healthy`] : lines
}

const alarmLines = ({ severity, sentence, fix }: Alarm, paint: Paint): string[] => [
  `${severity === 'error' ? paint('bad', '✗') : paint('warn', '!')} ${plain(sentence)}`,
  `  ${paint('dim', 'Hint:')} ${plain(fix)}`,
]
