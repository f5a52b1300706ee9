/**
 * A weighted sum of rows is a row that every cover reaches, and of one row it is known what so many
 * members can bring to it at most. So whole-numbered multipliers prove that no cover of a size exists in
 * a box (a surrogate bound), or that it has more or fewer of some kind.
 */
import { invariant } from '../../op/refusal.ts'
import { type Counts, sizeOf } from './cover-problem.ts'
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
  /** What each member brings whom the box leaves open, least first. */
  private readonly open: Float64Array

  /** `multipliers` are whole numbers ≥ 0, one for each row: on that, and on exact sums, all proofs rest. */
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
    this.open = this.scoresOfOpen()
    const whole = [...multipliers, this.goal, this.sumOf(box.high)]
    invariant(whole.every(isWhole), 'multipliers and sums are whole numbers')
  }

  private scoresOfOpen(): Float64Array {
    const { low, high } = this.box
    const open = new Float64Array(sizeOf(high))
    let at = 0
    for (let g = 0; g < this.scores.length; g++) {
      const to = at + (high[g] ?? 0) - (low[g] ?? 0)
      open.fill(this.score(g), at, to)
      at = to
    }
    return open.subarray(0, at).sort()
  }

  private score = (g: number): number => this.scores[g] ?? 0

  /** No cover in the box has fewer members. */
  leastSize(): number {
    let size = sizeOf(this.box.low)
    let rest = this.goal - this.sumOf(this.box.low)
    for (const score of this.open.toReversed()) {
      if (rest <= 0) break
      rest -= score
      size++
    }
    return size
  }

  /** The box without what no cover of so many members has; `undefined` when there is no such cover. */
  narrowed(size: number): Box | undefined {
    const left = size - sizeOf(this.box.low)
    const first = Math.max(0, this.open.length - left)
    const best = this.open.subarray(first).reduce((sum, score) => sum + score, 0)
    const slack = this.sumOf(this.box.low) + best - this.goal
    if (slack < 0) return undefined
    // Whoever is left over when all take part is missed by nobody.
    const last = left > this.open.length ? 0 : (this.open[first] ?? 0)
    const box = this.within(slack, last, this.open[first - 1] ?? 0)
    return sizeOf(box.low) > size ? undefined : box
  }

  /**
   * Whoever is in place of one of the best loses the difference to the last of these, and whoever is
   * missing among them the difference to the next; more than the slack cannot be lost.
   */
  private within(slack: number, last: number, next: number): Box {
    const high = this.box.low.map((least, g) => {
      const loss = last - this.score(g)
      const most = this.box.high[g] ?? 0
      return loss <= 0 ? most : Math.min(most, least + Math.floor(slack / loss))
    })
    const low = this.box.low.map((least, g) => {
      const loss = this.score(g) - next
      return loss <= 0 ? least : Math.max(least, (this.box.high[g] ?? 0) - Math.floor(slack / loss))
    })
    return { low, high }
  }

  private sumOf = (counts: Counts): number =>
    counts.reduce((sum, count, g) => sum + count * this.score(g), 0)
}

/** Where sums get larger than this allows, they are rounded. */
const isWhole = (n: number): boolean => Number.isSafeInteger(n) && n >= 0
