/** Shares with honest intervals, measures with exact errors, levels in their order. */
import { expect, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import type { Row } from '../sweep/row.ts'
import { escapeHtml, scriptJson } from './html.ts'
import { levelsOf } from './levels.ts'
import { DEFAULT_HARM, DEFAULT_PROGRESS, readMeasure } from './measure.ts'
import { wilson } from './wilson.ts'

test.each([
  [0, 50, 0, 0.0713],
  [50, 50, 0.9287, 1],
  [5, 50, 0.0435, 0.2136],
  [25, 50, 0.3664, 0.6336],
])('%i of %i lies within %f and %f', (hits, of, low, high) => {
  const estimate = wilson(hits, of)
  expect(estimate.low).toBeCloseTo(low, 3)
  expect(estimate.high).toBeCloseTo(high, 3)
})

test('of no runs nothing is known', () => {
  expect(wilson(0, 0)).toMatchObject({ low: 0, high: 1 })
})

const rowWith = (metrics: Row['metrics'], cell: Row['cell'] = {}): Row => ({
  run: 'r',
  plan: 'p',
  index: 0,
  cell,
  scenario: 's',
  seed: 1,
  verdict: 'fail',
  outside: [],
  traceHash: '',
  events: 0,
  simulatedMs: 0,
  oracles: [{ name: 'agreement', ok: false, checked: 1 }],
  situations: { held: 2 },
  metrics,
})

test('measures compare values of a run; what it does not have is 0', () => {
  const holds = (text: string, metrics: Row['metrics'] = {}) =>
    unwrap(readMeasure(text)).holds(rowWith(metrics))
  expect(holds(DEFAULT_HARM, { 'provisional.lapsed': 1 })).toBe(true)
  expect(holds(DEFAULT_HARM)).toBe(false)
  expect(holds(DEFAULT_PROGRESS)).toBe(false)
  expect(holds('situation.held >= 2')).toBe(true)
  expect(holds('oracle.agreement = 0')).toBe(true)
  expect(holds('metric.a < metric.b', { a: 1, b: 2 })).toBe(true)
})

test.each([
  ['metric.a', 'is no measure'],
  ['metrics.a > 0', 'is no value of a run'],
  ['metric.a > lots', 'is no value of a run'],
])('%s is refused', (text, why) => {
  expect(readMeasure(text)).toMatchObject({ ok: false, message: expect.stringContaining(why) })
})

test('levels are in the order of the plan, or of their size, and many become ranges', () => {
  const rows = (values: readonly string[]) => values.map((value) => rowWith({}, { a: value }))
  const labels = (values: readonly string[], planned: readonly string[] = []) =>
    levelsOf('a', rows(values), planned).map(({ label }) => label)
  expect(labels(['9d', '2d12h', '4d'], ['2d12h', '4d', '9d'])).toEqual(['2d12h', '4d', '9d'])
  expect(labels(['2/3', '1/2', '2/5'])).toEqual(['2/5', '1/2', '2/3'])
  expect(labels(Array.from({ length: 60 }, (_, i) => `${i + 1}d`))).toHaveLength(6)
})

test('no text ends the element that it stands in', () => {
  expect(escapeHtml('<a href="x">&</a>')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;')
  expect(scriptJson('</script>')).not.toContain('<')
})
