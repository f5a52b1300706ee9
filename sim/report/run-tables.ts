/** What one run comes to, in tables: what every oracle found, which situations it got into. */
import type { OracleResult } from '../run-result.ts'
import { SITUATIONS } from '../situation/names.ts'
import { momentOf } from '../story/moment.ts'
import { escapeHtml } from './html.ts'
import type { ToldRun } from './subject.ts'
import { count, type Section } from './sweep-sections.ts'

/** The sections of a run that was reported by itself. */
export const runTables = (run: ToldRun): Section[] => [oracleSection(run), situationSection(run)]

function oracleSection({ result, claims }: ToldRun): Section {
  const { oracles, outside, verdict } = result
  const lines = oracles.map((found) => {
    const about = claims.get(found.name) ?? ''
    return `<tr><td>${escapeHtml(found.name)}<small>${escapeHtml(about)}</small></td><td>${finding(found, verdict === 'expected-unsafe')}</td><td class="n">${count(found.checked)}</td></tr>`
  })
  const assumptions = outside.map(
    (sentence) => ` Outside of the scenario’s assumptions: ${escapeHtml(sentence)}.`,
  )
  const html = `<p>What must hold of every run, and how often there was something to judge.${assumptions.join('')}</p>
<figure class="table"><table><thead><tr><th>oracle</th><th>verdict</th><th class="n">judged</th></tr></thead><tbody>${lines.join('')}</tbody></table></figure>`
  return { id: 'oracles', title: 'Oracles', html }
}

function finding({ ok, checked, failure }: OracleResult, isExpected: boolean): string {
  if (failure) {
    const about = failure.nodes.length === 0 ? '' : ` (${failure.nodes.join(', ')})`
    const sentence = escapeHtml(`${momentOf(failure.at)}: ${failure.sentence}${about}`)
    return isExpected
      ? `<span class="never">does not hold, as may be expected: ${sentence}</span>`
      : `<span class="no">fails ${sentence}</span>`
  }
  if (checked === 0) return '<span class="never">never had anything to judge</span>'
  return ok ? '<span class="ok">holds</span>' : '<span class="no">fails</span>'
}

function situationSection({ result: { situations } }: ToldRun): Section {
  const all = SITUATIONS.map(({ name, about }) => ({ name, about, times: situations[name] ?? 0 }))
  const reached = all.filter(({ times }) => times > 0)
  const never = all.filter(({ times }) => times === 0).map(({ name }) => name)
  const lines = reached.map(
    ({ name, about, times }) =>
      `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(about)}</td><td class="n">${count(times)}</td></tr>`,
  )
  const table =
    lines.length === 0
      ? ''
      : `<figure class="table"><table><thead><tr><th>situation</th><th></th><th class="n">times</th></tr></thead><tbody>${lines.join('')}</tbody></table></figure>`
  const rest = never.length === 0 ? '' : `<p>Never reached: ${escapeHtml(never.join(', '))}.</p>`
  return {
    id: 'situations',
    title: 'Situations',
    html: `<p>What this run got into. Of what it never reached it says nothing.</p>\n${table}\n${rest}`,
  }
}
