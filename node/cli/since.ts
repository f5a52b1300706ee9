/** `--since`: a moment as people write it, or how long ago. */
import { parseDuration } from '../../src/charter/duration.ts'
import { usageError } from './errors.ts'

/** `2026-01-31`, or with a time and an offset: without one it would mean another moment elsewhere. */
const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** The moment in ms that the text says; undefined where none was given. Throws `usage`. */
export function readSince(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined
  const at = MOMENT.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return at
  const ago = /^\d+$/.test(text) ? undefined : parseDuration(text)
  if (ago?.ok) return Math.max(0, nowMs - ago.value)
  throw usageError(
    `--since "${text}" is no moment and no time`,
    'write 2026-01-31, 2026-01-31T09:00Z, or how long ago: 90d, 12h',
  )
}
