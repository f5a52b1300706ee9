/** A sweep is laid out fairly, dealt out without loss, and comes together to the same bytes. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { afterAll, describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { unwrap } from '../../src/op/refusal.ts'
import { Stream } from '../random/stream.ts'
import { cellsOf } from './cells.ts'
import { ENGINES, jobFile } from './job-files.ts'
import { Journal, readRows } from './journal.ts'
import { mergeRows } from './merged.ts'
import { formatPlan, makePlan, readPlan } from './plan.ts'
import type { Row } from './row.ts'
import { dealt, parseShard } from './shard.ts'
import { parseSweep, type SweepSpec } from './sweep-spec.ts'
import { tableFile } from './table-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'folkmoot-sweep-'))
afterAll(() => rmSync(folder, { recursive: true }))

const BASE = 'name: base\nduration: 1d\nfaults:\n  - { at: 1h, partition: [[a], [b]], until: 2h }\n'
const basis = { scenario: BASE, engine: 'e', extras: { oracles: [], strategies: [] } }

function specOf(text: string): SweepSpec {
  const parsed = parseSweep(text)
  expect(parsed).toMatchObject({ ok: true })
  if (!parsed.ok) throw new TypeError('no sweep')
  return parsed.spec
}

const GRID = specOf(`name: grid
scenario: base.yaml
axes:
  until: { set: "faults[0].until", values: [2h, 3h] }
  name: { set: [name, shows], values: [x, y, z] }
seeds: { from: 5, count: 4 }
`)

describe('plans', () => {
  test('a grid has every combination, each with the same seeds, all combinations first', () => {
    const { runs } = unwrap(makePlan(GRID, basis))
    expect(runs).toHaveLength(24)
    expect(runs.slice(0, 6).map(({ seed }) => seed)).toEqual([5, 5, 5, 5, 5, 5])
    expect(new Set(runs.slice(0, 6).map(({ cell }) => JSON.stringify(cell))).size).toBe(6)
    expect(new Set(runs.map(({ run }) => run)).size).toBe(24)
  })

  test('an id follows from code, scenario and seed, and from nothing else', () => {
    const idsOf = (more: object) => unwrap(makePlan(GRID, { ...basis, ...more })).runs[0]?.run
    expect(idsOf({})).toBe(idsOf({}))
    expect(idsOf({ engine: 'f' })).not.toBe(idsOf({}))
    expect(idsOf({ scenario: BASE.replace('1d', '2d') })).not.toBe(idsOf({}))
    expect(idsOf({ extras: { oracles: [], strategies: [], mutant: 'm' } })).not.toBe(idsOf({}))
  })

  test('a plan reads back as it was written, and a cut one is refused', () => {
    const plan = unwrap(makePlan(GRID, basis))
    const text = formatPlan(plan)
    expect(unwrap(readPlan(text))).toEqual(plan)
    expect(readPlan(text.slice(0, -200))).toMatchObject({ ok: false, code: 'plan-malformed' })
  })

  test('an axis that names a list item which is not there is refused', () => {
    const spec = specOf(
      'name: s\nscenario: b\naxes:\n  a: { set: "faults[1].until", values: [1h] }\n',
    )
    expect(makePlan(spec, basis)).toMatchObject({
      ok: false,
      message: expect.stringContaining('no faults[1]'),
    })
  })

  test('a Latin hypercube has one point in each stratum of each axis', () => {
    const sampled = fc.integer({ min: 2, max: 40 })
    fc.assert(
      fc.property(sampled, fc.integer(), (samples, seed) => {
        const spec = specOf(
          `name: s\nscenario: b\nmethod: latin-hypercube\nsamples: ${samples}\naxes:\n  a: { set: x, from: 0s, to: ${samples}d }\n  b: { set: y, from: 0, to: ${1000 * samples} }\n`,
        )
        const cells = cellsOf(spec, Stream.of(seed))
        const strata = (values: number[]) => values.map(Math.floor).toSorted((a, b) => a - b)
        const days = cells.map(({ a = '' }) => Number(/^(\d+)d/.exec(a)?.[1] ?? 0))
        expect(strata(days)).toEqual(Array.from({ length: samples }, (_, i) => i))
        const second = strata(cells.map(({ b }) => (Number(b) - 0.5) / 1000))
        expect(new Set(second).size).toBeGreaterThanOrEqual(samples - 1)
      }),
      { numRuns: 30 },
    )
  })

  test.each([
    ['scenario: b\naxes: { a: { set: x, values: [1] } }', 'name'],
    ['name: s\nscenario: b\naxes: { a: { set: x } }', 'axes.a'],
    ['name: s\nscenario: b\nmethod: gird\naxes: { a: { set: x, values: [1] } }', 'method'],
    ['name: s\nscenario: b\naxes: { a: { set: "x[", values: [1] } }', 'axes.a.set'],
    ['name: s\nscenario: b\naxes: { a: { set: x, from: 2d, to: 1d } }', 'axes.a'],
    ['name: s\nscenario: b\nseeds: 0\naxes: { a: { set: x, values: [1] } }', 'seeds'],
    ['name: s\nscenario: b\nmethod: list\naxes: { a: { set: x } }', 'points'],
  ])('%j: what is wrong is told with its place', (text, path) => {
    const parsed = parseSweep(text)
    const places = parsed.ok ? [] : parsed.problems.map((found) => found.path.join('.'))
    expect(places).toContain(path)
  })
})

describe('shards', () => {
  test('all shards together are the plan, each run once', () => {
    const count = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(fc.array(fc.nat()), count, (runs, of) => {
        const parts = Array.from({ length: of }, (_, i) => dealt(runs, { part: i + 1, of }))
        expect(parts.flat().toSorted()).toEqual(runs.toSorted())
      }),
    )
  })

  test.each(['0/3', '4/3', '1', '1/0', 'x/2', '1/100001'])('%s is no shard', (text) => {
    expect(parseShard(text)).toMatchObject({ ok: false, code: 'shard' })
  })
})

const rowOf = (index: number, more: Partial<Row> = {}): Row => ({
  run: `run-${index}`,
  plan: 'p',
  index,
  cell: { floor: '1/2', note: 'a "quoted", text' },
  scenario: 's',
  seed: 1,
  verdict: 'pass',
  outside: [],
  traceHash: 'abc',
  events: 10,
  simulatedMs: 5,
  oracles: [{ name: 'agreement', ok: true, checked: 3 }],
  situations: { adopted: 1 },
  metrics: { 'gossip.bytes': 12.5 },
  ...more,
})

describe('results', () => {
  test('a file is gone on with after a crash in the middle of a line', () => {
    const file = join(folder, 'part.jsonl')
    const first = unwrap(Journal.open(file, false))
    first.add(rowOf(0))
    first.add(rowOf(1))
    first.close()
    appendFileSync(file, '{"run":"torn')
    expect(Journal.open(file, false)).toMatchObject({ ok: false, code: 'results-exist' })
    const second = unwrap(Journal.open(file, true))
    expect(second.found).toEqual([rowOf(0), rowOf(1)])
    second.add(rowOf(2))
    second.close()
    expect(unwrap(readRows(readFileSync(file, 'utf8'), file))).toHaveLength(3)
  })

  test('a line in the middle that is no result is told by its number', () => {
    const file = join(folder, 'bad.jsonl')
    writeFileSync(file, 'nonsense\n{}\n')
    expect(Journal.open(file, true)).toMatchObject({
      ok: false,
      message: expect.stringContaining('bad.jsonl:1'),
    })
  })

  test('two results of one run raise the alarm, equal ones count once', () => {
    const merged = unwrap(
      mergeRows([
        [rowOf(2), rowOf(0)],
        [rowOf(1), rowOf(0)],
      ]),
    )
    expect(merged.rows.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(merged.repeated).toBe(1)
    expect(mergeRows([[rowOf(0)], [rowOf(0, { traceHash: 'other' })]])).toMatchObject({
      ok: false,
      code: 'determinism',
      message: expect.stringContaining('traceHash'),
    })
    expect(mergeRows([[rowOf(0), rowOf(1, { plan: 'q' })]])).toMatchObject({ code: 'other-plan' })
  })

  test('CSV quotes what needs it; a count that is absent is 0, a time that never came is empty', () => {
    const rows = [rowOf(0), rowOf(1, { metrics: { 'heal.convergedMs': -1 } })]
    const [head, first, second] = String(tableFile('csv', rows)).split('\n')
    expect(head).toContain('cell.floor,cell.note,oracle.agreement')
    expect(first).toContain('"a ""quoted"", text"')
    expect(first).toMatch(/,12\.5,$/)
    expect(second).toMatch(/,0,$/)
  })

  test('Parquet reads back with types and nulls', async () => {
    const late = { metrics: { 'heal.convergedMs': 7 } }
    const bytes = tableFile('parquet', [rowOf(0), rowOf(1, late)])
    const file = Uint8Array.from(bytes as Uint8Array).buffer
    expect(parquetMetadata(file).num_rows).toBe(2n)
    const rows = await parquetReadObjects({ file })
    expect(rows[0]).toMatchObject({
      index: 0n,
      'oracle.agreement': true,
      'metric.gossip.bytes': 12.5,
    })
    expect(rows[0]?.['metric.heal.convergedMs'] ?? null).toBe(null)
    expect(rows[1]).toMatchObject({ 'metric.gossip.bytes': 0, 'metric.heal.convergedMs': 7 })
  })
})

test.each(ENGINES)(
  'a job for %s names the plan, its shards, and what each exit code means',
  (engine) => {
    const text = jobFile(engine, { name: 'frontier', plan: 'my plan.jsonl', shards: 64 })
    expect(text).toContain("'my plan.jsonl'".slice(1, -1))
    expect(text).toContain('64')
    expect(text).toContain('75')
    if (engine === 'kubernetes') {
      const job = parseDocument(text)
      expect(job.errors).toEqual([])
      expect(job.getIn(['spec', 'completions'])).toBe(64)
    }
  },
)
