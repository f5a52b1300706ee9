/** `npm run sim:mutants`: hunts every mutant and writes the table. */
import { writeFileSync } from 'node:fs'
import { MUTANTS } from './mutants.ts'
import { hunt, mutantTable } from './table.ts'

const FILE = new URL('../../docs/simulator-mutants.md', import.meta.url)

const caught = MUTANTS.map((mutant) => ({ mutant, found: hunt(mutant) }))
for (const { mutant, found } of caught)
  process.stdout.write(
    found
      ? `✓ ${mutant.name} seed ${found.seed}: ${found.oracles.join(', ')}\n`
      : `✗ ${mutant.name}\n`,
  )
const catches = caught.flatMap(({ found }) => found ?? [])
if (catches.length === MUTANTS.length) writeFileSync(FILE, mutantTable(catches))
process.exitCode = catches.length === MUTANTS.length ? 0 : 1
