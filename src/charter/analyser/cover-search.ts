/**
 * The smallest cover: bounds from the relaxed problem and from cuts, covers near its solution, then
 * branch and bound over what is undecided (`cover-core.ts`, `cover-tree.ts`). Without an end in sight
 * the search stops and leaves bounds.
 */
import { invariant } from '../../op/refusal.ts'
import { boundByCuts } from './cover-cuts.ts'
import { exchangeToCover } from './cover-exchange.ts'
import {
  type Counts,
  type CoverProblem,
  isCover,
  sizeOf,
  weightIn,
  wholeBox,
} from './cover-problem.ts'
import { type Box, Relaxation } from './cover-relaxation.ts'
import { type Rows, rowsOf } from './cover-rows.ts'
import { type Budget, searchBelow } from './cover-tree.ts'
import { Weighing, wholeMultipliers } from './cover-weighing.ts'

/** Most boxes that one search looks into; more would take noticeable time. */
export const MAX_SEARCH_STEPS = 1_500
/** A value so near to a whole number is meant to be one. */
const NEAR = 1e-6

/** The best cover known, and the size below which none can be. */
export interface SearchResult {
  readonly counts: Counts
  readonly atLeast: number
}

/** Looks for the smallest cover, starting from one. */
export function searchCover(
  problem: CoverProblem,
  start: Counts,
  maxSteps = MAX_SEARCH_STEPS,
): SearchResult {
  return new Search(problem, start, maxSteps).run()
}

class Search {
  private readonly problem: CoverProblem
  private readonly whole: Box
  private readonly rows: Rows
  private best: Counts
  private bestSize: number
  private readonly budget: Budget
  /** No cover is smaller, whatever is found. */
  private floor = 0

  constructor(problem: CoverProblem, start: Counts, maxSteps: number) {
    this.problem = problem
    this.budget = { left: maxSteps }
    this.whole = wholeBox(problem)
    this.rows = rowsOf(problem)
    this.best = start
    this.bestSize = sizeOf(start)
  }

  run(): SearchResult {
    this.prepare()
    let found: Counts | undefined = this.best
    while (found && this.floor < this.bestSize) {
      found = searchBelow(this.problem, this.bestSize, this.budget)
      if (found) this.keep(found)
      else if (this.budget.left >= 0) this.floor = this.bestSize
    }
    return { counts: this.best, atLeast: this.floor }
  }

  /** What the relaxed problem says before anything is tried; cuts make it say more. */
  private prepare(): void {
    const { problem, whole, rows } = this
    const relaxed = new Relaxation(rows).solve(whole)
    const multipliers = wholeMultipliers(relaxed.multipliers, weightIn(problem))
    this.floor = new Weighing(rows, whole, multipliers).leastSize()
    this.tryExchanges(relaxed.values, relaxed.multipliers)
    if (this.floor >= this.bestSize) return
    const { floor } = boundByCuts(problem, relaxed, { box: whole, limit: this.bestSize })
    this.floor = Math.max(this.floor, floor)
  }

  /** Looks for covers of every size that may be the smallest, near the relaxed solution. */
  private tryExchanges(values: Float64Array, multipliers: readonly number[]): void {
    for (let size = this.bestSize - 1; size >= this.floor; size--) {
      const counts = roundedTo(size, values, this.problem)
      const cover = exchangeToCover(this.problem, { counts, multipliers })
      if (cover === undefined) return
      this.keep(cover)
    }
  }

  private keep(counts: Counts): void {
    invariant(isCover(this.problem, counts), 'what is found is a cover')
    this.best = counts
    this.bestSize = sizeOf(counts)
  }
}

/** So many members, as near to the values as whole numbers are. */
function roundedTo(size: number, values: Float64Array, { kinds }: CoverProblem): Counts {
  const counts = Array.from(values, (value) => Math.floor(value + NEAR))
  const byPart = counts
    .map((_, g) => g)
    .sort((a, b) => (values[b] ?? 0) - (counts[b] ?? 0) - (values[a] ?? 0) + (counts[a] ?? 0))
  let left = size - sizeOf(counts)
  for (const g of byPart) {
    if (left <= 0) break
    if ((counts[g] ?? 0) >= (kinds[g]?.indexes.length ?? 0)) continue
    counts[g] = (counts[g] ?? 0) + 1
    left--
  }
  return counts
}
