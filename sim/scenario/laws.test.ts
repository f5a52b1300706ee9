/** A distribution may stand within braces as it is, and what is wrong beside it is told with its place. */
import { expect, test } from 'vitest'
import { formatProblem } from '../../src/charter/problem.ts'
import { parseKnown } from './catalogue.ts'
import { quoteLaws } from './laws.ts'

test.each([
  [
    'people: { delay: lognormal(8h, 1.2), yes: 1 }',
    "people: { delay: 'lognormal(8h, 1.2)', yes: 1 }",
  ],
  [
    '{ up: uniform(1h, 3h), down: uniform(1m, 2m) }',
    "{ up: 'uniform(1h, 3h)', down: 'uniform(1m, 2m)' }",
  ],
  ['values: [lognormal(8h, 1), 8h]', "values: ['lognormal(8h, 1)', 8h]"],
])('%s', (text, quoted) => {
  expect(quoteLaws(text).text).toBe(quoted)
  expect(quoteLaws(quoted).text, 'and once is enough').toBe(quoted)
})

test.each([
  `delay: "lognormal(8h, 1.2)"`,
  `shows: 'they say: lognormal(8h, 1.2) is slow'`,
  'up: exponential(20h)',
  'a word, uniform in size',
])('%s stays as it is', (text) => {
  expect(quoteLaws(text).text).toBe(text)
})

test('a scenario with everything in one line, and a list of what it expects, is read as it stands', () => {
  const parsed = parseKnown(`name: split-brain-then-late-joiner
shows: two sides of a partition may act provisionally; one outcome stands after healing
seed: 7
duration: 40d
assume: { faulty: 1/3, partition: 10d }
coalition: { stakeholders: 21, preset: consortium, weights: zipf(1.1), functions: {auditor: 3} }
network:   { regions: {eu: 10, us: 8, asia: 3}, latency: matrix, loss: 1%, bandwidth: 10Mbit,
             gossip: {degree: 8, heartbeat: 1s}, sync: 20s }
people:    { turnout: 0.8, delay: lognormal(8h, 1.2), yes: 0.7, revise: 0.05, timezones: true }
workload:
  - { every: 3d, propose: { track: standard, slot: core@main, reversible: true } }
faults:
  - { at: 2d,  partition: [[eu], [us, asia]], until: 9d }
  - { at: 4d,  crash: [s3, s4], until: 5d }
  - { at: 5d,  byzantine: 6, as: [twins, equivocate, double-seal, withhold, backdate, flood, censor, replay] }
  - { at: 6d,  skew: [s9], by: 3h }
  - { at: 12d, join: 4 }
  - { at: 15d, leave: 2 }
expect:    [agreement, slot-exclusivity, { converged: 2m after heal }, { settled: ">= 90%" }]
`)
  expect(parsed).toMatchObject({
    ok: true,
    scenario: {
      people: { delay: { kind: 'lognormal', medianMs: 28_800_000, sigma: 1.2 }, yes: 0.7 },
      expect: {
        oracles: ['agreement', 'slot-exclusivity'],
        convergedMs: 120_000,
        settled: { num: 9, den: 10 },
      },
    },
  })
})

test('places are told as they were in the text', () => {
  const people = 'people: { delay: lognormal(8h, 1.2), yess: 0.7 }'
  const parsed = parseKnown(
    `name: braces\nshows: a typing error\nduration: 5d\ncoalition: { stakeholders: 6 }\n${people}\n`,
  )
  const problems = parsed.ok ? [] : parsed.problems.map((found) => formatProblem(found, 'f'))
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain(`f:5:${people.indexOf('yess') + 1} people.yess`)
})
