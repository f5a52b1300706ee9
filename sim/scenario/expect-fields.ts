/**
 * What a scenario expects besides what always must hold: a map, or a list of names of oracles and maps
 * (`[agreement, { settled: 90% }]`).
 */
import type { Fraction } from '../../src/charter/schema.ts'
import { isList, isTable } from '../../src/charter/source.ts'
import { either, fraction, line, list, mapped, optional, record, type Spec } from './spec.ts'

/** Expectations as they were read; null: none of that kind. */
export interface Expected {
  readonly converged: number | null
  readonly settled: Fraction | null
  readonly reaches: readonly string[]
  readonly oracles: readonly string[]
}

/** Of a scenario that says nothing. */
export const NOTHING_EXPECTED: Expected = {
  converged: null,
  settled: null,
  reaches: [],
  oracles: [],
}

/** Most lines of a list. */
const MAX_LINES = 100

/** `expect` of a scenario. */
export function expectations(time: Spec<number>): Spec<Expected> {
  const names = list(line(63), MAX_LINES)
  const map: Spec<Expected> = record({
    converged: optional(convergedWithin(time), null, 'how soon after healing all hold the same'),
    settled: optional(atLeast, null, 'the share of proposals that is settled in the end'),
    reaches: optional(names, [], 'situations that must occur'),
    oracles: optional(names, [], 'oracles that must have something to judge'),
  })
  const oracle = mapped(line(63), (name): Expected => ({ ...NOTHING_EXPECTED, oracles: [name] }))
  const lines = mapped(list(either(isTable, map, oracle), MAX_LINES), together)
  return either(isList, lines, map)
}

/** `2m after heal`. */
const convergedWithin = (time: Spec<number>): Spec<number> => ({
  schema: { type: 'string', examples: ['2m after heal', '2m'] },
  read: (value, spot) =>
    time.read(typeof value === 'string' ? value.replace(/\s+after heal$/, '') : value, spot),
})

/** `>= 90%`. */
const atLeast: Spec<Fraction> = {
  schema: { type: 'string', examples: ['>= 90%', '90%'] },
  read: (value, spot) =>
    fraction.read(typeof value === 'string' ? value.replace(/^>=\s*/, '') : value, spot),
}

/** What several lines expect together; of two that say the same the last one holds. */
const together = (lines: readonly Expected[]): Expected => ({
  converged: lines.findLast(({ converged }) => converged !== null)?.converged ?? null,
  settled: lines.findLast(({ settled }) => settled !== null)?.settled ?? null,
  reaches: lines.flatMap(({ reaches }) => reaches),
  oracles: lines.flatMap(({ oracles }) => oracles),
})
