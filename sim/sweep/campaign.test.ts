/** Killed, stopped, resumed, dealt out in shards: the results are those of a run that nothing disturbed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { runProgram } from '../cli/program.ts'

const SIM = fileURLToPath(new URL('../../bin/folkmoot-sim.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'folkmoot-campaign-'))
const at = (name: string): string => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

writeFileSync(
  at('base.yaml'),
  `name: base
shows: three organisations decide once
duration: 20h
coalition: { stakeholders: 3, checkpoints: false }
people: { delay: 2h }
workload: [{ at: 1h, propose: { track: emergency } }]
`,
)
writeFileSync(
  at('sweep.yaml'),
  `name: campaign
scenario: ./base.yaml
axes: { delay: { set: people.delay, values: [1h, 3h] } }
seeds: 3
`,
)

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [SIM, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'close')
  return code
}

/** In this process: only what is to be killed needs one of its own. */
const sim = (...args: string[]): Promise<number> =>
  runProgram(
    args.map((word) => (/\.(jsonl|yaml|csv)$/.test(word) ? at(word) : word)),
    {
      out: () => undefined,
      err: () => undefined,
      isTerminal: false,
    },
  )

async function untilLines(file: string, count: number): Promise<void> {
  const linesIn = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0)
  while (linesIn() < count) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('killed half-way and resumed, or in three shards, gives the same bytes', {
  timeout: 300_000,
}, async () => {
  expect(await sim('plan', 'sweep.yaml', '-o', 'plan.jsonl')).toBe(0)
  const run = ['run', '--plan', 'plan.jsonl', '--workers', '1']
  expect(await sim(...run, '-o', 'whole.jsonl')).toBe(0)

  const killed = start(...run, '-o', 'part.jsonl')
  await untilLines(at('part.jsonl'), 2)
  killed.kill('SIGKILL')
  await once(killed, 'close')
  expect(await sim(...run, '-o', 'part.jsonl')).toBe(2)
  const stopped = start(...run, '-o', 'part.jsonl', '--resume')
  await untilLines(at('part.jsonl'), 4)
  stopped.kill('SIGTERM')
  expect([0, 75]).toContain(await exitOf(stopped))
  expect(await sim(...run, '-o', 'part.jsonl', '--resume')).toBe(0)

  for (const part of [1, 2, 3])
    expect(await sim(...run, '--shard', `${part}/3`, '-o', `s${part}.jsonl`)).toBe(0)

  const merged = async (out: string, ...parts: string[]): Promise<string> => {
    expect(await sim('merge', ...parts, '-o', out, '--plan', 'plan.jsonl')).toBe(0)
    return readFileSync(at(out), 'utf8')
  }
  const whole = await merged('a.jsonl', 'whole.jsonl')
  expect(whole.split('\n')).toHaveLength(7)
  expect(await merged('b.jsonl', 'part.jsonl')).toBe(whole)
  expect(await merged('c.jsonl', 's3.jsonl', 's1.jsonl', 's2.jsonl')).toBe(whole)
  expect(await sim('merge', 's1.jsonl', '-o', 'd.csv', '--plan', 'plan.jsonl')).toBe(75)
})
