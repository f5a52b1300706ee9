/** The search on problems that greed and rounding do not solve, and where it gives up. */
import { expect, test } from 'vitest'
import { largeCharter } from '../../../test/support/large-charter.ts'
import { fewestMembers } from './cover.ts'
import { coverProblem, greedyCover, isCover, sizeOf } from './cover-problem.ts'
import { MAX_SEARCH_STEPS, searchCover } from './cover-search.ts'
import type { Need } from './need.ts'
import { POWER_RULES } from './powers.ts'

/** Members of whom many must come from each of six chambers that overlap. */
function hardProblem(seed: number) {
  const charter = largeCharter({
    members: 120,
    weight: 2400,
    functions: 6,
    groups: 3,
    chambers: 6,
    seed,
  })
  const track = charter.tracks.standard
  const group = { component: null, members: charter.stakeholders }
  const [need] = track ? (POWER_RULES.force({ group, track, owned: true }) ?? []) : []
  if (need === undefined) return expect.unreachable()
  return { members: charter.stakeholders, need }
}

const problemOf = ({ members, need }: ReturnType<typeof hardProblem>) => {
  const problem = coverProblem(members, need)
  const start = greedyCover(problem)
  return start === undefined ? expect.unreachable() : { problem, start }
}

test('what greed finds is beaten, and what is found is a cover', () => {
  let beaten = 0
  for (let seed = 1; seed <= 12; seed++) {
    const { problem, start } = problemOf(hardProblem(seed))
    const { counts, atLeast } = searchCover(problem, start)
    expect(atLeast).toBe(sizeOf(counts))
    expect(isCover(problem, counts)).toBe(true)
    beaten += Number(sizeOf(counts) < sizeOf(start))
  }
  expect(beaten).toBeGreaterThan(3)
})

test('a search that is not allowed the steps it takes leaves bounds that hold', () => {
  let cutShort = 0
  for (let seed = 1; seed <= 12; seed++) {
    const { members, need } = hardProblem(seed)
    const answer = fewestMembers(members, need)
    const short = fewestMembers(members, need, 0)
    if (answer.kind !== 'exact') return expect.unreachable()
    if (short.kind === 'exact') expect(short.count).toBe(answer.count)
    if (short.kind !== 'bounds') continue
    cutShort++
    expect(short.atLeast).toBeLessThanOrEqual(answer.count)
    expect(short.atMost).toBeGreaterThanOrEqual(answer.count)
    expect(short.who).toHaveLength(short.atMost)
  }
  expect(cutShort).toBeGreaterThan(0)
})

test('the number of steps is what decides, to the step', () => {
  const steps = (seed: number): number => {
    const { problem, start } = problemOf(hardProblem(seed))
    const decides = (maxSteps: number): boolean => {
      const { counts, atLeast } = searchCover(problem, start, maxSteps)
      return atLeast === sizeOf(counts)
    }
    let [no, yes] = [-1, MAX_SEARCH_STEPS]
    while (yes - no > 1) {
      const middle = Math.floor((no + yes) / 2)
      if (decides(middle)) yes = middle
      else no = middle
    }
    return yes
  }
  const taken = [1, 2, 3, 4, 5, 6].map(steps)
  expect(Math.max(...taken)).toBeGreaterThan(0)
  expect(Math.max(...taken)).toBeLessThan(MAX_SEARCH_STEPS)
})

test('a lighter member who counts for as much is never taken in place of a heavier', () => {
  const { members, need } = hardProblem(3)
  const answer = fewestMembers(members, need)
  if (answer.kind !== 'exact') return expect.unreachable()
  const wanted: Need = { ...need, heads: answer.count + 1 }
  expect(fewestMembers(members, wanted)).toMatchObject({ kind: 'exact', count: answer.count + 1 })
})
