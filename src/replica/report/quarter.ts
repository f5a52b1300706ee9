/** Quarters of years in UTC, by which reports show what changes over time. */

/** The latest moment that a date can be, in ms (ECMA-262, time range). */
const MAX_MOMENT = 8.64e15

/** `2026-Q4`; authors may claim any moment, also one that no calendar has. */
export function quarterOf(atMs: number): string {
  if (atMs > MAX_MOMENT) return 'beyond the calendar'
  const date = new Date(atMs)
  return `${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`
}
