/** `npm run demo` as a process: what it promises to people and to programs. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const MAIN = fileURLToPath(new URL('../../node/demo/main.ts', import.meta.url))
/** Longest that the demo may take, in ms. */
const DEMO_MS = 300_000

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const REPORT = z.strictObject({
  ok: z.boolean(),
  nodes: z.array(
    z.strictObject({
      stakeholder: z.string(),
      pid: z.int().positive(),
      peerId: z.string().startsWith('12D3KooW'),
      home: z.string(),
      ops: z.int().positive(),
      opsDigest: hex,
      stateDigest: hex,
    }),
  ),
  ballots: z.array(
    z.strictObject({
      id: z.string().startsWith('bafy'),
      title: z.string(),
      outcome: z.string(),
      rounds: z.int(),
      reasons: z.array(z.string()),
    }),
  ),
  steps: z.array(
    z.strictObject({
      name: z.string(),
      ok: z.boolean(),
      ms: z.int().nonnegative(),
      error: z.string().optional(),
    }),
  ),
})

/** Runs the demo to its end; its one line of standard output is the report. */
async function demo(...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, '--once', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  await once(child, 'close')
  const lines = stdout.trimEnd().split('\n')
  expect(lines, 'one JSON object and nothing else').toHaveLength(1)
  return { code: child.exitCode, report: REPORT.parse(JSON.parse(lines[0] ?? '')) }
}

const distinct = (values: readonly unknown[]): number => new Set(values).size

describe('the demo', () => {
  test('founds, decides, splits, heals, catches a liar, admits a sixth: six nodes, one state', {
    timeout: DEMO_MS,
  }, async () => {
    const { code, report } = await demo()
    const { ok, nodes, ballots, steps } = report
    expect(steps.filter((step) => !step.ok)).toEqual([])
    expect({ code, ok }).toEqual({ code: 0, ok: true })
    expect(steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['answered', 'contingency', 'ratified', 'appealed', 'admission']),
    )
    expect(steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['rollout-cohorts', 'rollout-closed', 'halt-breach', 'rollback-seen']),
    )
    expect(nodes).toHaveLength(6)
    for (const name of ['stakeholder', 'pid', 'peerId', 'home'] as const)
      expect(distinct(nodes.map((node) => node[name])), `six of ${name}`).toBe(6)
    for (const name of ['ops', 'opsDigest', 'stateDigest'] as const)
      expect(distinct(nodes.map((node) => node[name])), `one ${name}`).toBe(1)
    const decided = ballots.map(({ title, outcome }) => [title, outcome])
    expect(Object.fromEntries(decided)).toEqual({
      'Gateway speaks protocol 4': 'adopted',
      'Gateway drops protocol 2': 'adopted',
      'Freeze all releases until spring': 'declined',
      'Ledger drops its old index': 'declined',
      'Key rotation every month': 'adopted',
      'Key rotation every year': 'declined',
      'Set aside: Key rotation every month': 'adopted',
      'Follow the gateway runbook': 'adopted',
      'Publish audit reports within a week': 'adopted',
      'Gateway 2': 'adopted',
      'Gateway 3': 'adopted',
      'Admit the Fir Foundation': 'adopted',
    })
    for (const { outcome, rounds, reasons } of ballots) {
      expect(rounds).toBeGreaterThan(0)
      if (outcome === 'declined') expect(reasons).not.toEqual([])
    }
    expect(nodes.filter(({ home }) => existsSync(home))).toEqual([])
    for (const { pid } of nodes) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  test('a flag that it does not know is a usage error in two lines', () => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, '--foo'], { encoding: 'utf8' })
    expect(status).toBe(2)
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining('--foo'),
      expect.stringContaining('Hint: '),
    ])
  })

  test('a step that does not come true fails it, by name', { timeout: DEMO_MS }, async () => {
    const { code, report } = await demo('--sabotage', 'adopted')
    expect(code).toBe(1)
    expect(report).toMatchObject({ ok: false })
    expect(report.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['founding', true],
      ['meeting', true],
      ['adopted', false],
    ])
    expect(report.steps.at(-1)?.error).toBeTruthy()
  })
})
