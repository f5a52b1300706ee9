/** The page on charters names every preset as the code does, and its commands are commands. */
import { expect, test } from 'vitest'
import { COMMANDS } from '../../node/cli/tree.ts'
import {
  EXACT_FUNCTIONS,
  EXACT_MEMBERS,
  EXACT_WEIGHT,
} from '../../src/charter/analyser/analysis.ts'
import { EXACT_GROUPS } from '../../src/charter/analyser/group-cover.ts'
import { PRESET_NAMES, presetAudience } from '../../src/charter/presets.ts'
import { commandsOf, readDocument } from './guide.ts'

const page = readDocument('docs/charters.md')

test.each(PRESET_NAMES)('%s is on the page, with whom it is for and a paragraph', (preset) => {
  expect(page).toContain(`| \`${preset}\` | ${presetAudience(preset)} |`)
  expect(page).toContain(`**\`${preset}\`.**`)
})

test('the page names no preset that is none', () => {
  const named = [...page.matchAll(/\*\*`([a-z-]+)`\.\*\*/g)].map(([, name]) => name)
  expect(named).toEqual(PRESET_NAMES)
})

test('the limits are those of the code', () => {
  const limits = [
    `${EXACT_MEMBERS} members`,
    `a weight of ${EXACT_WEIGHT.toLocaleString('en')}`,
    `${EXACT_FUNCTIONS} functions`,
    `${EXACT_GROUPS} groups`,
  ]
  for (const limit of limits) expect(page).toContain(limit)
})

test('every command on it exists', () => {
  const names = COMMANDS.map(({ name }) => name)
  const lines = commandsOf(page).map(({ line }) => line)
  expect(lines).toHaveLength(5)
  for (const line of lines) {
    const [, first, second] = line.split(' ')
    expect(names.includes(`${first}`) || names.includes(`${first} ${second}`), line).toBe(true)
  }
})
