/** Cover vectors (README.md, *Covers*): the fewest members who bring together what is asked. */
import { deepStrictEqual, ok } from 'node:assert/strict'
import { z } from 'zod'
import { fewestMembers } from '../../../src/charter/analyser/cover.ts'
import { EVERYBODY, type Need, rangeOf } from '../../../src/charter/analyser/need.ts'
import { weightSum } from '../../../src/charter/lookup.ts'
import type { Stakeholder } from '../../../src/charter/schema.ts'
import { membersOf } from '../../support/analyser.ts'
import { filesIn } from './vector-files.ts'

const coverCase = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  shows: z.string(),
  /** `5 ab`: weight and functions; `5 ab*3`: three such. */
  members: z.array(z.string().regex(/^\d+( [a-z]+)?(\*\d+)?$/)),
  /** The least weight by function, `all` of everybody's. */
  asks: z.record(z.string(), z.int()),
  heads: z.int().optional(),
  fewest: z.union([z.int(), z.literal('never')]),
  /** One such set, by position from 1. */
  who: z.array(z.int()).optional(),
  /** So many steps of the search decide it. */
  steps: z.int().optional(),
  /** At least and at most so many, before any step. */
  bounds: z.tuple([z.int(), z.int()]).optional(),
})

const coverFile = z.strictObject({
  about: z.string(),
  section: z.string(),
  cases: z.array(coverCase),
})

/** One cover vector. */
export type CoverVector = z.infer<typeof coverCase>

/** All cover vectors. */
export const coverVectors = (): CoverVector[] =>
  filesIn('covers', coverFile).flatMap(({ content }) => content.cases)

/** The members of a vector, `m-0` and so on. */
export const coverMembers = ({ members }: CoverVector): Stakeholder[] =>
  membersOf(
    members.flatMap((text) => {
      const [, weight, functions = '', times = '1'] = /^(\d+) ?([a-z]*)\*?(\d*)$/.exec(text) ?? []
      const one = { weight: Number(weight), functions: [...functions] }
      return Array.from({ length: Number(times || '1') }, () => one)
    }),
  )

const needOf = ({ asks, heads = 0 }: CoverVector): Need => ({
  demands: Object.entries(asks).map(([name, least]) => ({
    rule: name,
    among: name === 'all' ? EVERYBODY : ({ functions }: Stakeholder) => functions.includes(name),
    least,
  })),
  heads,
})

/** Steps after which an answer may be left open here; that few are enough is asked below. */
const PATIENCE = 60

/** What is known when the search is cut short must hold, too. */
const FEW = [0, 1, 2]

/** Checks the answer of one vector: it is right, or left open; throws what does not hold. */
export function runCoverVector(vector: CoverVector): void {
  for (const steps of FEW) checkAnswer(vector, steps)
  const { who } = vector
  const positions = checkAnswer(vector, PATIENCE)
  if (who) deepStrictEqual(positions, who, vector.shows)
}

/** The members that are named after so many steps, by position from 1. */
function checkAnswer(vector: CoverVector, steps: number): number[] {
  const { shows, fewest, asks } = vector
  const members = coverMembers(vector)
  const answer = fewestMembers(members, needOf(vector), steps)
  const [least, most] = rangeOf(answer)
  const sought = fewest === 'never' ? Number.POSITIVE_INFINITY : fewest
  ok(least <= sought && sought <= most, `${shows} ${least} to ${most}`)
  if (answer.kind === 'never') return []
  const chosen = members.filter(({ id }) => answer.who.includes(id))
  deepStrictEqual(chosen.length, most, shows)
  for (const [name, least] of Object.entries(asks)) {
    const counting = name === 'all' ? chosen : chosen.filter((one) => one.functions.includes(name))
    ok(weightSum(counting) >= least, `${shows} (${name})`)
  }
  deepStrictEqual(answer.weight, weightSum(chosen), shows)
  return answer.who.map((id) => Number(id.slice('m-'.length)) + 1)
}

/** Checks what the search of one vector costs; throws where it is more than is said. */
export function runCostVector(vector: CoverVector): void {
  const { name, steps, bounds, fewest } = vector
  const within = (limit: number): readonly [number, number] =>
    rangeOf(fewestMembers(coverMembers(vector), needOf(vector), limit))
  if (steps !== undefined)
    deepStrictEqual(within(steps), [fewest, fewest], `${name}: decided in ${steps} steps`)
  if (bounds !== undefined) deepStrictEqual(within(0), bounds, `${name}: before any step`)
}
