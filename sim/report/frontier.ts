/** How harm and progress go with each combination of values: shares of runs, and how sure they are. */
import type { PlanHead } from '../sweep/plan.ts'
import type { Row } from '../sweep/row.ts'
import { type Level, levelsOf } from './levels.ts'
import type { Measure } from './measure.ts'
import { type Estimate, wilson } from './wilson.ts'

/** One cell of a plot. */
export interface FrontierCell {
  readonly y: number
  readonly x: number
  readonly runs: number
  readonly harm: Estimate
  readonly progress: Estimate
}

/** An axis of a plot. */
export interface PlotAxis {
  readonly name: string
  readonly levels: readonly Level[]
}

/** A plot of two axes, for one level of the third if there is one. */
export interface Frontier {
  readonly facet: string | undefined
  readonly yAxis: PlotAxis
  readonly xAxis: PlotAxis
  readonly cells: readonly FrontierCell[]
}

/** What is measured. */
export interface Measures {
  readonly harm: Measure
  readonly progress: Measure
}

const ALL: PlotAxis = { name: '', levels: [{ label: 'all', has: () => true }] }

/** The axes that vary, the first one to go up, the second to the right; further ones but the third are pooled. */
export function axesOf({ axes }: PlanHead, rows: readonly Row[]): PlotAxis[] {
  return axes
    .map(({ name, values }) => ({ name, levels: levelsOf(name, rows, values) }))
    .filter(({ levels }) => levels.length > 1)
}

/** The frontier of a sweep: one plot, or one for each level of the third axis. */
export function frontiersOf(head: PlanHead, rows: readonly Row[], measures: Measures): Frontier[] {
  const [first = ALL, second = ALL, third] = axesOf(head, rows)
  const facets: readonly (Level | undefined)[] = third?.levels ?? [undefined]
  return facets.map((facet) => {
    const within = rows.filter(({ cell }) => facet?.has(cell[third?.name ?? ''] ?? '') ?? true)
    const label = facet && third ? `${third.name} ${facet.label}` : undefined
    return {
      facet: label,
      yAxis: first,
      xAxis: second,
      cells: cellsOf(first, second, within, measures),
    }
  })
}

function cellsOf(
  yAxis: PlotAxis,
  xAxis: PlotAxis,
  rows: readonly Row[],
  { harm, progress }: Measures,
): FrontierCell[] {
  return yAxis.levels.flatMap((up, y) =>
    xAxis.levels.map((right, x) => {
      const here = rows.filter(
        ({ cell }) => up.has(cell[yAxis.name] ?? '') && right.has(cell[xAxis.name] ?? ''),
      )
      const share = (measure: Measure): Estimate =>
        wilson(here.filter((row) => measure.holds(row)).length, here.length)
      return { y, x, runs: here.length, harm: share(harm), progress: share(progress) }
    }),
  )
}

/** Cells that no other cell beats in both respects, by falling progress. */
export function undominated(cells: readonly FrontierCell[]): FrontierCell[] {
  const known = cells.filter(({ runs }) => runs > 0)
  return known
    .filter((cell) => !known.some((other) => beats(other, cell)))
    .toSorted((a, b) => b.progress.share - a.progress.share || b.harm.share - a.harm.share)
}

const beats = (a: FrontierCell, b: FrontierCell): boolean =>
  a.harm.share <= b.harm.share &&
  a.progress.share >= b.progress.share &&
  (a.harm.share < b.harm.share || a.progress.share > b.progress.share)
