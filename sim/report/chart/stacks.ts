/** Amounts by group, one bar a group, stacked by what they consist of. */
import { AXIS_TEXT, categoryAxis, valueAxis } from './axes.ts'
import { seriesColour } from './series-colour.ts'
import { chart } from './svg-chart.ts'

/** A part of every bar. */
export interface Part {
  readonly name: string
  /** By the place of the group. */
  readonly values: readonly number[]
}

/** The chart. */
export const stacks = (
  label: string,
  groups: { readonly name: string; readonly labels: readonly string[] },
  parts: readonly Part[],
  format: (value: number) => string,
): string =>
  chart({ label, width: 'half' }, (width) => ({
    heightPx: 84 + 30 * groups.labels.length,
    option: {
      grid: { left: 64, right: 24, top: 40, bottom: 30 },
      legend: { top: 0, left: 'center', itemWidth: 10, itemHeight: 10, textStyle: AXIS_TEXT },
      xAxis: { ...valueAxis('', format), splitNumber: width === 'narrow' ? 3 : 4 },
      yAxis: categoryAxis(groups.name, groups.labels, 'end'),
      series: parts.map(({ name, values }, i) => ({
        type: 'bar' as const,
        name,
        stack: 'all',
        barMaxWidth: 16,
        itemStyle: { color: seriesColour(i), borderColor: 'var(--paper)', borderWidth: 1 },
        data: [...values],
      })),
    },
    tip: (series, item) => {
      const part = parts[series]
      return (
        part &&
        `${part.name}, ${groups.name} ${groups.labels[item] ?? ''}: ${format(part.values[item] ?? 0)}`
      )
    },
  }))
