/** When digests are written: at one hour of the day in UTC, every day or every Monday. */
import type { DigestRhythm } from '../home/config-schema.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** The first Monday of the epoch was its fourth day: 1970-01-05. */
const FIRST_MONDAY_MS = 4 * DAY_MS

/** The last moment of the schedule that is not after now, in ms; undefined while there is no schedule. */
export function lastSlot(now: number, every: DigestRhythm, hour: number): number | undefined {
  if (every === 'off') return undefined
  const [first, period] = every === 'daily' ? [0, DAY_MS] : [FIRST_MONDAY_MS, 7 * DAY_MS]
  const begins = first + hour * HOUR_MS
  return begins + Math.floor((now - begins) / period) * period
}
