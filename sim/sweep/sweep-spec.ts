/**
 * A sweep as a researcher writes it: which scenario, which of its fields take which values, how they
 * are combined, and how many seeds each combination gets (design §5.5).
 */
import { type LocatedProblem, type Path, type Problem, problem } from '../../src/charter/problem.ts'
import {
  below,
  fail,
  integer,
  list,
  optional,
  type Reader,
  record,
  required,
  type Spot,
  text,
  word,
} from '../../src/charter/reader.ts'
import { ID_PATTERN } from '../../src/charter/schema.ts'
import { isList, isTable, type Plain, readSource } from '../../src/charter/source.ts'
import { quoteLaws } from '../scenario/laws.ts'
import { parsePath } from './field-path.ts'
import { flowText } from './flow-text.ts'
import { type Interval, readInterval } from './interval.ts'

/** How values of several axes are combined. */
export const METHODS = ['grid', 'latin-hypercube', 'list'] as const
/** Most axes of a sweep. */
export const MAX_AXES = 8
/** Most values of an axis, points of a list, samples of a hypercube. */
export const MAX_VALUES = 10_000
/** Most seeds of a combination. */
export const MAX_SEEDS = 1_000_000

/** One thing that is varied. */
export interface Axis {
  readonly name: string
  /** Every field that takes the value. */
  readonly set: readonly Path[]
  /** What values it has: some, or an interval; neither where points are listed. */
  readonly values: readonly string[]
  readonly interval: Interval | undefined
}

/** A sweep, read. */
export interface SweepSpec {
  readonly name: string
  /** The question, in a sentence; the report's title. */
  readonly asks: string
  /** The file of the scenario, relative to the sweep's. */
  readonly scenario: string
  readonly method: (typeof METHODS)[number]
  readonly axes: readonly Axis[]
  /** The same for every combination, so that combinations differ by nothing but their values. */
  readonly seeds: readonly number[]
  /** How many points a hypercube draws. */
  readonly samples: number
  /** Combinations by hand: values by the name of their axis. */
  readonly points: readonly Readonly<Record<string, string>>[]
  /** What counts as harm and as progress in the report; empty for what usually does. */
  readonly measures: { readonly harm: string; readonly progress: string }
}

/** A sweep, or what is wrong with its text, in the order of the text. */
export type ParsedSweep =
  | { readonly ok: true; readonly spec: SweepSpec }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] }

/** Reads a sweep; never throws. */
export function parseSweep(textOfSweep: string): ParsedSweep {
  const quoted = quoteLaws(textOfSweep)
  const source = readSource(quoted.text)
  if (source.problems.length > 0) return { ok: false, problems: source.problems }
  const problems: Problem[] = []
  const spec = readSpec(source.plain, { path: [], problems })
  if (spec !== undefined) problems.push(...checkSpec(spec))
  if (spec !== undefined && problems.length === 0) return { ok: true, spec }
  const located = problems.map(source.locate).map((found) => {
    return { ...found, column: quoted.columnBefore(found.line, found.column) }
  })
  return { ok: false, problems: located.toSorted((a, b) => a.line - b.line || a.column - b.column) }
}

/** Any value of a scenario, as the text that YAML would read it from. */
const flow: Reader<string> = (value) => flowText(value)

const pathReader: Reader<Path> = (value, spot) => {
  const read = typeof value === 'string' ? parsePath(value) : undefined
  if (read?.ok) return read.value
  return fail(value, spot, 'the path of a field of the scenario: faults[0].until')
}

const paths: Reader<Path[]> = (value, spot) =>
  isList(value) ? list(pathReader)(value, spot) : single(pathReader(value, spot))

const single = (path: Path | undefined): Path[] | undefined => path && [path]

const axisFields = {
  set: required(paths),
  values: optional(list(flow), []),
  from: optional(text, ''),
  to: optional(text, ''),
  steps: optional(integer(2, MAX_VALUES), 0),
}

