/** Harm against progress: one point a combination, its uncertainty as a cross, and the frontier. */
import { type Frontier, type FrontierCell, undominated } from '../frontier.ts'
import { AXIS_TEXT, valueAxis } from './axes.ts'
import { percent } from './heatmap.ts'
import { seriesColour } from './series-colour.ts'
import { chart } from './svg-chart.ts'

/** The chart of a frontier; colours follow the levels of the first axis. */
export const tradeoff = ({ yAxis, xAxis, cells }: Frontier, label: string): string => {
  const known = cells.filter(({ runs }) => runs > 0)
  // Whole tenths above every interval.
  const top = Math.ceil(10 * Math.max(0.1, ...known.map(({ harm }) => harm.high))) / 10
  return chart({ label, width: 'full' }, (width) => ({
    heightPx: width === 'narrow' ? 340 : 400,
    option: {
      grid: { left: 58, right: 20, top: 44, bottom: 48 },
      legend: {
        top: 0,
        left: 'center',
        itemWidth: 10,
        itemHeight: 10,
        icon: 'circle',
        textStyle: AXIS_TEXT,
        data: yAxis.levels.map(({ label: name }) => levelName(yAxis.name, name)),
      },
      xAxis: { ...valueAxis('progress', (value) => percent(value)), min: 0, max: 1 },
      yAxis: { ...valueAxis('harm', (value) => percent(value)), nameGap: 42, min: 0, max: top },
      series: [
        {
          type: 'line',
          step: 'end',
          silent: true,
          symbol: 'none',
          lineStyle: { color: 'var(--muted)', width: 1.5, type: 'dashed' },
          data: undominated(known)
            .toReversed()
            .map(({ progress, harm }) => [progress.share, harm.share]),
        },
        {
          type: 'custom',
          silent: true,
          data: known.map((_, i) => [i]),
          renderItem: (_params, api) => {
            const cell = known[Number(api.value(0))]
            return cell && cross(cell, (point) => api.coord(point))
          },
        },
        ...yAxis.levels.map((level, y) => ({
          type: 'scatter' as const,
          name: levelName(yAxis.name, level.label),
          symbolSize: 11,
          itemStyle: { color: seriesColour(y), borderColor: 'var(--paper)', borderWidth: 1.5 },
          data: known
            .filter((cell) => cell.y === y)
            .map(({ progress, harm }) => [progress.share, harm.share]),
        })),
      ],
    },
    tip: (series, item) => {
      const y = series - 2
      const cell = known.filter((one) => one.y === y)[item]
      const x = xAxis.levels[cell?.x ?? 0]?.label ?? ''
      return (
        cell &&
        tipOf(cell, `${levelName(yAxis.name, yAxis.levels[y]?.label ?? '')}, ${xAxis.name} ${x}`)
      )
    },
  }))
}

const levelName = (axis: string, level: string): string => `${axis} ${level}`.trim()

const tipOf = ({ harm, progress, runs }: FrontierCell, where: string): string =>
  `${where}: harm ${percent(harm.share)} (${percent(harm.low)}–${percent(harm.high)}), progress ${percent(progress.share)} (${percent(progress.low)}–${percent(progress.high)}), ${runs} runs`

function cross({ y, harm, progress }: FrontierCell, coord: (point: number[]) => number[]) {
  const line = (from: number[], to: number[]) => {
    const [x1 = 0, y1 = 0] = coord(from)
    const [x2 = 0, y2 = 0] = coord(to)
    return {
      type: 'line' as const,
      shape: { x1, y1, x2, y2 },
      style: { stroke: seriesColour(y), lineWidth: 1.2, opacity: 0.45 },
    }
  }
  return {
    type: 'group' as const,
    children: [
      line([progress.low, harm.share], [progress.high, harm.share]),
      line([progress.share, harm.low], [progress.share, harm.high]),
    ],
  }
}
