/** The search by itself, without covers found before it: against every subset of up to twelve. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CoverProblem, isCover, sizeOf, wholeBox } from './cover-problem.ts'
import { searchBelow } from './cover-tree.ts'

/** Kinds of one member each, and what they must reach. */
const problems: fc.Arbitrary<CoverProblem> = fc
  .record({
    members: fc.array(
      fc.record({ weight: fc.integer({ min: 1, max: 9 }), mask: fc.integer({ min: 0, max: 31 }) }),
      { minLength: 1, maxLength: 12 },
    ),
    shares: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }),
  })
  .map(({ members, shares }) => ({
    kinds: members
      .map(({ weight, mask }, i) => ({ weight, mask, indexes: [i] }))
      .toSorted((a, b) => b.weight - a.weight),
    least: shares.map((share, j) => {
      const whole = members.reduce(
        (sum, { weight, mask }) => sum + (mask & (1 << j) ? weight : 0),
        0,
      )
      return Math.max(1, Math.ceil((whole * share) / 100))
    }),
  }))

/** The size of the smallest cover; Infinity when all together are none. */
function smallest(problem: CoverProblem): number {
  let least = Number.POSITIVE_INFINITY
  for (let set = 0; set < 2 ** problem.kinds.length; set++) {
    const counts = problem.kinds.map((_, g) => (set >> g) & 1)
    if (sizeOf(counts) < least && isCover(problem, counts)) least = sizeOf(counts)
  }
  return least
}

test('finds a cover below a limit exactly where there is one', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const least = smallest(problem)
      for (let limit = 0; limit <= problem.kinds.length + 1; limit++) {
        const budget = { left: 10_000 }
        const counts = searchBelow(problem, limit, budget)
        expect(budget.left, 'nothing is left undecided').toBeGreaterThanOrEqual(0)
        expect(counts !== undefined, `below ${limit}, where ${least} is the least`).toBe(
          least < limit,
        )
        if (counts === undefined) continue
        expect(sizeOf(counts)).toBeLessThan(limit)
        expect(isCover(problem, counts)).toBe(true)
        const { high } = wholeBox(problem)
        expect(counts.every((count, g) => count <= (high[g] ?? 0))).toBe(true)
      }
    }),
    { numRuns: 400 },
  )
})
