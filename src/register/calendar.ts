/** Dates of registers as iCalendar (RFC 5545), for whatever people keep their time in. */
import { DAY_MS, dateMs, dateOf } from './dates.ts'

/** How an entry repeats. */
export type Repeats = 'daily' | 'weekly' | 'monthly'

/** One entry: a whole day, or a span of time. */
export interface CalendarEntry {
  /** Stable within its register. */
  readonly id: string
  readonly title: string
  readonly description: string
  readonly when:
    | { readonly date: string }
    | {
        readonly startsAt: number
        readonly minutes: number
        readonly repeats?: Repeats
        readonly until?: string
      }
}

/** What names a calendar, and the moment that it states, in ms. */
export interface CalendarHead {
  readonly name: string
  /** Makes ids of entries unique in the world. */
  readonly source: string
  readonly at: number
}

/** Longest line of a calendar in bytes, without its end (RFC 5545, 3.1). */
export const MAX_LINE_BYTES = 75

/** A calendar as text, its lines folded and ended as the format asks. */
export function calendarText(head: CalendarHead, entries: readonly CalendarEntry[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Folkmoot//Registers//EN',
    `X-WR-CALNAME:${escaped(head.name)}`,
    ...entries.flatMap((entry) => entryLines(head, entry)),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

const entryLines = (
  { source, at }: CalendarHead,
  { id, title, description, when }: CalendarEntry,
): string[] => [
  'BEGIN:VEVENT',
  `UID:${escaped(`${id}@${source}`)}`,
  `DTSTAMP:${stamp(at)}`,
  ...whenLines(when),
  `SUMMARY:${escaped(title)}`,
  ...(description === '' ? [] : [`DESCRIPTION:${escaped(description)}`]),
  'END:VEVENT',
]

function whenLines(when: CalendarEntry['when']): string[] {
  if ('date' in when) {
    const at = dateMs(when.date) ?? 0
    return [
      `DTSTART;VALUE=DATE:${when.date.replaceAll('-', '')}`,
      `DTEND;VALUE=DATE:${dateOf(at + DAY_MS).replaceAll('-', '')}`,
    ]
  }
  const { startsAt, minutes, repeats, until } = when
  const last = until === undefined ? '' : `;UNTIL=${until.replaceAll('-', '')}T235959Z`
  return [
    `DTSTART:${stamp(startsAt)}`,
    `DURATION:PT${minutes}M`,
    ...(repeats === undefined ? [] : [`RRULE:FREQ=${repeats.toUpperCase()}${last}`]),
  ]
}

const stamp = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`

/** TEXT of RFC 5545: no control characters but line ends, which are written `\\n`. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[\\;,]/g, (sign) => `\\${sign}`)
    .replaceAll(/\r\n|\r|\n/g, '\\n')
    .replaceAll(/\p{Cc}/gu, '')

/** Folds a line at whole characters, continuations beginning with a blank. */
function folded(line: string): string {
  let out = ''
  let room = MAX_LINE_BYTES
  for (const point of line) {
    const size = bytesOfPoint(point)
    if (size > room) {
      out += '\r\n '
      room = MAX_LINE_BYTES - 1
    }
    out += point
    room -= size
  }
  return out
}

function bytesOfPoint(point: string): number {
  const code = point.codePointAt(0) ?? 0
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}
