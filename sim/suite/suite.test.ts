/** What a suite fails for: a failed oracle, one that never judged, a scenario that is not what it says. */
import { expect, test } from 'vitest'
import { BUILTIN_ORACLES } from '../oracle/builtin.ts'
import { loadScenario, scenarioNames } from '../scenario/catalogue.ts'
import { SITUATIONS } from '../situation/names.ts'
import type { Done } from './pool.ts'
import { problemsOf } from './suite.ts'

const ORACLES = BUILTIN_ORACLES.map((make) => make().name)

/** A run of a scenario that reached and judged everything. */
const good = (scenario: string): Done => ({
  task: { scenario, seed: 1 },
  cpuMs: 1,
  result: {
    scenario,
    seed: 1,
    verdict: 'pass',
    outside: [],
    traceHash: '0',
    events: 1,
    simulatedMs: 1,
    wallMs: 1,
    oracles: ORACLES.map((name) => ({ name, ok: true, checked: 1 })),
    situations: Object.fromEntries(SITUATIONS.map(({ name }) => [name, 1])),
    metrics: {},
  },
})

const changed = (
  runs: readonly Done[],
  change: (result: Done['result']) => Partial<Done['result']>,
) => runs.map((done) => ({ ...done, result: { ...done.result, ...change(done.result) } }))

const names = scenarioNames()
const all = names.map(good)

test('nothing is wrong where everything was reached and judged', () => {
  expect(problemsOf(all, names)).toEqual([])
})

test('an oracle that judged nothing in the whole suite fails it; of some scenarios nothing can be said', () => {
  const idle = changed(all, ({ oracles }) => ({
    oracles: oracles.map((one) =>
      one.name === 'late-joiner-equal' ? { ...one, checked: 0 } : one,
    ),
  }))
  expect(problemsOf(idle, names)).toEqual([
    'oracle late-joiner-equal judged nothing in the whole suite',
  ])
  expect(problemsOf(idle.slice(0, 1), names.slice(0, 1))).toEqual([])
})

test('an oracle that fails within the assumptions fails it, with the command to see it again', () => {
  const failing = changed([good('clean')], ({ oracles }) => ({
    verdict: 'fail',
    oracles: oracles.map((one) =>
      one.name === 'agreement'
        ? { ...one, ok: false, failure: { at: 1, sentence: 'no', nodes: [], ops: [] } }
        : one,
    ),
  }))
  expect(problemsOf(failing, ['clean'])).toEqual([
    'clean seed 1: agreement: no; again: folkmoot-sim run clean --seed 1',
  ])
})

test('a scenario that never reaches what it says fails it', () => {
  const [reached = ''] = loadScenario('stale-backup').expect.reaches
  const stale = changed([good('stale-backup')], ({ situations }) => ({
    situations: { ...situations, [reached]: 0 },
  }))
  expect(problemsOf(stale, ['stale-backup'])).toEqual([`stale-backup never reaches ${reached}`])
})

test('every situation is promised by some scenario', () => {
  const promised = new Set(names.flatMap((name) => loadScenario(name).expect.reaches))
  expect(SITUATIONS.map(({ name }) => name).filter((name) => !promised.has(name))).toEqual([])
})
