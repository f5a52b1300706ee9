/** `node test/mutation/report.ts`: the table and the page, from what the last runs found. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readEquivalents, stale } from './equivalent.ts'
import { readHints } from './hints.ts'
import { MUTATION_PAGE, mutationPage, scoresOf, tableOf } from './page.ts'
import { type Mutant, type Result, readResult } from './result.ts'

/** Writes the page, prints the table and what is wrong; true when nothing is. */
export function report(result: Result): boolean {
  const lists = { equivalents: readEquivalents(), hints: readHints() }
  const page = fileURLToPath(new URL(`../../${MUTATION_PAGE}`, import.meta.url))
  writeFileSync(page, mutationPage(result, lists))
  const scores = scoresOf(result, lists)
  const left = scores.flatMap(({ file, comparisons }) =>
    comparisons.left.map((mutant) => `left in ${inWords(file, mutant)}`),
  )
  const old = stale(lists.equivalents, result).map(
    (one) => `listed, but told by a vector or gone, in ${inWords(one.file, one)}`,
  )
  console.log([...tableOf(scores), ...left, ...old].join('\n'))
  return left.length + old.length === 0
}

const inWords = (file: string, mutant: Mutant): string =>
  `${file}, ${mutant.in}\n  - ${mutant.before}\n  + ${mutant.after}`

if (import.meta.main && !report(readResult())) process.exitCode = 1
