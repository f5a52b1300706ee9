/** Every shared vector as one check that throws: for whoever runs them without a test runner. */
import { strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { charterVectors, runCharterVector } from './charter-case.ts'
import { coverVectors, runCostVector, runCoverVector } from './covers.ts'
import { checkExplanation, explanationOf, GOLDEN, goldenFile, goldenText } from './explaining.ts'
import { COST } from './names.ts'
import { runVector } from './run.ts'
import type { Story } from './story.ts'
import { ballotVectors } from './vector-files.ts'

/** One vector to be checked. */
export interface Check {
  readonly name: string
  /** Throws what does not hold. */
  readonly run: () => void
}

/** All vectors; a name bears a digest of what it names, so that a changed vector is another one. */
export const vectorChecks = (): Check[] => [
  ...coverChecks(),
  ...charterChecks(),
  ...ballotChecks(),
  ...costChecks(),
]

const named = (file: string, name: string, content: unknown): string =>
  `${file}: ${name} ${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8)}`

const charterChecks = (): Check[] =>
  charterVectors().map((vector) => ({
    name: named('charters', vector.name, vector),
    run: () => runCharterVector(vector),
  }))

const coverChecks = (): Check[] =>
  coverVectors().map((vector) => ({
    name: named('covers', vector.name, vector),
    run: () => runCoverVector(vector),
  }))

const costChecks = (): Check[] =>
  coverVectors().map((vector) => ({
    name: named(COST, vector.name, vector),
    run: () => runCostVector(vector),
  }))

const ballotChecks = (): Check[] =>
  ballotVectors().map((vector) => ({
    name: named(vector.file, vector.the.name, [vector.the, vector.base.given]),
    run: () => {
      const story = runVector(vector, checkExplanation)
      if (GOLDEN.includes(vector.the.name)) checkGolden(vector.the.name, story)
    },
  }))

function checkGolden(name: string, story: Story): void {
  const explanation = explanationOf(story)
  const text = explanation ? goldenText(explanation) : 'it is void'
  strictEqual(text, readFileSync(goldenFile(name), 'utf8'))
}
