/** What a whole sweep says: frontier, oracles, convergence, costs, situations. */
import type { Row } from '../sweep/row.ts'
import { distribution, type Group } from './chart/distribution.ts'
import { heatmap, percent } from './chart/heatmap.ts'
import { stacks } from './chart/stacks.ts'
import { tradeoff } from './chart/tradeoff.ts'
import { axesOf, type Frontier, frontiersOf, type PlotAxis } from './frontier.ts'
import { escapeHtml } from './html.ts'
import type { SweepResults } from './subject.ts'
import { wilson } from './wilson.ts'

/** A part of the page. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly html: string
}

/** All sections of a sweep, in order. */
export const sweepSections = (sweep: SweepResults): Section[] => [
  frontierSection(sweep),
  oracleSection(sweep),
  convergenceSection(sweep),
  costSection(sweep),
  situationSection(sweep),
]

function frontierSection(sweep: SweepResults): Section {
  const { harm, progress } = sweep.measures
  const plots = frontiersOf(sweep.head, sweep.rows, sweep.measures)
  const html = `<p class="answer">${escapeHtml(answer(sweep, plots))}</p>
<p>Share of runs with harm (<code>${escapeHtml(harm.text)}</code>) and with progress (<code>${escapeHtml(progress.text)}</code>). Small numbers: the 95 % interval of each share, by Wilson’s score. Every combination has the same seeds.</p>
${plots.map(frontierPlots).join('\n')}`
  return { id: 'frontier', title: 'Safety and liveness', html }
}

function frontierPlots(plot: Frontier): string {
  const { yAxis, xAxis, cells } = plot
  const of = plot.facet === undefined ? '' : ` (${plot.facet})`
  const map = (tone: 'harm' | 'gain', label: string): string =>
    heatmap({
      label: `${label} by ${yAxis.name} and ${xAxis.name}${of}`,
      tone,
      yName: yAxis.name,
      xName: xAxis.name,
      yLabels: yAxis.levels.map((level) => level.label),
      xLabels: xAxis.levels.map((level) => level.label),
      cells: cells.map(({ x, y, harm, progress }) => ({
        x,
        y,
        value: tone === 'harm' ? harm : progress,
      })),
    })
  return `<div class="stack"><div class="pair">
<figure><h3>Harm${escapeHtml(of)}</h3>${map('harm', 'Share of runs with harm')}</figure>
<figure><h3>Progress${escapeHtml(of)}</h3>${map('gain', 'Share of runs with progress')}</figure>
</div><figure><h3>The frontier${escapeHtml(of)}</h3><p>Each point is a combination, its cross the 95 % intervals. On the dashed line, no other has less harm and as much progress.</p>${tradeoff(plot, `Harm against progress${of}`)}</figure></div>`
}

/** What the numbers come to, in two or three sentences. */
function answer({ rows, measures }: SweepResults, plots: readonly Frontier[]): string {
  const harmed = rows.filter((row) => measures.harm.holds(row)).length
  const sentences = [
    `Harm in ${harmed} of ${rows.length} runs (${percent(harmed / Math.max(1, rows.length))}).`,
  ]
  const cells = plots.flatMap((plot) => plot.cells)
  const [first] = plots
  const names = first?.yAxis.levels.map(({ label }) => label) ?? []
  const safe = names.flatMap((label, y) => {
    const level = cells.filter((cell) => cell.y === y)
    const hits = level.reduce((sum, { harm }) => sum + harm.hits, 0)
    const runs = level.reduce((sum, cell) => sum + cell.runs, 0)
    return hits === 0 && runs > 0 ? [{ label, bound: wilson(0, runs).high }] : []
  })
  if (safe.length > 0 && safe.length < names.length) {
    const bound = Math.max(...safe.map((one) => one.bound))
    sentences.push(
      `None was seen with ${first?.yAxis.name} at ${safe.map(({ label }) => label).join(', ')}: with 95 % confidence it is below ${percent(bound)} there.`,
    )
  }
  const harmless = cells.filter(({ harm, runs }) => harm.hits === 0 && runs > 0)
  const best = harmless.toSorted((a, b) => b.progress.share - a.progress.share)[0]
  if (best?.progress.hits === 0 && harmed > 0)
    sentences.push('Where there was no harm, there was no progress either.')
  else if (best && first && harmed > 0)
    sentences.push(
      `The most progress without harm: ${percent(best.progress.share)} of runs, at ${first.yAxis.name} ${names[best.y]}, ${first.xAxis.name} ${first.xAxis.levels[best.x]?.label}.`,
    )
  return sentences.join(' ')
}

