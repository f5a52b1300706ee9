/** `presence`: who was heard when, and voting windows where members are. */
import { formatDuration } from '../../../src/charter/duration.ts'
import type { KeyPresence } from '../../../src/replica/report/presence.ts'
import { shortId } from '../../api/ids.ts'
import type { MemberLine, PresenceView, WindowLine, WindowPlace } from '../../api/report-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { withNode } from '../node-access.ts'
import { type Column, tableLines } from '../view/table.ts'
import { plain } from '../view/text.ts'
import { fromNow, moment, rough } from '../view/time.ts'

/** Shows everybody, and the windows that are not over. */
export const presence = ({ keys }: { readonly keys: boolean }, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const view = need(await api.reports.presence())
    const { print } = context
    const shown = keys
      ? tableLines(keyColumns(view.now), keyRows(view), print)
      : tableLines(MEMBER_COLUMNS, view.members, print)
    const windows = view.windows.flatMap((window) => windowLines(window, view.now, context))
    const text = [...shown, ...(keys ? [] : ['', print.paint('dim', LEGEND)]), ...windows]
    return { data: view, text: text.join('\n') }
  })

const LEGEND =
  'heard here: how long ago by our clock; by its clock: by what it says itself. A node says nothing while nothing is new to it.'

const ago = (spanMs: number | undefined): string => (spanMs === undefined ? 'never' : rough(spanMs))

const MEMBER_COLUMNS: readonly Column<MemberLine>[] = [
  { title: 'MEMBER', of: ({ stakeholder }) => stakeholder, style: () => 'title' },
  { title: 'HEARD HERE', of: ({ silentMs }) => ago(silentMs?.bySight) },
  { title: 'BY ITS CLOCK', of: ({ silentMs }) => ago(silentMs?.byClaim) },
  { title: 'LAST WORD', of: ({ last }) => last?.type ?? 'none' },
  {
    title: 'LAST CHECKPOINT HERE',
    of: ({ checkpoint }) => (checkpoint === null ? 'none' : moment(checkpoint.seenAt)),
  },
  {
    title: 'NOW',
    of: ({ isOurs, connected }) =>
      isOurs ? 'this is us' : connected ? 'connected' : 'not connected',
    style: ({ isOurs, connected }) => (isOurs || connected ? 'good' : 'dim'),
  },
  { title: 'TIME ZONE', of: placeOf, shrinks: true },
]

function placeOf({ timeZone, jurisdictions }: MemberLine): string {
  if (timeZone !== null) return timeZone
  return jurisdictions.length === 0 ? 'not given' : `not given (${jurisdictions.join(', ')})`
}

interface KeyRow extends KeyPresence {
  readonly stakeholder: string
}

const keyRows = ({ members }: PresenceView): KeyRow[] =>
  members.flatMap(({ stakeholder, keys }) => keys.map((key) => ({ ...key, stakeholder })))

const keyColumns = (now: number): readonly Column<KeyRow>[] => [
  { title: 'MEMBER', of: ({ stakeholder }) => stakeholder, style: () => 'title' },
  {
    title: 'KEY',
    of: ({ key, role, isCut }) => `${role} ${shortId(key)}${isCut ? ' (cut off)' : ''}`,
  },
  {
    title: 'HEARD HERE',
    of: ({ last }) => (last === null ? 'never' : rough(Math.max(0, now - last.seenAt))),
  },
  { title: 'BY ITS CLOCK', of: ({ last }) => (last === null ? 'never' : moment(last.at)) },
  { title: 'LAST WORD', of: ({ last }) => last?.type ?? 'none' },
  {
    title: 'LAST CHECKPOINT HERE',
    of: ({ checkpoint }) => (checkpoint === null ? 'none' : moment(checkpoint.seenAt)),
  },
  {
    title: 'HAS OF OURS',
    of: ({ seesOurs }) => (seesOurs === null ? '' : `${seesOurs.part} of ${seesOurs.whole}`),
  },
]

function windowLines(window: WindowLine, now: number, { print }: Context): string[] {
  const { id, title, votingAt, closesAt, silent, places } = window
  const when =
    votingAt > now
      ? `voting from ${moment(votingAt)} (${fromNow(votingAt, now)}) to ${moment(closesAt)}`
      : `voting until ${moment(closesAt)} (${fromNow(closesAt, now)})`
  return [
    '',
    print.paint('title', `${plain(title)} (${shortId(id)})`),
    `  ${when}; silent: ${silent.join(', ') || 'nobody'}`,
    ...places.map((place) => `  ${placeLine(place)}`),
  ]
}

function placeLine({ stakeholder, timeZone, begins, ends, workingMs }: WindowPlace): string {
  if (begins === null || ends === null || workingMs === null)
    return `${stakeholder}: ${timeZone} is no time zone that this machine knows`
  const working =
    workingMs === 0
      ? '! no working time in it (9:00 to 17:00)'
      : `${formatDuration(workingMs)} of working time`
  return `${stakeholder}: ${begins} to ${ends} (${timeZone}), ${working}`
}
