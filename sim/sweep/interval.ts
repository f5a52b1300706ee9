/**
 * An interval of durations, whole numbers or fractions, and points in it. Only sums, products and
 * rounding: the points are the same on every machine.
 */
import { formatDuration, parseDuration } from '../../src/charter/duration.ts'
import { parseFraction } from '../../src/charter/fraction.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'

/** An interval of one kind of value. */
export interface Interval {
  /** The value at a share of the way, 0 to 1, as a scenario writes it. */
  at(share: number): string
  /** So many values at even distances, both ends among them. */
  steps(count: number): string[]
}

/** Decimals that a fraction within an interval is rounded to. */
const DECIMALS = 4

/** Reads an interval from its ends; refuses (`interval`) ends that are not of one kind. */
export function readInterval(from: string, to: string): Result<Interval> {
  for (const kind of [wholes, durations, fractions]) {
    const [low, high] = [kind.read(from), kind.read(to)]
    if (low === undefined || high === undefined) continue
    if (high <= low) return refuse('interval', `an interval that grows from ${from} to more`)
    const at = (share: number): string => kind.write(low + share * (high - low))
    const steps = (count: number): string[] => [
      ...new Set(Array.from({ length: count }, (_, i) => at(i / (count - 1)))),
    ]
    return accept({ at, steps })
  }
  return refuse(
    'interval',
    'from and to, both durations, both whole numbers or both fractions',
    'write it as { from: 1d, to: 20d } or { from: 1/5, to: 60% }',
  )
}

interface Kind {
  readonly read: (text: string) => number | undefined
  readonly write: (value: number) => string
}

const wholes: Kind = {
  read: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
  write: (value) => String(Math.round(value)),
}

const durations: Kind = {
  read: (text) => {
    const read = parseDuration(text)
    return read.ok ? read.value : undefined
  },
  // Whole seconds read well; an interval of less than a minute keeps its milliseconds.
  write: (ms) => formatDuration(ms < 60_000 ? Math.round(ms) : 1000 * Math.round(ms / 1000)),
}

const fractions: Kind = {
  read: (text) => {
    const read = parseFraction(text)
    return read.ok ? read.value.num / read.value.den : undefined
  },
  write: (value) => String(Number(value.toFixed(DECIMALS))),
}
