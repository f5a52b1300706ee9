/** The page on disagreement: its charter is one, its commands are commands with these options. */
import { expect, test } from 'vitest'
import { COMMANDS } from '../../node/cli/tree.ts'
import { COUNCIL_POWERS } from '../../src/charter/check-recourse.ts'
import { charterWith } from '../support/charters.ts'
import { blockOf, commandsOf, readDocument } from './guide.ts'

const page = readDocument('docs/disagreement.md')

test('what it has a charter say is read as it says, every power that there is among it', () => {
  const charter = charterWith([['a'], ['b'], ['c'], ['d'], ['e']], blockOf(page, 'yaml'))
  expect(charter).toMatchObject({
    appeals: { track: 'standard' },
    overrides: { track: 'constitutional' },
    panels: { seats: 3, functions: [] },
    mediation: { binding: true },
    council: { seats: 3, term: 180 * 86_400_000, powers: COUNCIL_POWERS },
  })
})

test.each(commandsOf(page).map(({ line }) => line))('%s', (line) => {
  const [, first = '', second = ''] = line.split(/\s+/)
  const named = COMMANDS.find(({ name }) => name === `${first} ${second}` || name === first)
  const command =
    named ?? COMMANDS.find(({ name, isDefault }) => isDefault && name.startsWith(first))
  const options = [...line.matchAll(/ --([a-z-]+)/g)].map(([, option = '']) => option)
  expect(command).toBeDefined()
  for (const option of options) expect(command?.options).toHaveProperty(option)
})
