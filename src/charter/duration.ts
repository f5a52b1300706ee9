/** Durations as people write them: `7d`, `1d12h`, `250ms`; in operations they are whole ms. */
import { accept, type Result, refuse } from '../op/refusal.ts'

/** Longest duration of a charter: a hundred years, so that sums of windows stay exact. */
export const MAX_DURATION_MS = 36_525 * 86_400_000

/** Units, longest first: the order in which a combination is written. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const
const SHAPE = /^(?:(\d{1,12})d)?(?:(\d{1,12})h)?(?:(\d{1,12})m)?(?:(\d{1,12})s)?(?:(\d{1,13})ms)?$/
const PLAIN_MS = /^\d{1,13}$/
const EXAMPLES = 'write it as 7d, 5h, 30m, 10s, 250ms or 1d12h'

/** Reads a duration into ms; a bare whole number is ms. Refuses (`duration`) all else. */
export function parseDuration(written: string | number): Result<number> {
  const text = String(written).trim()
  const ms = PLAIN_MS.test(text) ? Number(text) : combined(text)
  if (ms === undefined) return refuse('duration', `"${text}" is not a duration`, EXAMPLES)
  if (ms <= MAX_DURATION_MS) return accept(ms)
  return refuse('duration', `${text} is too long`, `at most ${formatDuration(MAX_DURATION_MS)}`)
}

/** How a duration of whole ms ≥ 0 is written: `1d12h`, `0s`. Reads back as the same number. */
export function formatDuration(durationMs: number): string {
  let restMs = durationMs
  let text = ''
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor(restMs / unitMs)
    if (count > 0) text += `${count}${unit}`
    restMs -= count * unitMs
  }
  return text === '' ? '0s' : text
}

function combined(text: string): number | undefined {
  const counts = text === '' ? null : SHAPE.exec(text)
  if (counts === null) return undefined
  return UNITS.reduce((ms, [, unitMs], i) => ms + Number(counts[i + 1] ?? 0) * unitMs, 0)
}
