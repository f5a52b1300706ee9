/**
 * The report: one HTML file that holds everything it shows. It loads nothing, so it can be mailed,
 * archived, and opened on a machine without a network.
 */
import { readFileSync } from 'node:fs'
import { escapeHtml } from './html.ts'
import { runSection } from './run-section.ts'
import { runTables } from './run-tables.ts'
import type { SweepResults, ToldRun } from './subject.ts'
import { bytes, count, type Section, sweepSections } from './sweep-sections.ts'

/** What a page is made of. */
export interface Report {
  readonly title: string
  /** What was asked, or what the scenario shows. */
  readonly asks: string
  readonly sweep: SweepResults | undefined
  /** Runs to look at, the most telling first. */
  readonly runs: readonly ToldRun[]
}

/** The page. */
export function reportPage(report: Report): string {
  const sections = report.sweep
    ? [...sweepSections(report.sweep), runsSection(report.runs)]
    : [runsSection(report.runs), ...report.runs.flatMap(runTables)]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(report.title)}</title>
<style>${asset('page.css')}</style>
</head>
<body>
<header class="top"><div class="top-line"><div><p class="kicker">${escapeHtml(report.title)}</p>
<h1>${escapeHtml(report.asks)}</h1></div><button class="theme" type="button">Light / dark</button></div>
${report.sweep ? sweepFigures(report.sweep) : runFigures(report.runs)}</header>
${sections.length > 1 ? navigation(sections) : ''}
<main>
${sections.map(({ id, title, html }) => `<section id="${id}"><h2>${title}</h2>${html}</section>`).join('\n')}
</main>
<footer class="top">Made by folkmoot-sim. Every number follows from scenario, seed and code${report.sweep ? ` ${escapeHtml(report.sweep.head.engine)}` : ''}: run it again and compare.</footer>
<script>${asset('page.js')}</script>
</body>
</html>
`
}

const navigation = (sections: readonly Section[]): string =>
  `<nav aria-label="Sections"><div>${sections.map(({ id, title }) => `<a href="#${id}">${title}</a>`).join('')}</div></nav>`

const asset = (name: string): string =>
  readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8')

function runsSection(runs: readonly ToldRun[]): Section {
  const choice =
    runs.length < 2
      ? ''
      : `<div class="run-choice" role="group" aria-label="Which run">${runs
          .map(
            ({ id, title }, i) =>
              `<button type="button" value="${id}" aria-pressed="${i === 0}">${escapeHtml(title)}</button>`,
          )
          .join('')}</div>`
  const html = `${choice}${runs.map((run, i) => runSection(run, i > 0)).join('\n')}`
  return { id: 'run', title: runs.length > 1 ? 'Runs to look at' : 'The run', html }
}

const figure = (value: string, about: string, tone = ''): string =>
  `<li${tone === '' ? '' : ` class="${tone}"`}><b>${escapeHtml(value)}</b><span>${escapeHtml(about)}</span></li>`

function sweepFigures({ rows }: SweepResults): string {
  const of = (verdict: string): number => rows.filter((row) => row.verdict === verdict).length
  const seeds = new Set(rows.map(({ seed }) => seed)).size
  const cells = new Set(rows.map(({ cell }) => JSON.stringify(cell))).size
  const total = (pick: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((sum, row) => sum + pick(row), 0)
  return `<ul class="figures">${[
    figure(count(rows.length), `runs: ${count(cells)} combinations × ${count(seeds)} seeds`),
    figure(count(of('pass')), 'pass', 'good'),
    figure(count(of('fail')), 'fail', of('fail') > 0 ? 'bad' : ''),
    figure(count(of('expected-unsafe')), 'outside assumptions'),
    figure(count(total(({ events }) => events)), 'events'),
    figure(years(total(({ simulatedMs }) => simulatedMs)), 'simulated'),
  ].join('')}</ul>`
}

function runFigures(runs: readonly ToldRun[]): string {
  const [run] = runs
  if (!run) return ''
  const { verdict, events, simulatedMs, metrics, seed } = run.result
  const tone = { pass: 'good', fail: 'bad', 'expected-unsafe': '' }[verdict]
  return `<ul class="figures">${[
    figure(verdict, `seed ${seed}`, tone),
    figure(count(run.scenario.coalition.members.length), 'stakeholders'),
    figure(count(events), 'events'),
    figure(years(simulatedMs), 'simulated'),
    figure(count(metrics['gossip.messages'] ?? 0), 'messages'),
    figure(bytes((metrics['gossip.bytes'] ?? 0) + (metrics['sync.bytes'] ?? 0)), 'sent'),
  ].join('')}</ul>`
}

const DAY_MS = 86_400_000

/** A long time in its fitting unit. */
function years(ms: number): string {
  const days = ms / DAY_MS
  if (days >= 730) return `${count(days / 365.25)} years`
  return days >= 2 ? `${count(days)} days` : `${count(24 * days)} hours`
}
