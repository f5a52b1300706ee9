/** The page of capabilities: it is what the table says, and the table names what there is. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { COMMANDS } from '../../node/cli/tree.ts'
import { readDocument } from '../docs/guide.ts'
import { readTree, unitOf } from '../tidy/tree.ts'
import { capability } from './capability.ts'
import { capabilityFaults } from './faults.ts'
import { CAPABILITIES_PAGE, capabilitiesPage } from './page.ts'
import { CAPABILITIES } from './table.ts'
import { titlesOf } from './titles.ts'

const units = readTree(fileURLToPath(new URL('../../', import.meta.url)))
const evidence = {
  commands: new Set(COMMANDS.map(({ name }) => name)),
  files: new Map(units.map((unit) => [unit.path, unit])),
}

test('every row names commands and tests that there are', () => {
  expect(capabilityFaults(CAPABILITIES, evidence)).toEqual([])
})

test('the page is up to date (else run `npm run capabilities`)', () => {
  expect(readDocument(CAPABILITIES_PAGE)).toBe(capabilitiesPage(CAPABILITIES))
})

test('rows in any order give the same page', () => {
  const numbers = CAPABILITIES.map(({ number }) => number)
  const reversed = [...new Set(numbers)]
    .reverse()
    .flatMap((number) => CAPABILITIES.filter((row) => row.number === number))
  expect(capabilitiesPage(reversed)).toBe(capabilitiesPage(CAPABILITIES))
})

describe('a row is noticed', () => {
  const here = 'test/capabilities/capabilities.test.ts'
  const shown = `${here} > rows in any order give the same page`
  const faultsOf = (number: number, sentence: string, names: Partial<Record<string, string[]>>) => {
    const { commands = ['vote'], tests = [shown] } = names
    return capabilityFaults([capability(number, sentence, { commands, tests })], evidence)
  }

  it('that nothing shows, or that nothing does', () => {
    expect(faultsOf(1, 'It can.', {})).toEqual([])
    expect(faultsOf(1, 'It can.', { tests: [] })).toEqual(['1 (It can.): no test shows it'])
    expect(faultsOf(1, 'It can.', { commands: [] })).toEqual(['1 (It can.): no command does it'])
  })

  it('whose command, file or title is not there', () => {
    expect(faultsOf(1, 'It can.', { commands: ['levitate'] })).toEqual([
      '1 (It can.): there is no command "levitate"',
    ])
    expect(faultsOf(1, 'It can.', { tests: ['test/none.test.ts > it can'] })).toEqual([
      '1 (It can.): there is no test file test/none.test.ts',
    ])
    expect(faultsOf(1, 'It can.', { tests: [`${here} > it can`] })).toEqual([
      `1 (It can.): ${here} has no test "it can"`,
    ])
    expect(faultsOf(1, 'It can.', { tests: ['it can'] })).toEqual([
      '1 (It can.): "it can" is not "path > title"',
    ])
  })

  it('whose number or sentence is none', () => {
    for (const number of [0, 71, 1.5])
      expect(faultsOf(number, 'It can.', {})).toEqual([
        `${number} (It can.): there is no capability ${number}`,
      ])
    expect(faultsOf(70, 'can', {})).toEqual(['70 (can): write a sentence'])
  })
})

/** A place in a template, as the file has it. */
const PLACE = '$' + '{LIMIT}'

test('titles are read as they are written, with each, conditions and templates; groups are none', () => {
  const text = [
    "describe('a group', () => {",
    "  it('one', () => undefined)",
    "  test.each([1])('two %d', () => undefined)",
    "  it.each<number>([1])('three', () => undefined)",
    "  test.runIf(true)('four', () => undefined)",
    `  test(\`five ${PLACE}\`, () => undefined)`,
    '})',
  ].join('\n')
  expect([...titlesOf(unitOf('test/some.test.ts', text))]).toEqual([
    ...['one', 'two %d', 'three', 'four', `five ${PLACE}`],
  ])
})
