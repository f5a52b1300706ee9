/** `npm run sim:suite`: every scenario with five seeds; `-- --seeds 1000` for a soak. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { Done } from './pool.ts'
import { runSuite } from './suite.ts'

const SEEDS = 5

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string' }, workers: { type: 'string' }, json: { type: 'boolean' } },
})
const seeds = Number(values.seeds ?? SEEDS)
const began = performance.now()
const { runs, problems, notes } = await runSuite({
  seeds,
  workers: Number(values.workers ?? availableParallelism()),
  isSoak: values.seeds !== undefined,
  ...(positionals.length > 0 && { scenarios: positionals }),
  onDone: (done) => process.stdout.write(values.json ? `${JSON.stringify(done)}\n` : line(done)),
})
const seconds = Math.round((performance.now() - began) / 1000)
const cpu = Math.round(runs.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / 1000)
process.stderr.write(`${runs.length} runs in ${seconds} s (${cpu} s of CPU time)\n`)
for (const note of notes) process.stderr.write(`· ${note}\n`)
for (const problem of problems) process.stderr.write(`✗ ${problem}\n`)
process.exitCode = problems.length === 0 ? 0 : 1

function line({ task, result, cpuMs }: Done): string {
  const name = `${task.scenario} ${task.seed}`.padEnd(36)
  return `${name} ${result.verdict.padEnd(16)} ${String(result.events).padStart(9)} events ${String(cpuMs).padStart(6)} ms ${result.traceHash}\n`
}
