/** The page of mutation testing says what was found, and its list is about code that is there. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readEquivalents, stale } from './equivalent.ts'
import { MUTATION_PAGE, mutationPage } from './page.ts'
import { readResult, withReport } from './result.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

test('the page is what `node test/mutation/report.ts` makes of the result', () => {
  expect(read(MUTATION_PAGE)).toBe(mutationPage(readResult(), readEquivalents()))
})

test('the list names nothing that a vector tells', () => {
  expect(stale(readEquivalents(), readResult())).toEqual([])
})

test('each entry of the list is about code that is there', () => {
  const onOneLine = (text: string) => text.replaceAll(/\s+/g, ' ')
  for (const { file, changes } of readEquivalents()) {
    const source = onOneLine(read(file))
    for (const { before } of changes) expect(source).toContain(before)
  }
})

test('a mutant is kept as its line, changed, under the name around it', () => {
  const source = 'class Box {\n  private fits(n: number): boolean {\n    return n <= 3\n  }\n}\n'
  const start = { line: 3, column: 12 }
  const end = { line: 3, column: 18 }
  const found = (status: 'Killed' | 'Survived', replacement: string) => ({
    id: replacement,
    mutatorName: 'EqualityOperator',
    replacement,
    location: { start, end },
    status,
  })
  const mutants = [found('Killed', 'n > 3'), found('Survived', 'n < 3')]
  const files = { 'a.ts': { language: 'ts', source, mutants } }
  const thresholds = { high: 80, low: 60 }
  expect(withReport({}, { schemaVersion: '2', thresholds, files })).toEqual({
    'a.ts': {
      comparisons: { all: 2, killed: 1 },
      others: { all: 0, killed: 0 },
      aliveComparisons: [{ in: 'Box.fits', before: 'return n <= 3', after: 'return n < 3' }],
      aliveOthers: [],
    },
  })
})
