/** The page of mutation testing says what was found, and its list is about code that is there. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readEquivalents, stale } from './equivalent.ts'
import { readHints } from './hints.ts'
import { MUTATION_PAGE, mutationPage, scoresOf, tableOf } from './page.ts'
import { readResult, withReport } from './result.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

test('the page is what `node test/mutation/report.ts` makes of the result', () => {
  const lists = { equivalents: readEquivalents(), hints: readHints() }
  expect(read(MUTATION_PAGE)).toBe(mutationPage(readResult(), lists))
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

test('each hint is about a function that is there', () => {
  for (const { file, in: names = [] } of readHints())
    for (const name of names)
      expect(read(file)).toMatch(new RegExp(`\\b${name.split('.').at(-1)}( =|\\()`))
})

test('a mutant is kept as its line, changed, under the name around it', () => {
  const source = 'class Box {\n  private fits(n: number): boolean {\n    return n <= 3\n  }\n}\n'
  const start = { line: 3, column: 12 }
  const end = { line: 3, column: 18 }
  const found = (status: 'Killed' | 'Survived', replacement: string, killedBy: string[] = []) => ({
    id: replacement,
    mutatorName: 'EqualityOperator',
    replacement,
    location: { start, end },
    status,
    killedBy,
  })
  const mutants = [
    found('Killed', 'n > 3', ['0']),
    found('Killed', 'n >= 3', ['1']),
    found('Survived', 'n < 3'),
  ]
  const files = { 'a.ts': { language: 'ts', source, mutants } }
  const tests = ['charters: a', 'cost: b'].map((name, id) => ({ id: `${id}`, name }))
  const thresholds = { high: 80, low: 60 }
  const report = { schemaVersion: '2', thresholds, files, testFiles: { '': { tests } } } as const
  expect(withReport({}, report, 'abc1234')).toEqual({
    'a.ts': {
      commit: 'abc1234',
      comparisons: { all: 3, killed: 2, cost: 1 },
      others: { all: 0, killed: 0 },
      aliveComparisons: [{ in: 'Box.fits', before: 'return n <= 3', after: 'return n < 3' }],
      aliveOthers: [],
    },
  })
})

test('what survives in code that only guides is counted by itself', () => {
  const alive = { in: 'guess', before: 'n < 3', after: 'n <= 3' }
  const found = {
    commit: 'abc1234',
    comparisons: { all: 4, killed: 2, cost: 1 },
    others: { all: 0, killed: 0 },
    aliveComparisons: [alive, { ...alive, in: 'prove' }],
    aliveOthers: [],
  }
  const hints = [{ file: 'src/a.ts', in: ['guess'], reason: 'what it guesses is proved' }]
  const table = tableOf(scoresOf({ 'src/a.ts': found }, { equivalents: [], hints }))
  expect(table.at(-1)?.replaceAll(/\s+/g, ' ')).toBe(
    '| all | 4 | 1 | 1 | 1 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 |',
  )
})
