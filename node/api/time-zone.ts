/** Moments where people are: by the time zones of the platform, which know of summer and of history. */

/** Working hours of a day by the clock on the wall: from nine to five, every day of the week. */
const WORK_BEGINS = 9
const WORK_ENDS = 17
/** Working time is counted in steps of so long, in ms: every zone's offset is a multiple of it. */
const STEP_MS = 15 * 60_000
/** Longest span that is looked at, in ms: in more there is working time anyway. */
const MAX_SPAN_MS = 48 * 3_600_000

/** True for a zone that this platform knows. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** `Sat 2026-11-28 14:05` on the wall there; undefined where the zone is not known here. */
export function wallClock(atMs: number, zone: string): string | undefined {
  const parts = partsAt(atMs, zone)
  if (!parts) return undefined
  const { weekday, year, month, day, hour, minute } = parts
  return `${weekday} ${year}-${month}-${day} ${hour}:${minute}`
}

/**
 * Working time between two moments in a zone, in ms, rounded up to a quarter of an hour and counted up
 * to two days; undefined where the zone is not known here.
 */
export function workingMs(fromMs: number, toMs: number, zone: string): number | undefined {
  let working = 0
  for (let at = fromMs; at < Math.min(toMs, fromMs + MAX_SPAN_MS); at += STEP_MS) {
    const parts = partsAt(at, zone)
    if (!parts) return undefined
    const hour = Number(parts.hour)
    if (hour >= WORK_BEGINS && hour < WORK_ENDS) working += Math.min(STEP_MS, toMs - at)
  }
  return working
}

type Parts = Readonly<Record<'weekday' | 'year' | 'month' | 'day' | 'hour' | 'minute', string>>

function partsAt(atMs: number, zone: string): Parts | undefined {
  const format = formatOf(zone)
  if (!format || Math.abs(atMs) > MAX_MOMENT) return undefined
  const found = { weekday: '', year: '', month: '', day: '', hour: '', minute: '' }
  for (const { type, value } of format.formatToParts(atMs))
    if (type in found) Object.assign(found, { [type]: value })
  return found
}

/** The latest moment that a date can be, in ms (ECMA-262, time range). */
const MAX_MOMENT = 8.64e15

/** Making one takes a hundred times as long as using it. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(zone)
  if (known || !isTimeZone(zone)) return known
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, hourCycle: 'h23', weekday: 'short' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  })
  formats.set(zone, format)
  return format
}
