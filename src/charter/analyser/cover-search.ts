/**
 * Branch and bound over how many of each kind take part in a cover. A weighted sum of demands is a
 * demand that every cover meets, and of one demand it is known what so many members can bring to it at
 * most: so whole-numbered multipliers prove that no cover of a size exists in a box (a surrogate bound),
 * or that it needs more or fewer of some kind. Good multipliers come from the relaxed problem. Without
 * an end in sight the search stops and leaves bounds.
 */

import { Dominance } from './cover-dominance.ts'
import { exchangeToCover } from './cover-exchange.ts'
import { type Counts, type CoverProblem, completed, isCover, sizeOf } from './cover-problem.ts'
import { type Box, Relaxation, type Vertex } from './cover-relaxation.ts'

/** Most boxes that one search looks into; more would take noticeable time. */
export const MAX_SEARCH_STEPS = 3_000
/** Weighted sums stay below this, so that every sum is exact. */
const MAX_SUM = 2 ** 50
/** Relaxed solutions are rounded to covers in the first of every so many boxes. */
const ROUNDING_EVERY = 8
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
  private readonly maxSteps: number
  private readonly relaxation: Relaxation
  private readonly dominance: Dominance
  private best: Counts
  private bestSize: number
  private steps = 0
  /** No cover is smaller, whatever is found. */
  private floor: number

  constructor(problem: CoverProblem, start: Counts, maxSteps: number) {
    this.problem = problem
    this.maxSteps = maxSteps
    this.relaxation = new Relaxation(problem)
    this.dominance = new Dominance(problem)
    this.best = start
    this.bestSize = sizeOf(start)
    this.floor = Math.max(0, ...problem.least.map((_, j) => this.leastAlone(j)))
  }

  run(): SearchResult {
    const high = this.problem.kinds.map(({ indexes }) => indexes.length)
    if (this.floor < this.bestSize) this.visit({ low: high.map(() => 0), high }, undefined)
    const isDecided = this.steps <= this.maxSteps
    return {
      counts: this.best,
      atLeast: isDecided ? this.bestSize : Math.min(this.floor, this.bestSize),
    }
  }

  /** What one demand takes of those who bring most to it. */
  private leastAlone(demand: number): number {
    const multipliers = this.problem.least.map((_, j) => Number(j === demand))
    const high = this.problem.kinds.map(({ indexes }) => indexes.length)
    return new Weighing(this.problem, { low: high.map(() => 0), high }, multipliers).leastSize()
  }

  /** Looks for a smaller cover in the box. */
  private visit(outer: Box, start: Vertex | undefined): void {
    if (this.floor >= this.bestSize || ++this.steps > this.maxSteps) return
    const box = this.dominance.narrowed(outer)
    if (box === undefined) return
    if (sizeOf(box.low) >= this.bestSize || !isCover(this.problem, box.high)) return
    const { values, multipliers, vertex } = this.relaxation.solve(box, start)
    const weighing = new Weighing(this.problem, box, wholeMultipliers(this.problem, multipliers))
    if (this.steps % ROUNDING_EVERY === 1) this.tryNear(values, box)
    if (this.steps === 1) {
      this.floor = Math.max(this.floor, weighing.leastSize())
      this.tryExchanges(values, multipliers)
    }
    const narrowed = weighing.narrowed(this.bestSize - 1)
    if (narrowed === undefined) return
    const kind = mostDivided(values, narrowed)
    if (kind === undefined) {
      this.settle(narrowed)
      return
    }
    for (const half of halves(narrowed, kind, values[kind] ?? 0)) this.visit(half, vertex)
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

  /** A box with one corner only. */
  private settle({ low }: Box): void {
    if (isCover(this.problem, low)) this.keep(low)
  }

  /** Rounds the relaxed solution down and completes it to a cover. */
  private tryNear(values: Float64Array, { low, high }: Box): void {
    const near = Array.from(values, (value, g) =>
      Math.min(high[g] ?? 0, Math.max(low[g] ?? 0, Math.floor(value + NEAR))),
    )
    const cover = completed(this.problem, near, high)
    if (isCover(this.problem, cover)) this.keep(cover)
  }

  private keep(counts: Counts): void {
    if (sizeOf(counts) >= this.bestSize) return
    this.best = counts
    this.bestSize = sizeOf(counts)
  }
}

