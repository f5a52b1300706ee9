/** The combinations of values that a sweep runs: a grid, a Latin hypercube, or a list by hand. */
import type { Stream } from '../random/stream.ts'
import type { Axis, SweepSpec } from './sweep-spec.ts'

/** One combination: values by the name of their axis, in the order of the axes. */
export type Cell = Readonly<Record<string, string>>

/** All combinations of a sweep; the stream places the points of a hypercube. */
export function cellsOf(spec: SweepSpec, stream: Stream): Cell[] {
  switch (spec.method) {
    case 'grid':
      return gridOf(spec.axes)
    case 'latin-hypercube':
      return hypercubeOf(spec.axes, spec.samples, stream)
    case 'list':
      return spec.points.map((point) => ordered(spec.axes, (name) => point[name] ?? ''))
  }
}

/** Every value of each axis with every value of the others; the last axis turns fastest. */
const gridOf = (axes: readonly Axis[]): Cell[] =>
  axes.reduce<Cell[]>(
    (cells, { name, values }) =>
      cells.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value }))),
    [{}],
  )

/**
 * As many points as samples such that each axis, cut into as many equal strata, has one point in
 * each of them: the axes are shuffled apart from each other (McKay, Beckman, Conover 1979).
 */
function hypercubeOf(axes: readonly Axis[], samples: number, stream: Stream): Cell[] {
  const columns = new Map(
    axes.map((axis) => {
      const own = stream.split(axis.name)
      const strata = own.shuffled(Array.from({ length: samples }, (_, i) => i))
      const shares = strata.map((stratum) => (stratum + own.next()) / samples)
      return [axis.name, shares.map((share) => valueAt(axis, share))]
    }),
  )
  return Array.from({ length: samples }, (_, i) =>
    ordered(axes, (name) => columns.get(name)?.[i] ?? ''),
  )
}

/** The value of an axis at a share of its length, 0 to below 1. */
const valueAt = ({ interval, values }: Axis, share: number): string =>
  interval?.at(share) ?? values[Math.floor(share * values.length)] ?? ''

const ordered = (axes: readonly Axis[], pick: (name: string) => string): Cell =>
  Object.fromEntries(axes.map(({ name }) => [name, pick(name)]))
