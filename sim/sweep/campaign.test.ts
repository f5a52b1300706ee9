/** Killed, stopped, resumed, dealt out in shards: the results are those of a run that nothing disturbed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { isSame, sweepTrial } from '../../test/soak/sim/sweep-trial.ts'
import { runProgram } from '../cli/program.ts'

const SIM = fileURLToPath(new URL('../../bin/folkmoot-sim.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'folkmoot-campaign-'))
const at = (name: string): string => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const BASE = `name: base
shows: three organisations decide once
duration: 20h
coalition: { stakeholders: 3, checkpoints: false }
people: { delay: 2h }
workload: [{ at: 1h, propose: { track: emergency } }]
`
const SWEEP = `name: campaign
scenario: ./base.yaml
axes: { delay: { set: people.delay, values: [1h, 3h] } }
seeds: 3
`

/** In this process: only what is to be stopped needs one of its own. */
const sim = (...args: string[]): Promise<number> =>
  runProgram(
    args.map((word) => (/\.(jsonl|yaml|csv)$/.test(word) ? at(word) : word)),
    { out: () => undefined, err: () => undefined, isTerminal: false },
  )

async function untilLines(file: string, count: number): Promise<void> {
  const linesIn = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0)
  while (linesIn() < count) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** `npm run soak:sweep` does the same with 450 runs. */
test('killed half-way and resumed, or in three shards, gives the same bytes', {
  timeout: 300_000,
}, async () => {
  const trial = { folder, scenario: BASE, sweep: SWEEP, shards: 3, workers: 1 }
  const figures = await sweepTrial(trial)
  expect(figures).toMatchObject({ runs: 6, ways: { length: 3 } })
  expect(isSame(figures), JSON.stringify(figures)).toBe(true)
})

test('stopped in the middle it finishes the run in hand, and says what is left', {
  timeout: 300_000,
}, async () => {
  const run = ['run', '--plan', 'plan.jsonl', '--workers', '1', '-o', 'stopped.jsonl']
  const child = spawn(process.execPath, [SIM, ...run], { cwd: folder, stdio: 'ignore' })
  const ended = once(child, 'close')
  await untilLines(at('stopped.jsonl'), 2)
  child.kill('SIGTERM')
  const [code] = await ended
  expect([0, 75]).toContain(code)
  expect(await sim(...run), 'results are there, and nobody said --resume').toBe(2)
  expect(await sim(...run, '--resume')).toBe(0)
  expect(await sim('merge', 'stopped.jsonl', '-o', 'all.jsonl', '--plan', 'plan.jsonl')).toBe(0)
  expect(readFileSync(at('all.jsonl'), 'utf8')).toBe(readFileSync(at('merged.jsonl'), 'utf8'))
  const part = ['merge', 'shard-1.jsonl', '-o', 'part.csv', '--plan', 'plan.jsonl']
  expect(await sim(...part), 'a third is not all').toBe(75)
})
