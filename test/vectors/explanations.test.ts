/**
 * `explain`, tried on every ballot vector, at each point at which it expects something: on one screen,
 * naming what decides the ballot and what would change it. Ten texts are kept whole.
 */
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { explanationOf, GOLDEN, goldenFile, goldenText } from './runner/explaining.ts'
import { runVector } from './runner/run.ts'
import { ballotVectors } from './runner/vector-files.ts'

describe('a board member reads on one screen why a ballot is where it is', () => {
  const chosen = ballotVectors().filter(({ the }) => GOLDEN.includes(the.name))

  test('of ten ballots', () => {
    expect(chosen).toHaveLength(GOLDEN.length)
    expect(GOLDEN).toHaveLength(10)
  })

  test.each(chosen)('$the.name', async (vector) => {
    const explanation = explanationOf(runVector(vector))
    const text = explanation ? goldenText(explanation) : 'it is void'
    await expect(text).toMatchFileSnapshot(fileURLToPath(goldenFile(vector.the.name)))
  })
})
