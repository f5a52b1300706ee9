/** Moments and spans as people read them. */
import { formatDuration } from '../../../src/charter/duration.ts'

const MINUTE_MS = 60_000

/** The latest moment that a date can be, in ms (ECMA-262, time range); a peer may name a later one. */
const LATEST_MS = 8.64e15

/** A moment in UTC, to the second: `2026-03-04 15:06:07Z`. */
export const moment = (atMs: number): string =>
  Math.abs(atMs) <= LATEST_MS
    ? `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')}Z`
    : 'never'

/** How far away a moment is: `in 2d3h`, `5m ago`, `now`. */
export function fromNow(atMs: number, nowMs: number): string {
  const distance = Math.abs(atMs - nowMs)
  if (!Number.isFinite(distance)) return 'never'
  if (distance < 1000) return 'now'
  const span = rough(distance)
  return atMs > nowMs ? `in ${span}` : `${span} ago`
}

/** A span without what does not matter at its size. */
export function rough(spanMs: number): string {
  const unit =
    spanMs >= 1440 * MINUTE_MS ? 60 * MINUTE_MS : spanMs >= 60 * MINUTE_MS ? MINUTE_MS : 1000
  return formatDuration(Math.floor(spanMs / unit) * unit)
}
