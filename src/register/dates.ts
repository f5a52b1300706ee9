/** Dates and moments as registers write them, in UTC: no time zone has a part in what is due. */
import { PATTERNS } from './field.ts'

/** Length of a day in ms. */
export const DAY_MS = 86_400_000

/** The first moment of a date in ms; undefined for what is no date of the calendar from 1970 on. */
export function dateMs(date: string): number | undefined {
  if (!PATTERNS.date.test(date)) return undefined
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  const at = Date.UTC(year, month - 1, day)
  return at < 0 || dateOf(at) !== date ? undefined : at
}

/** A moment in ms; undefined for what is none. */
export function momentMs(moment: string): number | undefined {
  const day = PATTERNS.moment.test(moment) ? dateMs(moment.slice(0, 10)) : undefined
  if (day === undefined) return undefined
  const [hours = 0, minutes = 0, seconds = 0] = moment.slice(11, -1).split(':').map(Number)
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  return day + ((hours * 60 + minutes) * 60 + seconds) * 1000
}

/** The date of a moment. */
export const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** True for a date that is over. */
export const isPast = (date: string | undefined, now: number): date is string =>
  date !== undefined && date < dateOf(now)

/** True for a date that comes within so many days, or is over. */
export const isWithin = (date: string | undefined, now: number, days: number): date is string =>
  date !== undefined && date < dateOf(now + days * DAY_MS)
