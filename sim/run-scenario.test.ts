import { describe, expect, test } from 'vitest'
import { MUTANTS } from './mutant/mutants.ts'
import type { OracleFactory } from './oracle/oracle.ts'
import { runCompiled, runScenario } from './run-scenario.ts'
import { loadScenario, parseKnown } from './scenario/catalogue.ts'
import { compile } from './scenario/compile.ts'
import type { Scenario } from './scenario/scenario.ts'
import type { TraceRecord } from './trace/record.ts'

const TIMEOUT_MS = 120_000

function scenarioOf(more: string): Scenario {
  const parsed = parseKnown(`name: small
shows: a small coalition decides
duration: 6d
coalition:
  stakeholders: 7
  charter: { limits: { checkpointEvery: 2d } }
people: { turnout: 1, delay: 'lognormal(6h, 0.8)', yes: 0.9 }
workload: [{ at: 1d, propose: { slot: core@main, by: s1 } }]
${more}`)
  if (!parsed.ok) return expect.fail(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.scenario
}

const FAULTS = `faults:
  - { at: 30h, partition: [[s6, s7]], until: 3d }
  - { at: 2d, byzantine: [s5], as: [twins] }
  - { at: 2d, crash: [s2], until: 60h }
`

describe('one scenario and one seed', () => {
  test('give one trace, whoever watches; another seed gives another', {
    timeout: TIMEOUT_MS,
  }, () => {
    const scenario = scenarioOf(FAULTS)
    const records: TraceRecord[] = []
    const first = runScenario(scenario, 3, { onTrace: (record) => void records.push(record) })
    const second = runScenario(scenario, 3)
    expect({ ...second, wallMs: 0 }).toEqual({ ...first, wallMs: 0 })
    expect(runScenario(scenario, 4).traceHash).not.toBe(first.traceHash)
    expect(records.map(({ at }) => at)).toEqual(
      records.map(({ at }) => at).toSorted((a, b) => a - b),
    )
    expect(records.some(({ what }) => what === 'settled')).toBe(true)
  })

  test('give the same where every node checks every signature', { timeout: TIMEOUT_MS }, () => {
    const scenario = scenarioOf('')
    const spared = runScenario(scenario, 1)
    const checked = runScenario(scenario, 1, { verifyEverywhere: true })
    expect(checked.traceHash).toBe(spared.traceHash)
    expect(checked.verdict).toBe('pass')
  })
})

test('the script draws for each line by itself: one more fault changes no other', () => {
  const some = compile(
    scenarioOf('faults: [{ at: 1d, churn: 2, up: exponential(9h), down: 1h }]'),
    5,
  )
  const more = compile(
    scenarioOf(
      'faults: [{ at: 1d, churn: 2, up: exponential(9h), down: 1h }, { at: 2d, loss: 5% }]',
    ),
    5,
  )
  expect(more.events.filter((event) => event.do !== 'loss')).toEqual(some.events)
})

test('any part of the events can be run by itself', { timeout: TIMEOUT_MS }, () => {
  const whole = compile(scenarioOf(FAULTS), 1)
  const events = whole.events.filter((event) => event.do !== 'partition')
  expect(runCompiled({ ...whole, events }).verdict).toBe('pass')
})

test('outside its assumptions a run is never a pass', { timeout: TIMEOUT_MS }, () => {
  const result = runScenario(scenarioOf('faults: [{ at: 2d, byzantine: 3, as: [silent] }]'), 1)
  expect(result.verdict).toBe('expected-unsafe')
  expect(result.outside).toEqual(['faulty stakeholders have weight 3 of 7, at most 2 is assumed'])
})

test('a run that has not ended at its limit of events is cut, and one that has is not', {
  timeout: TIMEOUT_MS,
}, () => {
  const scenario = scenarioOf('')
  const { events } = runScenario(scenario, 1)
  expect(runScenario(scenario, 1, { maxEvents: events }).verdict).toBe('pass')
  const cut = runScenario(scenario, 1, { maxEvents: events - 1 })
  expect(cut).toMatchObject({ verdict: 'fail', events })
  expect(cut.oracles.filter(({ ok }) => !ok)).toMatchObject([
    { name: 'bounded-work', failure: { sentence: expect.stringContaining('the run was cut') } },
  ])
  const talkative = runScenario(scenario, 1, { maxOps: 10 })
  expect(talkative.oracles.find(({ name }) => name === 'bounded-work')?.ok).toBe(false)
})

test('whatever rule is broken, a coalition of one comes to its end', {
  timeout: TIMEOUT_MS,
}, () => {
  const text = `name: alone
shows: one organisation decides alone
duration: 6d
coalition: { stakeholders: 1 }
workload: [{ at: 1d, propose: { by: s1 } }]
`
  const parsed = parseKnown(text)
  if (!parsed.ok) return expect.fail(parsed.problems[0]?.message)
  for (const { name, options } of MUTANTS)
    expect(runScenario(parsed.scenario, 1, options).simulatedMs, name).toBeGreaterThan(0)
})

test('an oracle of one’s own is asked like the others', { timeout: TIMEOUT_MS }, () => {
  const nobodyProposes: OracleFactory = () => ({
    name: 'nobody-proposes',
    about: 'nobody proposes anything',
    observe: (record, view, judge) => {
      if (record.what === 'proposed')
        judge.fails(`${record.node} of ${view.nodes.length} proposes`, { nodes: [record.node] })
    },
  })
  const result = runScenario(scenarioOf(''), 1, { oracles: [nobodyProposes] })
  expect(result.verdict).toBe('fail')
  expect(result.oracles.find(({ name }) => name === 'nobody-proposes')).toMatchObject({
    ok: false,
    checked: 1,
    failure: { sentence: 's1 of 7 proposes', nodes: ['s1'] },
  })
})

test('a strategy of one’s own can be named in a scenario', { timeout: TIMEOUT_MS }, () => {
  const text = `name: bribed
shows: somebody votes no whatever they think
duration: 6d
coalition: { stakeholders: 4 }
people: { turnout: 1, yes: 1 }
workload: [{ at: 1d, propose: { slot: core@main, by: s1 } }]
faults: [{ byzantine: [s4], as: [bribed] }]
`
  const parsed = parseKnown(text, ['bribed'])
  if (!parsed.ok) return expect.fail(parsed.problems[0]?.message)
  const choices: string[] = []
  runScenario(parsed.scenario, 1, {
    strategies: [{ name: 'bribed', about: 'votes no', vote: () => 'no' }],
    onTrace: (record) => {
      if (record.what === 'voted') choices.push(`${record.node} ${record.choice}`)
    },
  })
  expect(choices.toSorted()).toEqual(['s1 yes', 's2 yes', 's3 yes', 's4 no'])
})

test('every named scenario can be read, and says what it shows', () => {
  for (const name of ['clean', 'even-split', 'more-than-f', 'thousand-members'])
    expect(loadScenario(name).shows.length).toBeGreaterThan(30)
})
