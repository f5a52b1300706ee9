/** The threat model: every test that it names is there, and every promise names one. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { titlesOf } from '../capabilities/titles.ts'
import { readTree } from '../tidy/tree.ts'
import { readDocument } from './guide.ts'

const PAGE = readDocument('docs/threat-model.md')
const promises = PAGE.slice(PAGE.indexOf('## What is promised'), PAGE.indexOf('## What is not'))
const named = [...promises.matchAll(/^- (.+) \(\[(\S+)\]\(\.\.\/(\S+)\)\)$/gm)]

test('names tests that there are', () => {
  const units = readTree(fileURLToPath(new URL('../../', import.meta.url)))
  const byPath = new Map(units.map((unit) => [unit.path, unit]))
  const absent = named.filter(([, title = '', path = '', link]) => {
    const unit = byPath.get(path)
    return link !== path || !unit || !titlesOf(unit).has(title)
  })
  expect(absent.map(([line]) => line)).toEqual([])
  expect(named.length).toBeGreaterThan(30)
})

test('shows every promise', () => {
  const blocks = promises.split(/^(?=\*\*)/m).slice(1)
  const bare = blocks.filter((block) => !/^- .+\.test\.ts\)\)?$/m.test(block))
  expect(bare).toEqual([])
  expect(blocks.length).toBeGreaterThan(15)
})