const axisReader =
  (name: string): Reader<Axis> =>
  (value, spot) => {
    const axis = record(axisFields)(value, spot)
    if (axis === undefined) return undefined
    if (axis.from === '' && axis.to === '')
      return { name, set: axis.set, values: axis.values, interval: undefined }
    const interval = readInterval(axis.from, axis.to)
    if (!interval.ok) return fail(value, spot, interval.message, interval.hint)
    if (axis.values.length > 0) return fail(value, spot, 'either values or from and to')
    const values = axis.steps === 0 ? [] : interval.value.steps(axis.steps)
    return { name, set: axis.set, values, interval: interval.value }
  }

const axes: Reader<Axis[]> = (value, spot) => {
  if (!isTable(value)) return fail(value, spot, 'a map from names of axes')
  const read = [...value].map(([name, axis]) => {
    const at = below(spot, name)
    if (!ID_PATTERN.test(name)) return fail(name, at, 'a name: lower-case letters, digits and "-"')
    return axisReader(name)(axis, at)
  })
  const whole = read.filter((axis) => axis !== undefined)
  return whole.length === read.length ? whole : undefined
}

const seedNumber = integer(0, 0xffff_ffff)

/** `50`: the first fifty, from 1; `{from, count}`; or a list. */
const seeds: Reader<number[]> = (value, spot) => {
  if (isList(value)) return list(seedNumber)(value, spot)
  if (!isTable(value)) {
    const count = integer(1, MAX_SEEDS)(value, spot)
    return count === undefined ? undefined : sequence(1, count)
  }
  const fields = { from: required(seedNumber), count: required(integer(1, MAX_SEEDS)) }
  const range = record(fields)(value, spot)
  return range === undefined ? undefined : sequence(range.from, range.count)
}

const sequence = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i)

const point: Reader<Record<string, string>> = (value, spot) => {
  if (!isTable(value)) return fail(value, spot, 'a map from axes to values')
  return Object.fromEntries([...value].map(([name, plain]) => [name, flowText(plain)]))
}

const specFields = {
  name: required(text),
  asks: optional(text, ''),
  scenario: required(text),
  method: optional(word(METHODS), 'grid'),
  axes: required(axes),
  seeds: optional(seeds, [1]),
  samples: optional(integer(1, MAX_VALUES), 0),
  points: optional(list(point), []),
  measures: optional(
    record({
      harm: optional(text, ''),
      progress: optional(text, ''),
    }),
    { harm: '', progress: '' },
  ),
}

const readSpec = (plain: Plain, spot: Spot): SweepSpec | undefined =>
  record(specFields)(plain, spot)

/** What the shape alone does not say. */
function checkSpec({ method, axes: all, samples, points, seeds: list_ }: SweepSpec): Problem[] {
  const problems: Problem[] = []
  const note = (...parts: Parameters<typeof problem>) => problems.push(problem(...parts))
  if (all.length === 0 || all.length > MAX_AXES)
    note(['axes'], `${all.length} axes`, `1 to ${MAX_AXES}`)
  if (new Set(list_).size !== list_.length || list_.length === 0)
    note(['seeds'], 'a seed twice, or none', 'seeds that differ')
  for (const { name, values, interval } of all) {
    const path = ['axes', name]
    if (method === 'grid' && values.length === 0)
      note(path, interval ? 'an interval' : 'no values', 'values, or from, to and steps')
    if (method === 'latin-hypercube' && values.length === 0 && interval === undefined)
      note(path, 'no values', 'from and to, or values')
    if (new Set(values).size !== values.length) note(path, 'a value twice', 'values that differ')
  }
  if (method === 'latin-hypercube' && samples === 0)
    note(['samples'], 'nothing', 'how many points to draw')
  if (method === 'list') problems.push(...checkPoints(points, all))
  return problems
}

function checkPoints(points: SweepSpec['points'], all: readonly Axis[]): Problem[] {
  if (points.length === 0) return [problem(['points'], 'nothing', 'the combinations to run')]
  const names = all.map(({ name }) => name).toSorted()
  return points.flatMap((given, i) => {
    const found = Object.keys(given).toSorted()
    if (found.join() === names.join()) return []
    return [problem(['points', i], found.join(', '), `a value for each of ${names.join(', ')}`)]
  })
}
