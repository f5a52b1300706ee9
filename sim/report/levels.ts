/** The values of an axis in their order; where there are too many to show, ranges of them. */
import { parseDuration } from '../../src/charter/duration.ts'
import { parseFraction } from '../../src/charter/fraction.ts'
import type { Row } from '../sweep/row.ts'

/** One row or column of a plot. */
export interface Level {
  readonly label: string
  has(value: string): boolean
}

/** An axis with more values than this is shown in ranges. */
export const MAX_LEVELS = 12
/** How many ranges. */
const RANGES = 6

/** The levels of an axis, from the values that its runs have; in the order of the plan where it has one. */
export function levelsOf(name: string, rows: readonly Row[], planned: readonly string[]): Level[] {
  const found = [...new Set(rows.map(({ cell }) => cell[name] ?? ''))]
  if (found.length > MAX_LEVELS) return rangesOf(found)
  const order = (value: string): number => planned.indexOf(value)
  const sorted =
    planned.length > 0 ? found.toSorted((a, b) => order(a) - order(b)) : found.toSorted(byValue)
  return sorted.map((value) => ({ label: value, has: (other) => other === value }))
}

/** Ranges with about as many values in each. */
function rangesOf(values: readonly string[]): Level[] {
  const sorted = values.toSorted(byValue)
  return Array.from({ length: RANGES }, (_, i) => {
    const part = sorted.slice(
      Math.floor((i * sorted.length) / RANGES),
      Math.floor(((i + 1) * sorted.length) / RANGES),
    )
    const members = new Set(part)
    return { label: `${part[0]}–${part.at(-1)}`, has: (value) => members.has(value) }
  })
}

const byValue = (a: string, b: string): number => numberOf(a) - numberOf(b) || (a < b ? -1 : 1)

/** A value as a number: a duration's ms, a fraction's quotient. */
function numberOf(value: string): number {
  const fraction = parseFraction(value)
  if (fraction.ok) return fraction.value.num / fraction.value.den
  const duration = parseDuration(value)
  return duration.ok ? duration.value : 0
}
