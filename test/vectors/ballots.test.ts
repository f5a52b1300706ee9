/**
 * The shared vectors on ballots (README.md): what people say goes in as signed operations, and the
 * shipped code must read what the design makes of it, in whatever order they arrive, and explain it.
 */
import { describe, expect, test } from 'vitest'
import { checkExplanation } from './runner/explaining.ts'
import { runVector } from './runner/run.ts'
import { ballotVectors } from './runner/vector-files.ts'

const VECTORS = ballotVectors()
/** Fewest vectors that there are. */
const LEAST = 150

test('there are enough vectors, each with a name of its own', () => {
  const names = VECTORS.map(({ the }) => the.name)
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  expect(names.length).toBeGreaterThanOrEqual(LEAST)
})

for (const [file, vectors] of Map.groupBy(VECTORS, (vector) => vector.file))
  describe(file, () => {
    test.each(vectors)('$the.name', (vector) => {
      runVector(vector, checkExplanation)
    })
  })

test('a vector that expects something else fails', () => {
  const [vector] = VECTORS.filter(({ the }) => the.name === 'quorum-at-equality')
  const [step] = vector?.the.steps.filter((one) => 'expect' in one) ?? []
  if (!vector || !step || !('expect' in step)) throw new RangeError('that vector is there')
  const wrong = { ...step, expect: { ...step.expect, verdict: 'fails' as const } }
  const the = { ...vector.the, steps: vector.the.steps.with(-1, wrong) }
  expect(() => runVector({ ...vector, the })).toThrow('Five of ten take part')
})
