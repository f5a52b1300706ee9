/** When a window that may repeat is open. */
import { DAY_MS, dateMs, momentMs } from './dates.ts'
import { MAINTENANCE_HORIZON_DAYS, MAX_OCCURRENCES } from './limits.ts'

/** A window as its row says. */
export interface Window {
  readonly starts: string
  readonly minutes: number
  readonly repeats?: 'daily' | 'weekly' | 'monthly'
  readonly until?: string
}

/** One time that it is open, in ms. */
export interface Occurrence {
  readonly fromMs: number
  readonly toMs: number
}

/** The times a window is open from now on, as far ahead as windows are compared. */
export function occurrencesOf(window: Window, now: number): Occurrence[] {
  const first = momentMs(window.starts)
  if (first === undefined) return []
  const lengthMs = window.minutes * 60_000
  const untilMs = window.until === undefined ? Number.POSITIVE_INFINITY : dateEnd(window.until)
  const horizon = Math.min(now + MAINTENANCE_HORIZON_DAYS * DAY_MS, untilMs)
  const found: Occurrence[] = []
  for (let n = firstIndex(window, first, now - lengthMs); found.length < MAX_OCCURRENCES; n++) {
    const fromMs = nth(window, first, n)
    if (fromMs === undefined) continue
    if (fromMs > horizon) break
    if (fromMs + lengthMs > now) found.push({ fromMs, toMs: fromMs + lengthMs })
    if (window.repeats === undefined) break
  }
  return found
}

const dateEnd = (date: string): number => (dateMs(date) ?? 0) + DAY_MS - 1

/** Where to begin counting, so that a window of long ago costs no more than one of today. */
function firstIndex({ repeats }: Window, first: number, at: number): number {
  if (repeats === undefined || at <= first) return 0
  const step = repeats === 'daily' ? 1 : repeats === 'weekly' ? 7 : 31
  return Math.max(0, Math.floor((at - first) / (step * DAY_MS)))
}

/** The n-th beginning; undefined for a month that has no such day. */
function nth({ repeats }: Window, first: number, n: number): number | undefined {
  if (repeats === 'daily') return first + n * DAY_MS
  if (repeats === 'weekly') return first + n * 7 * DAY_MS
  if (repeats === undefined) return first
  const start = new Date(first)
  const day = start.getUTCDate()
  const date = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + n, day)
  return new Date(date).getUTCDate() === day ? date + (first % DAY_MS) : undefined
}
