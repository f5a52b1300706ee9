/** A heatmap of shares, each with its confidence interval written into it. */
import type { Estimate } from '../wilson.ts'
import { AXIS_TEXT, categoryAxis } from './axes.ts'
import { chart, type Width } from './svg-chart.ts'

/** What a heatmap shows. */
export interface Heatmap {
  readonly label: string
  /** Whether much is bad or good: picks the colours. */
  readonly tone: 'harm' | 'gain'
  readonly yName: string
  readonly xName: string
  readonly yLabels: readonly string[]
  readonly xLabels: readonly string[]
  readonly cells: readonly { readonly y: number; readonly x: number; readonly value: Estimate }[]
}

/** Steps of colour from nothing to everything; the style sheet has one variable for each. */
export const COLOUR_STEPS = 7

/** A heatmap as SVG. */
export const heatmap = (map: Heatmap): string =>
  chart({ label: map.label, width: 'half' }, (width) => ({
    heightPx: ROW_PX[width] * map.yLabels.length + 74,
    option: {
      grid: { left: 64, right: 8, top: 26, bottom: 44 },
      xAxis: categoryAxis(map.xName, map.xLabels, 'middle'),
      yAxis: categoryAxis(map.yName, map.yLabels, 'end'),
      series: [
        {
          type: 'custom',
          data: map.cells.map(({ x, y }, i) => [x, y, i]),
          renderItem: (_params, api) => {
            const cell = map.cells[Number(api.value(2))]
            const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)])
            const size = api.size?.([1, 1]) ?? 0
            const [w = 0, h = 0] = Array.isArray(size) ? size : [size, size]
            return cell && drawCell(cell.value, map.tone, { x, y, w, h, width })
          },
        },
      ],
    },
    tip: (_series, item) => {
      const cell = map.cells[item]
      return cell && tipOf(map, cell)
    },
  }))

const ROW_PX = { full: 54, half: 52, narrow: 46 } as const

interface Box {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
  readonly width: Width
}

function drawCell({ share, low, high, of }: Estimate, tone: Heatmap['tone'], box: Box) {
  const { x, y, w, h, width } = box
  const step = Math.min(COLOUR_STEPS - 1, Math.ceil(share * (COLOUR_STEPS - 1)))
  const fill = of === 0 ? 'var(--empty)' : `var(--${tone}-${step})`
  const ink = `var(--${tone}-ink-${step})`
  const isWide = width !== 'narrow' && w > 52
  const text = (words: string, dy: number, sizePx: number, weight: number) => ({
    type: 'text' as const,
    x,
    y: y + dy,
    silent: true,
    style: {
      text: words,
      fill: ink,
      align: 'center' as const,
      verticalAlign: 'middle' as const,
      fontFamily: AXIS_TEXT.fontFamily,
      fontSize: sizePx,
      fontWeight: weight,
    },
  })
  return {
    type: 'group' as const,
    children: [
      {
        type: 'rect' as const,
        shape: { x: x - w / 2 + 1.5, y: y - h / 2 + 1.5, width: w - 3, height: h - 3, r: 5 },
        style: { fill },
      },
      ...(of === 0
        ? []
        : [
            text(percent(share), -7, isWide ? 15 : 12, 600),
            text(`${digits(low)}–${digits(high)}`, 11, isWide ? 11 : 9, 400),
          ]),
    ],
  }
}

function tipOf(
  { xName, yName, xLabels, yLabels }: Heatmap,
  cell: Heatmap['cells'][number],
): string {
  const { hits, of, share, low, high } = cell.value
  const where = `${yName} ${yLabels[cell.y] ?? ''}, ${xName} ${xLabels[cell.x] ?? ''}`.replace(
    /^ all, /,
    '',
  )
  return `${where}: ${hits} of ${of} runs, ${percent(share)}; 95 % interval ${percent(low)} to ${percent(high)}`
}

/** A share in percent as it is read: whole, but for the smallest. */
export const percent = (share: number): string => `${digits(share)} %`

function digits(share: number): string {
  const value = 100 * share
  return value > 0 && value < 1 ? value.toFixed(1) : String(Math.round(value))
}
