/** Moments and names as a story tells them. */

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A moment of virtual time: `day 3, 07:40`; the first day is day 1. */
export function momentOf(ms: number): string {
  const day = Math.floor(ms / DAY_MS)
  const hour = Math.floor((ms - day * DAY_MS) / HOUR_MS)
  const minute = Math.floor((ms - day * DAY_MS - hour * HOUR_MS) / MINUTE_MS)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `day ${day + 1}, ${two(hour)}:${two(minute)}`
}

/** Most names that a sentence lists. */
const MAX_NAMES = 8

/** `s1`, `s1 and s2`, `s1, s2 and s10`; of many the first few and how many more. */
export function listOf(names: readonly string[]): string {
  const sorted = names.toSorted(byNumber)
  const shown = sorted.length > MAX_NAMES ? sorted.slice(0, MAX_NAMES - 1) : sorted
  const rest = sorted.length - shown.length
  const words = rest > 0 ? [...shown, `${rest} more`] : shown
  return words.length < 2
    ? (words[0] ?? '')
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** s2 before s10. */
function byNumber(a: string, b: string): number {
  const order = Number(/\d+$/.exec(a)?.[0] ?? -1) - Number(/\d+$/.exec(b)?.[0] ?? -1)
  return order !== 0 ? order : a < b ? -1 : 1
}
