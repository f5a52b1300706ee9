/**
 * The smallest cover: bounds from the relaxed problem and from cuts, covers near its solution, then
 * branch and bound over what is undecided (`cover-core.ts`, `cover-tree.ts`). Without an end in sight
 * the search stops and leaves bounds.
 */
import { coreOf } from './cover-core.ts'
import { brokenCuts } from './cover-cuts.ts'
import { exchangeToCover } from './cover-exchange.ts'
import { type Counts, type CoverProblem, completed, isCover, sizeOf } from './cover-problem.ts'
import { type Box, Relaxation, type Relaxed } from './cover-relaxation.ts'
import { type Cut, type Rows, rowsOf } from './cover-rows.ts'
import { searchTree } from './cover-tree.ts'
import { Weighing, wholeMultipliers } from './cover-weighing.ts'

/** Most boxes that one search looks into; more would take noticeable time. */
export const MAX_SEARCH_STEPS = 1_500
/** Times that cuts are looked for before the search. */
const CUT_ROUNDS = 3
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
  /** The weight of all members together. */
  private readonly total: number
  private readonly whole: Box
  private readonly rows: Rows
  private best: Counts
  private bestSize: number
  private stepsLeft: number
  /** No cover is smaller, whatever is found. */
  private floor: number

  constructor(problem: CoverProblem, start: Counts, maxSteps: number) {
    const high = problem.kinds.map(({ indexes }) => indexes.length)
    this.problem = problem
    this.stepsLeft = maxSteps
    this.total = problem.kinds.reduce(
      (sum, { weight, indexes }) => sum + weight * indexes.length,
      0,
    )
    this.whole = { low: high.map(() => 0), high }
    this.rows = rowsOf(problem)
    this.best = start
    this.bestSize = sizeOf(start)
    this.floor = Math.max(0, ...problem.least.map((_, j) => this.leastAlone(j)))
  }

  run(): SearchResult {
    if (this.floor < this.bestSize) {
      const multipliers = this.prepare()
      while (this.floor < this.bestSize && this.improve(multipliers));
    }
    return { counts: this.best, atLeast: Math.min(this.floor, this.bestSize) }
  }

  /** What one demand takes of those who bring most to it. */
  private leastAlone(demand: number): number {
    const multipliers = this.problem.least.map((_, j) => Number(j === demand))
    return new Weighing(this.rows, this.whole, multipliers).leastSize()
  }

  private weigh = (box: Box, multipliers: readonly number[]): Weighing =>
    new Weighing(this.rows, box, wholeMultipliers(multipliers, this.total))

  /** What the relaxed problem says before anything is tried; cuts make it say more. */
  private prepare(): readonly number[] {
    const relaxed = new Relaxation(this.rows).solve(this.whole)
    this.floor = Math.max(this.floor, this.weigh(this.whole, relaxed.multipliers).leastSize())
    this.tryNear(relaxed.values)
    this.tryExchanges(relaxed.values, relaxed.multipliers)
    this.raiseFloor(relaxed)
    return relaxed.multipliers
  }

  /** Cuts say more about the size, but leave the relaxed problem with less to guide a search by. */
  private raiseFloor(plain: Relaxed): void {
    let relaxed = plain
    let cuts: readonly Cut[] = []
    for (let round = 0; round < CUT_ROUNDS && this.floor < this.bestSize; round++) {
      const broken = brokenCuts(this.problem, relaxed)
      if (broken.length === 0) return
      // Cuts that do not matter any more only cost time.
      const demands = this.problem.least.length
      cuts = [...cuts.filter((_, c) => (relaxed.multipliers[demands + c] ?? 0) > 0), ...broken]
      const rows = rowsOf(this.problem, cuts)
      relaxed = new Relaxation(rows).solve(this.whole)
      const multipliers = wholeMultipliers(relaxed.multipliers, this.total)
      this.floor = Math.max(this.floor, new Weighing(rows, this.whole, multipliers).leastSize())
    }
  }

  /** Looks for one smaller cover; false when there is nothing more to find. */
  private improve(multipliers: readonly number[]): boolean {
    const box = this.weigh(this.whole, multipliers).narrowed(this.bestSize - 1)
    const core = box && coreOf(this.problem, box)
    const limit = this.bestSize - (core?.decided ?? this.bestSize)
    const result = core && searchTree(core.problem, limit, this.stepsLeft)
    this.stepsLeft -= result?.steps ?? 0
    if (core && result?.counts) {
      this.keep(core.whole(result.counts))
      return true
    }
    if (result === undefined || result.isDecided) this.floor = this.bestSize
    return false
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

  /** Rounds the relaxed solution down and completes it to a cover. */
  private tryNear(values: Float64Array): void {
    const near = Array.from(values, (value) => Math.floor(value + NEAR))
    const cover = completed(this.problem, near, this.whole.high)
    if (isCover(this.problem, cover)) this.keep(cover)
  }

  private keep(counts: Counts): void {
    if (sizeOf(counts) >= this.bestSize) return
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