function oracleSection({ rows, head }: SweepResults): Section {
  const names = [...new Set(rows.flatMap(({ oracles }) => oracles.map(({ name }) => name)))]
  const lines = names.map((name) => {
    const found = rows.flatMap((row) => {
      const oracle = row.oracles.find((one) => one.name === name)
      return oracle ? [{ row, oracle }] : []
    })
    const checked = found.reduce((sum, { oracle }) => sum + oracle.checked, 0)
    const broken = found.filter(({ oracle, row }) => !oracle.ok && row.verdict === 'fail')
    const expected = found.filter(
      ({ oracle, row }) => !oracle.ok && row.verdict === 'expected-unsafe',
    )
    const [first] = broken
    const verdict =
      broken.length > 0
        ? `<span class="no">${broken.length} runs fail</span>`
        : checked === 0
          ? '<span class="never">never had anything to judge</span>'
          : '<span class="ok">holds</span>'
    const replay = first
      ? `<code>${escapeHtml(`folkmoot-sim shrink --plan plan.jsonl --run ${first.row.run}`)}</code>`
      : ''
    return `<tr><td>${escapeHtml(name)}</td><td>${verdict}</td><td class="n">${count(checked)}</td><td class="n">${expected.length}</td><td>${replay}</td></tr>`
  })
  const html = `<p>What must hold of every run, how often there was something to judge, and runs outside of the scenario’s own assumptions, where a broken oracle is expected and nothing is a pass. Code ${escapeHtml(head.engine)}.</p>
<figure class="table"><table><thead><tr><th>oracle</th><th>verdict</th><th class="n">judged</th><th class="n">expected unsafe</th><th></th></tr></thead><tbody>${lines.join('')}</tbody></table></figure>`
  return { id: 'oracles', title: 'Oracles', html }
}

/** The axis that the remaining plots are grouped by: the last that varies, which is often the fault’s. */
const groupingOf = ({ head, rows }: SweepResults): PlotAxis | undefined => axesOf(head, rows).at(-1)

function grouped(
  { rows }: SweepResults,
  axis: PlotAxis | undefined,
): { label: string; rows: Row[] }[] {
  if (axis === undefined) return [{ label: 'all', rows: [...rows] }]
  return axis.levels.map((level) => ({
    label: level.label,
    rows: rows.filter(({ cell }) => level.has(cell[axis.name] ?? '')),
  }))
}

function convergenceSection(sweep: SweepResults): Section {
  const axis = groupingOf(sweep)
  const groups = (metric: string): Group[] =>
    grouped(sweep, axis).map(({ label, rows }) => {
      const values = rows.map(({ metrics }) => metrics[metric] ?? -1)
      const known = values.filter((value) => value >= 0)
      return {
        name: `${axis?.name ?? ''} ${label}`.trim(),
        values: known,
        never: values.length - known.length,
      }
    })
  const html = `<p>How long after healing all honest nodes hold the same operations, and how long a proposal takes from being made to its final outcome.</p>
<div class="pair"><figure><h3>Converged after healing</h3>${distribution('Share of runs that converged within a time after healing', 'time after healing', groups('heal.convergedMs'))}</figure>
<figure><h3>Settled after being proposed</h3>${distribution('Share of runs whose proposals settled within a mean time', 'mean time to the final outcome', groups('settled.meanMs'))}</figure></div>`
  return { id: 'convergence', title: 'Convergence', html }
}

function costSection(sweep: SweepResults): Section {
  const axis = groupingOf(sweep)
  const groups = grouped(sweep, axis)
  const labels = { name: axis?.name ?? '', labels: groups.map(({ label }) => label) }
  const part = (name: string, metric: string) => ({
    name,
    values: groups.map(({ rows }) => mean(rows.map(({ metrics }) => metrics[metric] ?? 0))),
  })
  const html = `<p>Means over the runs of each group, of the whole network and the whole run.</p>
<div class="pair"><figure><h3>Bytes</h3>${stacks('Mean bytes a run', labels, [part('gossip', 'gossip.bytes'), part('sync', 'sync.bytes')], bytes)}</figure>
<figure><h3>Messages</h3>${stacks('Mean messages a run', labels, [part('gossip', 'gossip.messages'), part('sync frames', 'sync.frames')], count)}</figure></div>`
  return { id: 'costs', title: 'Costs', html }
}

function situationSection({ rows }: SweepResults): Section {
  const names = [...new Set(rows.flatMap(({ situations }) => Object.keys(situations)))]
  const shares = names
    .map((name) => ({
      name,
      share:
        rows.filter((row) => (row.situations[name] ?? 0) > 0).length / Math.max(1, rows.length),
    }))
    .toSorted((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1))
  const lines = shares.map(({ name, share }) =>
    share === 0
      ? `<tr><td>${escapeHtml(name)}</td><td class="never">never reached: nothing above says anything about it</td><td class="n never">0 %</td></tr>`
      : `<tr><td>${escapeHtml(name)}</td><td><span class="bar" style="width:${(100 * share).toFixed(1)}%"></span></td><td class="n">${percent(share)}</td></tr>`,
  )
  const html = `<p>How many runs got into each situation. What was never reached was not tested.</p>
<figure class="table"><table><tbody>${lines.join('')}</tbody></table></figure>`
  return { id: 'situations', title: 'Situations', html }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** A count with thin spaces between thousands. */
export const count = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f')

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in the unit that suits them. */
export function bytes(value: number): string {
  let rest = value
  let unit = 0
  while (rest >= 1000 && unit < UNITS.length - 1) {
    rest /= 1000
    unit++
  }
  return `${rest < 10 && unit > 0 ? Number(rest.toFixed(1)) : Math.round(rest)} ${UNITS[unit]}`
}
