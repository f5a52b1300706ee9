/**
 * Branch and bound over how many of each kind take part in a cover. The relaxed problem guides it
 * (`cover-relaxation.ts`); weighted sums of whole numbers prove what it concludes (`cover-weighing.ts`).
 */
import { coreOf } from './cover-core.ts'
import { boundByCuts } from './cover-cuts.ts'
import { Dominance } from './cover-dominance.ts'
import { type Counts, type CoverProblem, isCover, weightIn, wholeBox } from './cover-problem.ts'
import { type Box, Relaxation, type Vertex } from './cover-relaxation.ts'
import { type Rows, rowsOf } from './cover-rows.ts'
import { Weighing, wholeMultipliers } from './cover-weighing.ts'

/** Most kinds that are compared before a box is divided at one of them. */
const MAX_CANDIDATES = 8
/** A half that takes no more members counts as so little of one, so that the other still counts. */
const FAINT_GAIN = 1e-4
/** A value so near to a whole number is meant to be one. */
const NEAR = 1e-6

/** A box with no more than this part of the kinds open is a problem of its own. */
const CORE_SHARE = 0.6

/** Boxes that may still be looked into; below zero the search was cut short. */
export interface Budget {
  left: number
}

/** A cover of fewer than `limit` members; `undefined` when there is none, or the budget is used up. */
export function searchBelow(
  problem: CoverProblem,
  limit: number,
  budget: Budget,
): Counts | undefined {
  const whole = wholeBox(problem)
  if (problem.least.length === 0) return whole.low
  const relaxed = new Relaxation(rowsOf(problem)).solve(whole)
  const multipliers = wholeMultipliers(relaxed.multipliers, weightIn(problem))
  const plain = new Weighing(rowsOf(problem), whole, multipliers).narrowed(limit - 1)
  const box = plain && boundByCuts(problem, relaxed, { box: plain, limit }).box
  return box && new Tree(problem, limit, budget).search(box, relaxed.vertex)
}

class Tree {
  private readonly problem: CoverProblem
  private readonly limit: number
  private readonly budget: Budget
  private readonly dominance: Dominance
  private readonly total: number
  private readonly rows: Rows
  private readonly relaxation: Relaxation

  constructor(problem: CoverProblem, limit: number, budget: Budget) {
    this.problem = problem
    this.limit = limit
    this.budget = budget
    this.dominance = new Dominance(problem)
    this.total = weightIn(problem)
    this.rows = rowsOf(problem)
    this.relaxation = new Relaxation(this.rows)
  }

  search(box: Box, start: Vertex): Counts | undefined {
    return this.isSmall(box) ? this.searchCore(box) : this.visit(box, start)
  }

  /** Looks for a cover in the box. */
  private visit(outer: Box, start: Vertex): Counts | undefined {
    if (--this.budget.left < 0) return undefined
    const box = this.dominance.narrowed(outer)
    if (!isCover(this.problem, box.high)) return undefined
    const { values, multipliers, vertex } = this.relaxation.solve(box, start)
    const weighing = new Weighing(this.rows, box, wholeMultipliers(multipliers, this.total))
    const narrowed = weighing.narrowed(this.limit - 1)
    if (narrowed === undefined) return undefined
    if (this.isSmall(narrowed)) return this.searchCore(narrowed)
    const kind = this.mostTelling(values, narrowed, vertex)
    for (const half of halves(narrowed, kind, values[kind] ?? 0)) {
      const found = this.visit(half, vertex)
      if (found) return found
    }
    return undefined
  }

  private isSmall({ low, high }: Box): boolean {
    let open = 0
    for (let g = 0; g < low.length; g++) if ((low[g] ?? 0) < (high[g] ?? 0)) open++
    return open <= CORE_SHARE * low.length
  }

  private searchCore(box: Box): Counts | undefined {
    const core = coreOf(this.problem, box)
    const counts = searchBelow(core.problem, this.limit - core.decided, this.budget)
    return counts && core.whole(counts)
  }

  /**
   * The kind to divide the box at: of those whose value is not whole, the one whose halves both need
   * most members (strong branching); else any that the box leaves open.
   */
  private mostTelling(values: Float64Array, box: Box, vertex: Vertex): number {
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
    return best ?? open
  }

  /** How many members, in parts, the box takes; more than are of use where it has no cover. */
  private relaxedSize(outer: Box, vertex: Vertex): number {
    const box = this.dominance.narrowed(outer)
    return isCover(this.problem, box.high) ? this.relaxation.solve(box, vertex).size : this.limit
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

/** A whole number above the least and up to the most, whatever the value: where the upper half begins. */
function cutAt(value: number, least: number, most: number): number {
  const cut = Math.ceil(value - NEAR)
  return Math.min(most, cut > least ? cut : least + 1)
}

/** The box cut in two at a value, the upper half first: there covers are. */
function halves({ low, high }: Box, kind: number, value: number): readonly Box[] {
  const cut = cutAt(value, low[kind] ?? 0, high[kind] ?? 0)
  return [
    { low: low.with(kind, cut), high },
    { low, high: high.with(kind, cut - 1) },
  ]
}
