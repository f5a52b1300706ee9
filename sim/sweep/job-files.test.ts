/** Jobs for other engines do what they say: each is run here as its engine would run it. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { runProgram } from '../cli/program.ts'

const TIMEOUT_MS = 120_000
const SIM = fileURLToPath(new URL('../../bin/folkmoot-sim.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'folkmoot-jobs-'))
const at = (name: string): string => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${at('bin')}${delimiter}${process.env.PATH ?? ''}`, ...env },
  })

const sim = (...args: string[]): Promise<number> =>
  runProgram(
    args.map((word) => (word.includes('.') ? at(word) : word)),
    { out: () => undefined, err: () => undefined, isTerminal: false },
  )

/** A job for the plan, in two shards. */
async function emit(engine: string, file: string): Promise<string> {
  expect(await sim('plan', 'plan.jsonl', '--emit', engine, '--shards', '2', '-o', file)).toBe(0)
  // Where the plan lies is the machine's business; here it is the folder that the job runs in.
  const text = readFileSync(at(file), 'utf8').replaceAll(`${folder}/`, '')
  writeFileSync(at(file), text)
  return text
}

beforeAll(async () => {
  mkdirSync(at('bin'))
  writeFileSync(at('bin/folkmoot-sim'), `#!/bin/sh\nexec "${process.execPath}" "${SIM}" "$@"\n`)
  chmodSync(at('bin/folkmoot-sim'), 0o755)
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
    'name: jobs\nscenario: ./base.yaml\naxes: { delay: { set: people.delay, values: [1h, 3h] } }\nseeds: 1\n',
  )
  expect(await sim('plan', 'sweep.yaml', '-o', 'plan.jsonl')).toBe(0)
}, TIMEOUT_MS)

test('the first task of a Slurm array and the second of a Kubernetes job together do the plan', {
  timeout: TIMEOUT_MS,
}, async () => {
  const slurm = await emit('slurm', 'sweep.slurm')
  expect(slurm).toContain('#SBATCH --array=1-2')
  expect(run('bash', ['-n', 'sweep.slurm'])).toMatchObject({ status: 0, stderr: '' })
  const task = { SLURM_ARRAY_TASK_ID: '1', SLURM_CPUS_PER_TASK: '1' }
  expect(run('bash', ['sweep.slurm'], task)).toMatchObject({ status: 0 })

  const container = JOB.parse(parse(await emit('kubernetes', 'sweep.yaml'))).spec.template.spec
    .containers[0]
  const [shell = '', ...flags] = container.command
  expect(run(shell, [...flags, ...container.args], { JOB_COMPLETION_INDEX: '1' })).toMatchObject({
    status: 0,
  })
  const merge = ['merge', 'part-1.jsonl', 'part-2.jsonl', '-o', 'all.jsonl', '--plan', 'plan.jsonl']
  expect(await sim(...merge)).toBe(0)
})

const isParallel = run('parallel', ['--version']).stdout?.startsWith('GNU parallel') === true

test.skipIf(!isParallel)('GNU parallel does all shards', { timeout: TIMEOUT_MS }, async () => {
  for (const part of ['part-1.jsonl', 'part-2.jsonl']) rmSync(at(part), { force: true })
  await emit('parallel', 'sweep.sh')
  expect(run('sh', ['-n', 'sweep.sh'])).toMatchObject({ status: 0, stderr: '' })
  expect(run('sh', ['sweep.sh'])).toMatchObject({ status: 0 })
  const merge = ['merge', 'part-1.jsonl', 'part-2.jsonl', '-o', 'all.jsonl', '--plan', 'plan.jsonl']
  expect(await sim(...merge)).toBe(0)
})

/** What of an Indexed Job the engine must find where it is. */
const JOB = z.object({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  spec: z.object({
    completionMode: z.literal('Indexed'),
    completions: z.literal(2),
    template: z.object({
      spec: z.object({
        restartPolicy: z.literal('Never'),
        containers: z.tuple([
          z.object({ command: z.array(z.string()), args: z.array(z.string()) }),
        ]),
      }),
    }),
  }),
})
