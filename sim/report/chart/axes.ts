/** Axes as all charts have them: quiet lines, in the colours of the page. */

/** Text of axes. */
export const AXIS_TEXT = { fontFamily: 'inherit', fontSize: 12, color: 'var(--muted)' } as const

const NAME = { ...AXIS_TEXT, color: 'var(--ink)', fontWeight: 600 } as const

/** An axis of words. */
export const categoryAxis = (name: string, labels: readonly string[], place: 'middle' | 'end') => ({
  type: 'category' as const,
  data: [...labels],
  name,
  nameLocation: place,
  nameGap: place === 'middle' ? 30 : 12,
  nameTextStyle: place === 'middle' ? NAME : { ...NAME, align: 'right' as const },
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: { ...AXIS_TEXT, interval: 0 },
  splitArea: { show: false },
})

/** An axis of numbers, written by `format`. */
export const valueAxis = (name: string, format: (value: number) => string, isLog = false) => ({
  type: isLog ? ('log' as const) : ('value' as const),
  name,
  nameLocation: 'middle' as const,
  nameGap: 30,
  nameTextStyle: NAME,
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: { ...AXIS_TEXT, formatter: format },
  splitLine: { lineStyle: { color: 'var(--rule)' } },
  scale: false,
})
