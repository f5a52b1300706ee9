/** What is written out reads back as what it was: each event with every field, and who is in it. */
import { expect, test } from 'vitest'
import { loadScenario, scenarioNames, scenarioText } from '../scenario/catalogue.ts'
import { compile } from '../scenario/compile.ts'
import { readScenario } from '../sweep/read-scenario.ts'
import { writeCase } from './written.ts'

test.each(scenarioNames().filter((name) => name !== 'thousand-members'))('%s', (name) => {
  const scenario = loadScenario(name)
  const { events } = compile(scenario)
  const written = { ...scenario, workload: [], faults: [], events }
  const text = writeCase(scenarioText(name).text, { scenario: written, seed: 5 }, 'what it shows')
  const again = readScenario(text, name)
  expect(again.events).toEqual(events)
  expect(again.coalition.members).toEqual(scenario.coalition.members)
  expect(again.coalition.charter.tracks).toEqual(scenario.coalition.charter.tracks)
  expect(again).toMatchObject({ seed: 5, people: scenario.people, workload: [], faults: [] })
  expect(again.expect).toEqual({ ...scenario.expect, reaches: [], oracles: [] })
})

test('yes and no stay yes and no, and what a file leaves out is no trouble', () => {
  const text = `name: sparse
shows: as little as there can be
duration: 5d
coalition: { stakeholders: 4 }
events:
  - { at: 1h, do: propose, proposal: p1, by: s1, reversible: false }
  - { at: 2h, do: vote, proposal: p1, by: s2, choice: 'no' }
`
  const scenario = readScenario(text, 'sparse')
  expect(scenario.events[0]).toMatchObject({ reversible: false })
  const again = readScenario(writeCase(text, { scenario, seed: 1 }, 'sparse'), 'sparse')
  expect(again.events).toEqual(scenario.events)
})
