import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { scenarioNames } from '../scenario/catalogue.ts'
import { runProgram } from './program.ts'
import { Progress } from './progress.ts'

const folder = mkdtempSync(join(tmpdir(), 'folkmoot-sim-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const LAUNCHER = fileURLToPath(new URL('../../bin/folkmoot-sim.js', import.meta.url))

const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

async function sim(...argv: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const io = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    isTerminal: false,
  }
  const exit = await runProgram(argv, io)
  return { exit, out: out.join(''), err: err.join('') }
}

const SMALL = `name: small
shows: a small coalition decides
duration: 5d
coalition: { stakeholders: 4 }
workload: [{ at: 1h, propose: { slot: core@main, by: s1 } }]
`

describe('run', () => {
  test('prints one line of JSON a seed, and ends with 0', async () => {
    const trace = join(folder, 'trace.jsonl')
    const small = file('small.yaml', SMALL)
    const { exit, out } = await sim('run', small, '--json', '--seeds', '2', '--trace', trace)
    expect(exit).toBe(0)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map(({ seed }) => seed)).toEqual([1, 2])
    expect(lines[0]).toMatchObject({ scenario: 'small', verdict: 'pass', outside: [] })
    expect(lines[0].traceHash).toMatch(/^[0-9a-f]{16}$/)
    const records = readFileSync(trace, 'utf8').trimEnd().split('\n')
    expect(records.length).toBeGreaterThan(20)
    expect(JSON.parse(records[0] ?? '')).toHaveProperty('what')
  })

  test('ends with 1 where an oracle of one’s own fails, and says how to see it again', async () => {
    const oracle = file(
      'oracle.ts',
      `export const oracle = () => ({ name: 'never', about: 'nothing ends', conclude: (_view: unknown, judge: { fails(why: string): void }) => judge.fails('it ended') })`,
    )
    const small = file('small.yaml', SMALL)
    const { exit, out } = await sim('run', small, '--oracle', oracle)
    expect(exit).toBe(1)
    expect(out).toContain('✗ never')
    expect(out).toContain(`again: folkmoot-sim run ${small} --seed 1 --oracle ${oracle}`)
  })

  test.each([
    ['a scenario that there is not', ['run', 'even-splitt'], 'did you mean "even-split"?'],
    ['a bad scenario', ['run', 'BAD'], 'coalition.stakeholders: found "0"'],
    ['an oracle that is none', ['run', 'clean', '--oracle', 'NONE'], 'exports no oracle'],
    [
      'a module that there is not',
      ['run', 'clean', '--strategy', '/nowhere.ts'],
      'cannot be loaded',
    ],
    ['a mutant that there is not', ['run', 'clean', '--mutant', 'x'], 'there is no mutant "x"'],
    ['a seed that is no number', ['run', 'clean', '--seed', 'x'], 'a whole number from 0 on'],
    ['a size that there is not', ['bench', '--nodes', '7'], 'there is no size "7"'],
    ['a command that there is not', ['ru'], 'unknown command'],
  ])('ends with 2 for %s', async (_, argv, sentence) => {
    const bad = file('bad.yaml', SMALL.replace('stakeholders: 4', 'stakeholders: 0'))
    const none = file('none.ts', 'export const other = 1')
    const { exit, err } = await sim(
      ...argv.map((arg) => (arg === 'BAD' ? bad : arg === 'NONE' ? none : arg)),
    )
    expect(exit).toBe(2)
    expect(err).toContain(sentence)
  })
})

test('the report of one run says what each oracle found, and what the run got into', async () => {
  const [small, page] = [file('small.yaml', SMALL), join(folder, 'small.html')]
  expect(await sim('report', small, '-o', page)).toMatchObject({ exit: 0 })
  const html = readFileSync(page, 'utf8')
  expect(html).toMatch(
    /agreement<small>every honest node that reads .*?<\/small><\/td><td><span class="ok">holds<\/span>/,
  )
  expect(html).toMatch(/late-joiner-equal<small>.*?never had anything to judge/)
  expect(html).toMatch(/<td>adopted<\/td><td>a ballot was adopted<\/td>/)
  expect(html).toMatch(/Never reached: .*lapsed/)
  expect(html).toMatch(/<circle r="7" style="fill:[^"]*"\/><\/svg>votes yes/)
})

test('scenarios lists them all, prints one, and shows its events', async () => {
  const { out } = await sim('scenarios', '--json')
  expect(JSON.parse(out).map(({ name }: { name: string }) => name)).toEqual(scenarioNames())
  expect(scenarioNames().length).toBeGreaterThanOrEqual(24)
  expect((await sim('scenarios', 'churn')).out).toContain('name: churn')
  const events = (await sim('scenarios', 'churn', '--events')).out.trimEnd().split('\n')
  expect(JSON.parse(events[0] ?? '')).toHaveProperty('do')
})

test('a long run shows how far it is where somebody looks, and nothing where nobody does', () => {
  const drawn: string[] = []
  const io = { out: () => undefined, err: (text: string) => void drawn.push(text) }
  const quiet = new Progress({ ...io, isTerminal: false }, 'run', 4)
  quiet.show(1, 'a quarter')
  quiet.clear()
  expect(drawn).toEqual([])
  const seen = new Progress({ ...io, isTerminal: true }, 'run', 4)
  seen.show(1, 'a quarter')
  expect(drawn.join('')).toMatch(/^\rrun █+░+ {2}25 % a quarter/)
  seen.clear()
  expect(drawn.at(-1)).toBe('\r\u001b[K')
})

test('the schema describes what scenarios may say', async () => {
  const schema = JSON.parse((await sim('schema')).out)
  expect(schema.required).toEqual(['name', 'shows', 'duration', 'coalition'])
  expect(Object.keys(schema.properties)).toContain('faults')
})

const COMMANDS = ['run', 'plan', 'merge', 'report', 'shrink', 'bench', 'scenarios', 'schema']

test('each command has help with examples', async () => {
  for (const name of COMMANDS) {
    const { exit, out } = await sim(name, '--help')
    expect(exit).toBe(0)
    expect(out, name).toMatch(/Examples:\n( {2}\$ .*\n)* {2}\$ folkmoot-sim/)
    expect(out, name).toContain('--json')
  }
})

/** In an order in which one makes what the next takes; `shrink` and `bench` take long by their nature. */
const PASTED = ['scenarios', 'schema', 'plan', 'run', 'merge', 'report']

test('examples work where they are pasted, one command after another', async () => {
  const here = join(folder, 'examples')
  mkdirSync(here)
  for (const name of PASTED) {
    const { out } = await sim(name, '--help')
    for (const [, line = ''] of out.matchAll(/^ {2}\$ (.*)$/gm))
      expect({ line, ...paste(line, here) }).toMatchObject({ code: 0 })
  }
}, 300_000)

/** As a shell takes it, with the program of this checkout. */
function paste(line: string, cwd: string): { readonly code: number | null; readonly said: string } {
  const sim = `folkmoot-sim() { "${process.execPath}" "${LAUNCHER}" "$@"; }`
  const { status, stderr } = spawnSync('bash', ['-c', `${sim}\n${line}`], { cwd, encoding: 'utf8' })
  return { code: status, said: stderr }
}
