/**
 * A weighted sum of rows is a row that every cover reaches, and of one row it is known what so many
 * members can bring to it at most. So whole-numbered multipliers prove that no cover of a size exists in
 * a box (a surrogate bound), or that it has more or fewer of some kind.
 */
import { sizeOf } from './cover-problem.ts'
import type { Box } from './cover-relaxation.ts'
import type { Rows } from './cover-rows.ts'

/** Weighted sums stay below this, so that every sum is exact. */
const MAX_SUM = 2 ** 50

/** Multipliers as whole numbers, so large that rounding hardly matters and sums stay exact. */
export function wholeMultipliers(multipliers: readonly number[], total: number): number[] {
  const sum = multipliers.reduce((all, one) => all + one, 0)
  if (sum <= 0) return multipliers.map(() => 1)
  return multipliers.map((one) => Math.floor((one / sum) * (MAX_SUM / total)))
}

/** What the kinds of a box bring to one weighted sum of rows. */
export class Weighing {
  private readonly box: Box
  /** What one of each kind brings. */
  private readonly scores: Float64Array
  private readonly goal: number
  /** Kinds by what one brings, most first. */
  private readonly order: Int32Array

  /** `multipliers` are whole numbers ≥ 0, one for each row. */
  constructor({ kinds, least, brings }: Rows, box: Box, multipliers: readonly number[]) {
    this.box = box
    this.scores = new Float64Array(kinds)
    for (let g = 0; g < kinds; g++) {
      let score = 0
      for (let j = 0; j < least.length; j++)
        score += (brings[g * least.length + j] ?? 0) * (multipliers[j] ?? 0)
      this.scores[g] = score
    }
    this.goal = least.reduce((sum, one, j) => sum + one * (multipliers[j] ?? 0), 0)
    this.order = Int32Array.from({ length: kinds }, (_, g) => g)
    this.order.sort((a, b) => this.score(b) - this.score(a))
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
      sum += count * this.score(g)
      left -= count
      if (count === this.open(g)) continue
      next = this.score(g)
      break
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
