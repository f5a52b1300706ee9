/** A result as people read it. */
import { formatDuration } from '../../src/charter/duration.ts'
import type { OracleResult, RunResult } from '../run-result.ts'
import type { Scenario } from '../scenario/scenario.ts'

const VERDICTS = {
  pass: 'pass',
  fail: 'FAIL',
  'expected-unsafe': 'expected unsafe',
} as const

/** Verdict, oracles, situations, and the command that runs it again where something failed. */
export function renderResult(result: RunResult, scenario: Scenario, again: string): string {
  const { seed, verdict, events, simulatedMs, wallMs, traceHash } = result
  const lines = [
    `${result.scenario} seed ${seed}: ${VERDICTS[verdict]}`,
    `  ${scenario.shows}`,
    `  ${events} events, ${formatDuration(simulatedMs - (simulatedMs % 1000))} simulated in ${wallMs} ms, trace ${traceHash}`,
    ...result.outside.map((sentence) => `  outside its assumptions: ${sentence}`),
    ...result.oracles.map(oracleLine),
    ...situationLines(result),
    ...refusedLines(result),
    ...(result.oracles.some(({ ok }) => !ok) ? [`  again: ${again} --trace trace.jsonl`] : []),
  ]
  return `${lines.join('\n')}\n`
}

function oracleLine({ name, ok, checked, failure }: OracleResult): string {
  if (ok) return `  ${checked > 0 ? '✓' : '·'} ${name}: ${checked} judged`
  const at = formatDuration(Math.round(failure?.at ?? 0))
  return `  ✗ ${name} at ${at}: ${failure?.sentence ?? ''} (${checked} judged)`
}

/** What people wished and the rules did not allow: else a run in which nothing happened looks like a pass. */
function refusedLines({ metrics }: RunResult): string[] {
  const refused = Object.entries(metrics).filter(([name]) => name.startsWith(REFUSED))
  if (refused.length === 0) return []
  const said = refused.map(([name, count]) => `${name.slice(REFUSED.length)} ×${count}`)
  return [`  refused: ${said.join(', ')}`]
}

const REFUSED = 'refused.'

function situationLines({ situations }: RunResult): string[] {
  const reached = Object.entries(situations).filter(([, count]) => count > 0)
  if (reached.length === 0) return []
  return [`  situations: ${reached.map(([name, count]) => `${name} ×${count}`).join(', ')}`]
}
