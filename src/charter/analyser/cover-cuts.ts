/** Finds cuts that a relaxed solution breaks: sets of demands that take more heads than it has. */
import { type CoverProblem, weightIn, wholeBox } from './cover-problem.ts'
import { type Box, Relaxation, type Relaxed } from './cover-relaxation.ts'
import { type Cut, type Rows, rowsOf } from './cover-rows.ts'
import { Weighing, wholeMultipliers } from './cover-weighing.ts'

/** Times that cuts are looked for. */
const CUT_ROUNDS = 3

/** Up to so many demands all sets of them are looked at, beyond that single ones and pairs. */
const MAX_DEMANDS_IN_SETS = 9
/** Most cuts that are added at once. */
const MAX_CUTS_A_ROUND = 8
/** A cut must be broken by so much of a member. */
const LEAST_BREACH = 1e-4

/** What cuts say of a problem. */
export interface CutBound {
  /** No cover is smaller. */
  readonly floor: number
  /** Where covers below the limit are; `undefined` when there are none. */
  readonly box: Box | undefined
}

/**
 * What the relaxed problem says about covers of fewer than `limit` members in a box of the whole problem
 * once it knows of cuts. They say more about the size, but leave it with less to guide a search by.
 */
export function boundByCuts(
  problem: CoverProblem,
  plain: Relaxed,
  { box, limit }: { readonly box: Box; readonly limit: number },
): CutBound {
  const whole = wholeBox(problem)
  const total = weightIn(problem)
  let bound: CutBound = { floor: 0, box }
  let relaxed = plain
  let cuts: readonly Cut[] = []
  for (let round = 0; round < CUT_ROUNDS && bound.box && bound.floor < limit; round++) {
    const broken = brokenCuts(problem, relaxed)
    if (broken.length === 0) return bound
    cuts = [...mattering(cuts, relaxed, problem.least.length), ...broken]
    const rows = rowsOf(problem, cuts)
    relaxed = new Relaxation(rows).solve(whole)
    const multipliers = wholeMultipliers(relaxed.multipliers, total)
    bound = {
      floor: Math.max(bound.floor, new Weighing(rows, whole, multipliers).leastSize()),
      box: new Weighing(rows, bound.box, multipliers).narrowed(limit - 1),
    }
  }
  return bound
}

/** Cuts that matter to a solution, whose rows follow those of the demands: others only cost time. */
const mattering = (cuts: readonly Cut[], { multipliers }: Relaxed, demands: number): Cut[] =>
  cuts.filter((_, c) => (multipliers[demands + c] ?? 0) > 0)

/** Cuts that the solution breaks, the worst broken first. */
function brokenCuts(problem: CoverProblem, { values, multipliers }: Relaxed): Cut[] {
  // A demand that does not matter to the relaxed problem counts by its size.
  const worth = problem.least.map((all, j) => multipliers[j] || 1 / all)
  const sums = { rows: rowsOf(problem), multipliers: wholeMultipliers(worth, weightIn(problem)) }
  const whole = wholeBox(problem)
  const found = demandSets(problem.least.length).flatMap((demands) => {
    const cut = cutOf(demands, sums, whole)
    const breach = cut.least - headsIn(problem, demands, values)
    return breach > LEAST_BREACH ? [{ cut, breach }] : []
  })
  return found
    .sort((a, b) => b.breach - a.breach)
    .slice(0, MAX_CUTS_A_ROUND)
    .map(({ cut }) => cut)
}

/** The cut of some demands: who counts for none of them brings nothing to a sum of these alone. */
function cutOf(
  demands: number,
  { rows, multipliers }: { readonly rows: Rows; readonly multipliers: readonly number[] },
  whole: Box,
): Cut {
  const alone = multipliers.map((one, j) => (demands & (1 << j) ? one : 0))
  return { demands, least: new Weighing(rows, whole, alone).leastSize() }
}

/** Members, in parts, who count for any of the demands. */
function headsIn({ kinds }: CoverProblem, demands: number, values: Float64Array): number {
  let sum = 0
  for (const [g, { mask }] of kinds.entries()) if (mask & demands) sum += values[g] ?? 0
  return sum
}

/** Sets of demands as bits; not all of them at once, for that is the size itself. */
function demandSets(count: number): number[] {
  if (count <= MAX_DEMANDS_IN_SETS)
    return Array.from({ length: Math.max(0, 2 ** count - 2) }, (_, i) => i + 1)
  const single = Array.from({ length: count }, (_, j) => 1 << j)
  return [...single, ...single.flatMap((a, i) => single.slice(i + 1).map((b) => a | b))]
}
