/** The table and the JSON that a run ends with. */
import type { BenchResult } from './bench.ts'
import type { Machine } from './machine.ts'

/** A whole run. */
export interface Report {
  readonly machine: Machine
  readonly results: readonly BenchResult[]
}

/** A Markdown table: what the README carries. */
export function tableOf({ machine, results }: Report): string {
  const { cpu, cores, memoryGiB, platform, node } = machine
  const rows = [
    ['what', 'reached', 'bare floor', 'ratio', 'goal', 'met'],
    ...results.map((result) => [
      result.name,
      withUnit(result.value, result.unit),
      result.floor === null ? '' : withUnit(result.floor, result.unit),
      result.ratio === null ? '' : result.ratio.toFixed(2),
      result.goal,
      result.met ? 'yes' : 'NO',
    ]),
  ]
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? []
  const lines = rows.map(
    (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`,
  )
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`)
  const where = `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}`
  return [...lines, '', `Measured on ${where}.`, ''].join('\n')
}

const withUnit = (value: number, unit: string): string =>
  `${value >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toFixed(1)} ${unit}`
