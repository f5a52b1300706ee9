import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MUTANTS } from './mutants.ts'
import { hunt } from './table.ts'

const TIMEOUT_MS = 300_000
/** Seeds in which each is caught in the table; a run that changes may take some more. */
const FEW_SEEDS = 12
const table = readFileSync(new URL('../../docs/simulator-mutants.md', import.meta.url), 'utf8')

test('there are a dozen, each in the table', () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(12)
  for (const { name, about } of MUTANTS) expect(table).toContain(`| \`${name}\` | ${about} |`)
})

test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
  '%s is caught by an oracle',
  (_, mutant) => {
    expect(hunt(mutant, FEW_SEEDS)).toBeDefined()
  },
  TIMEOUT_MS,
)
