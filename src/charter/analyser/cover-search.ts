/**
 * Branch and bound over how many of each kind take part in a cover. The relaxed problem guides it
 * (`cover-relaxation.ts`); weighted sums of whole numbers prove what it concludes (`cover-weighing.ts`).
 * Without an end in sight the search stops and leaves bounds.
 */
import { brokenCuts } from './cover-cuts.ts'
import { Dominance } from './cover-dominance.ts'
import { exchangeToCover } from './cover-exchange.ts'
import { type Counts, type CoverProblem, completed, isCover, sizeOf } from './cover-problem.ts'
import { type Box, Relaxation, type Relaxed, type Vertex } from './cover-relaxation.ts'
import { type Cut, type Rows, rowsOf } from './cover-rows.ts'
import { Weighing, wholeMultipliers } from './cover-weighing.ts'

/** Most boxes that one search looks into; more would take noticeable time. */
export const MAX_SEARCH_STEPS = 1_500
/** Times that cuts are looked for before the search. */
const CUT_ROUNDS = 3
/** Relaxed solutions are rounded to covers in the first of every so many boxes. */
const ROUNDING_EVERY = 8
/** Most kinds that are compared before a box is divided at one of them. */
const MAX_CANDIDATES = 8
/** A half that takes no more members counts as so little of one, so that the other still counts. */
const FAINT_GAIN = 1e-4
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
  private readonly dominance: Dominance
  /** The weight of all members together. */
  private readonly total: number
  private readonly whole: Box
  private readonly rows: Rows
  private readonly relaxation: Relaxation
  private best: Counts
  private bestSize: number
  private steps = 0
  /** No cover is smaller, whatever is found. */
  private floor: number

  constructor(problem: CoverProblem, start: Counts, maxSteps: number) {
    const high = problem.kinds.map(({ indexes }) => indexes.length)
    this.problem = problem
    this.maxSteps = maxSteps
    this.dominance = new Dominance(problem)
    this.total = problem.kinds.reduce(
      (sum, { weight, indexes }) => sum + weight * indexes.length,
      0,
    )
    this.whole = { low: high.map(() => 0), high }
    this.rows = rowsOf(problem)
    this.relaxation = new Relaxation(this.rows)
    this.best = start
    this.bestSize = sizeOf(start)
    this.floor = Math.max(0, ...problem.least.map((_, j) => this.leastAlone(j)))
  }

  run(): SearchResult {
    this.prepare()
    if (this.floor < this.bestSize) this.visit(this.whole, undefined)
    const isDecided = this.steps <= this.maxSteps
    const atLeast = isDecided ? this.bestSize : Math.min(this.floor, this.bestSize)
    return { counts: this.best, atLeast }
  }

  /** What one demand takes of those who bring most to it. */
  private leastAlone(demand: number): number {
    const multipliers = this.problem.least.map((_, j) => Number(j === demand))
    return new Weighing(this.rows, this.whole, multipliers).leastSize()
  }

  private weigh = (box: Box, multipliers: readonly number[]): Weighing =>
    new Weighing(this.rows, box, wholeMultipliers(multipliers, this.total))

  /** What the relaxed problem says before anything is tried; cuts make it say more. */
  private prepare(): void {
    if (this.floor >= this.bestSize) return
    const relaxed = this.relaxation.solve(this.whole)
    this.floor = Math.max(this.floor, this.weigh(this.whole, relaxed.multipliers).leastSize())
    this.tryNear(relaxed.values, this.whole)
    this.tryExchanges(relaxed.values, relaxed.multipliers)
    this.raiseFloor(relaxed)
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

  /** Looks for a smaller cover in the box. */
  private visit(outer: Box, start: Vertex | undefined): void {
    if (this.floor >= this.bestSize || ++this.steps > this.maxSteps) return
    const box = this.dominance.narrowed(outer)
    if (box === undefined) return
    if (sizeOf(box.low) >= this.bestSize || !isCover(this.problem, box.high)) return
    const { values, multipliers, vertex } = this.relaxation.solve(box, start)
    if (this.steps % ROUNDING_EVERY === 0) this.tryNear(values, box)
    const narrowed = this.weigh(box, multipliers).narrowed(this.bestSize - 1)
    if (narrowed === undefined) return
    const kind = this.mostTelling(values, narrowed, vertex)
    if (kind === undefined) {
      this.settle(narrowed)
      return
    }
    for (const half of halves(narrowed, kind, values[kind] ?? 0)) this.visit(half, vertex)
  }

  /**
   * The kind to divide the box at: of those whose value is not whole, the one whose halves both need
   * most members (strong branching); else any that the box leaves open.
   */
  private mostTelling(values: Float64Array, box: Box, vertex: Vertex): number | undefined {
    const size = values.reduce((sum, value) => sum + value, 0)
    let best: number | undefined
    let bestScore = -1
    for (const kind of dividedKinds(values, box)) {
      const [up, down] = halves(box, kind, values[kind] ?? 0).map((half) =>
        Math.max(0, this.relaxedSize(half, vertex) - size),
      )
      const score = Math.max(up ?? 0, FAINT_GAIN) * Math.max(down ?? 0, FAINT_GAIN)
      if (score <= bestScore) continue
      best = kind
      bestScore = score
    }
    const open = values.findIndex((_, g) => (box.low[g] ?? 0) < (box.high[g] ?? 0))
    return best ?? (open < 0 ? undefined : open)
  }

  /** How many members, in parts, the box takes; more than are of use where it has no cover. */
  private relaxedSize(outer: Box, vertex: Vertex): number {
    const box = this.dominance.narrowed(outer)
    if (box === undefined || !isCover(this.problem, box.high)) return this.bestSize
    return this.relaxation.solve(box, vertex).values.reduce((sum, value) => sum + value, 0)
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

/** Kinds that the box leaves open and whose value is not whole, the most divided first. */
function dividedKinds(values: Float64Array, { low, high }: Box): number[] {
  const partOf = (g: number): number => Math.abs((values[g] ?? 0) - Math.round(values[g] ?? 0))
  return Array.from(values, (_, g) => g)
    .filter((g) => (low[g] ?? 0) < (high[g] ?? 0) && partOf(g) > NEAR)
    .sort((a, b) => partOf(b) - partOf(a))
    .slice(0, MAX_CANDIDATES)
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