/** The kind whose value is nearest below a whole one; else any that the box leaves open. */
function mostDivided(values: Float64Array, { low, high }: Box): number | undefined {
  let best: number | undefined
  let bestPart = -1
  for (const [g, value] of values.entries()) {
    if ((low[g] ?? 0) === (high[g] ?? 0)) continue
    const part = value - Math.floor(value + NEAR)
    if (part <= bestPart) continue
    best = g
    bestPart = part
  }
  return best
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

/** The box cut in two at a value, the upper half first: there covers are. */
function halves({ low, high }: Box, kind: number, value: number): readonly Box[] {
  const [from = 0, to = 0] = [low[kind], high[kind]]
  const cut = Math.min(to, Math.max(from + 1, Math.ceil(value - NEAR)))
  return [
    { low: low.with(kind, cut), high },
    { low, high: high.with(kind, cut - 1) },
  ]
}

/** Multipliers as whole numbers, so large that rounding hardly matters and sums stay exact. */
function wholeMultipliers({ kinds }: CoverProblem, multipliers: readonly number[]): number[] {
  const total = kinds.reduce((sum, { weight, indexes }) => sum + weight * indexes.length, 0)
  const sum = multipliers.reduce((all, one) => all + one, 0)
  if (sum <= 0) return multipliers.map(() => 1)
  return multipliers.map((one) => Math.floor((one / sum) * (MAX_SUM / total)))
}

/** What the kinds of a box bring to one weighted sum of the demands. */
class Weighing {
  private readonly box: Box
  /** What one of each kind brings. */
  private readonly scores: readonly number[]
  private readonly goal: number
  /** Kinds by what one brings, most first. */
  private readonly order: readonly number[]

  constructor({ kinds, least }: CoverProblem, box: Box, multipliers: readonly number[]) {
    this.box = box
    this.scores = kinds.map(({ weight, mask }) => {
      let rate = 0
      for (const [j, one] of multipliers.entries()) if (mask & (1 << j)) rate += one
      return rate * weight
    })
    this.goal = least.reduce((sum, weight, j) => sum + weight * (multipliers[j] ?? 0), 0)
    this.order = kinds.map((_, g) => g).sort((a, b) => this.score(b) - this.score(a))
  }

  private score = (g: number): number => this.scores[g] ?? 0
  private low = (g: number): number => this.box.low[g] ?? 0
  private open = (g: number): number => (this.box.high[g] ?? 0) - this.low(g)

  /** No cover in the box has fewer members. */
  leastSize(): number {
    let size = sizeOf(this.box.low)
    let rest = this.goal - this.sumOfLow()
    for (const g of this.order) {
      if (rest <= 0) break
      const score = this.score(g)
      const count = score > 0 ? Math.min(this.open(g), ceilDivide(rest, score)) : this.open(g)
      size += count
      rest -= count * score
    }
    return size
  }

  /** The box without what no cover of so many members has; `undefined` when there is no such cover. */
  narrowed(size: number): Box | undefined {
    let left = size - sizeOf(this.box.low)
    if (left < 0) return undefined
    let sum = this.sumOfLow()
    let last = 0
    let next = 0
    for (const g of this.order) {
      const count = Math.min(this.open(g), left)
      if (count > 0) last = this.score(g)
      if (count < this.open(g)) {
        next = this.score(g)
        sum += count * this.score(g)
        left -= count
        break
      }
      sum += count * this.score(g)
      left -= count
    }
    const slack = sum - this.goal
    return slack < 0 ? undefined : this.within(slack, left > 0 ? 0 : last, next)
  }

  /**
   * Whoever is in place of one of the best loses the difference to the last of these, and whoever is
   * missing among them the difference to the next; more than the slack cannot be lost.
   */
  private within(slack: number, last: number, next: number): Box {
    const high = this.box.high.map((most, g) => {
      const loss = last - this.score(g)
      return loss <= 0 ? most : Math.min(most, this.low(g) + Math.floor(slack / loss))
    })
    const low = this.box.low.map((least, g) => {
      const loss = this.score(g) - next
      return loss <= 0 ? least : Math.max(least, (this.box.high[g] ?? 0) - Math.floor(slack / loss))
    })
    return { low, high }
  }

  private sumOfLow = (): number =>
    this.box.low.reduce((sum, count, g) => sum + count * this.score(g), 0)
}

/** Whole numbers below 2^53, so that the correction is exact where division rounds. */
function ceilDivide(part: number, whole: number): number {
  const quotient = Math.floor(part / whole)
  return quotient * whole < part ? quotient + 1 : quotient
}
