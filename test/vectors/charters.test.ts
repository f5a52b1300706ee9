/** The shared vectors on charters (README.md): text in, accepted or every problem out. */
import { expect, test } from 'vitest'
import { charterVectors, runCharterVector } from './runner/charter-case.ts'

const VECTORS = charterVectors()

test('each vector has a name of its own', () => {
  const names = VECTORS.map(({ name }) => name)
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})

test.each(VECTORS)('$name', (vector) => {
  runCharterVector(vector)
})
