/** How an amount of time is distributed: for each group, the share of runs that took at most so long. */
import { formatDuration } from '../../../src/charter/duration.ts'
import { AXIS_TEXT, valueAxis } from './axes.ts'
import { percent } from './heatmap.ts'
import { seriesColour } from './series-colour.ts'
import { chart } from './svg-chart.ts'

/** Values of one group, in ms; `never` of its runs have none. */
export interface Group {
  readonly name: string
  readonly values: readonly number[]
  readonly never: number
}

/** The chart: an empirical distribution function a group. */
export const distribution = (label: string, xName: string, groups: readonly Group[]): string => {
  const known = groups.filter(({ values }) => values.length > 0)
  const most = Math.max(1, ...known.flatMap(({ values }) => values))
  return chart({ label, width: 'half' }, (width) => ({
    heightPx: 280,
    option: {
      grid: { left: 58, right: 24, top: 44, bottom: 48 },
      legend: { top: 0, left: 'center', itemWidth: 16, itemHeight: 3, textStyle: AXIS_TEXT },
      xAxis: {
        ...valueAxis(xName, shortDuration),
        min: 0,
        max: most,
        splitNumber: width === 'narrow' ? 3 : 5,
      },
      yAxis: { ...valueAxis('runs', percent), nameGap: 42, min: 0, max: 1 },
      series: known.map(({ name, values, never }, i) => ({
        type: 'line' as const,
        name,
        step: 'end' as const,
        symbol: 'none',
        lineStyle: { width: 2, color: seriesColour(i) },
        itemStyle: { color: seriesColour(i) },
        data: stepsOf(values, never, most),
      })),
    },
  }))
}

function stepsOf(values: readonly number[], never: number, most: number): [number, number][] {
  const sorted = values.toSorted((a, b) => a - b)
  const all = sorted.length + never
  const steps = sorted.map((value, i): [number, number] => [value, (i + 1) / all])
  return [[0, 0], ...steps, [most, sorted.length / all]]
}

/** A duration in its two largest units: `1d4h`. */
export function shortDuration(ms: number): string {
  const [whole] = /^(?:\d+[a-z]+){1,2}/.exec(formatDuration(Math.round(ms / 1000) * 1000)) ?? []
  return whole ?? '0s'
}
