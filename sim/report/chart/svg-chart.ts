/**
 * Charts as SVG text, drawn by Apache ECharts in this process: the page needs no script, no font and
 * no network for them. Colours are variables of the page's style sheet, so a chart follows the page
 * from light to dark.
 */

import type {
  BarSeriesOption,
  CustomSeriesOption,
  LineSeriesOption,
  ScatterSeriesOption,
} from 'echarts/charts'
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import type { GridComponentOption, LegendComponentOption } from 'echarts/components'
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components'
import { type ComposeOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { escapeHtml } from '../html.ts'

use([
  SVGRenderer,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  CustomChart,
  LineChart,
  ScatterChart,
  BarChart,
])

/** What a chart is made of. */
export type ChartOption = ComposeOption<
  | GridComponentOption
  | LegendComponentOption
  | CustomSeriesOption
  | LineSeriesOption
  | ScatterSeriesOption
  | BarSeriesOption
>

/** A chart at one width. */
export interface Drawing {
  readonly option: ChartOption
  readonly heightPx: number
  /** What to say of a mark when one points at it, by series and item. */
  readonly tip?: (series: number, item: number) => string | undefined
}

/** Widths that a chart is drawn at: for the whole page of a desk or half of it, and for a phone. */
export const WIDTHS_PX = { full: 720, half: 480, narrow: 350 } as const
/** One of them. */
export type Width = keyof typeof WIDTHS_PX

/** What a chart shows, for those who cannot see it, and how much of the page it has. */
export interface Place {
  readonly label: string
  readonly width: Exclude<Width, 'narrow'>
}

/** A chart for the page of a desk and for that of a phone: the style sheet shows one of them. */
export const chart = ({ label, width }: Place, draw: (width: Width) => Drawing): string =>
  ([width, 'narrow'] as const)
    .map((one) => {
      const about = `class="chart ${one}" role="img" aria-label="${escapeHtml(label)}"`
      return `<div ${about}>${svgOf(WIDTHS_PX[one], draw(one))}</div>`
    })
    .join('\n')

function svgOf(width: number, { option, heightPx, tip }: Drawing): string {
  const drawn = init(null, null, { renderer: 'svg', ssr: true, width, height: heightPx })
  drawn.setOption({ animation: false, textStyle: { fontFamily: 'inherit' }, ...option })
  const svg = drawn.renderToSVGString()
  drawn.dispose()
  return withTips(unstyled(svg), tip)
}

/** Without what the library adds for pointers: hovering is the page's business. */
const unstyled = (svg: string): string =>
  svg
    .replace(/<style ?>[\s\S]*?<\/style>/, '')
    .replaceAll(/ class="zr\d+-cls-\d+"/g, '')
    .replace(/<rect width="\d+" height="\d+" x="0" y="0" fill="none"><\/rect>\n?/, '')

const MARK = /<(\w+)([^>]*? ecmeta_series_index="(\d+)" ecmeta_data_index="(\d+)"[^>]*)>/g

/** Puts a title into each mark, which browsers show and readers read. */
const withTips = (svg: string, tip: Drawing['tip']): string =>
  svg.replaceAll(MARK, (_, ...[name, attributes, series, item]: string[]) => {
    const text = tip?.(Number(series), Number(item))
    const title = text === undefined ? '' : `<title>${escapeHtml(text)}</title>`
    return `<${name}${attributes?.replaceAll(/ ecmeta_\w+="[^"]*"/g, '')}>${title}`
  })
