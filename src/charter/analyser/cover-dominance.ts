/**
 * Who may take another's place in any cover: one who weighs no less and counts for no less. So there is a
 * smallest cover in which nobody is left out for somebody whose place he may take, and a box may be
 * narrowed to such covers.
 */
import type { CoverProblem, Kind } from './cover-problem.ts'
import type { Box } from './cover-relaxation.ts'

/** Which kinds stand above which. */
export class Dominance {
  private readonly counts: readonly number[]
  /** Kinds, those above before those below. */
  private readonly order: readonly number[]
  /** above[g]: kinds right above kind g; those above these follow. */
  private readonly above: readonly (readonly number[])[]

  constructor({ kinds }: CoverProblem) {
    this.counts = kinds.map(({ indexes }) => indexes.length)
    this.order = kinds.map((_, g) => g).sort((a, b) => compare(kinds[a], kinds[b]))
    const lightest = new Map<number, number>()
    const above: number[][] = kinds.map(() => [])
    // So far seen are heavier ones; of each mask the lightest of them is the nearest above.
    for (const g of this.order) {
      const mask = kinds[g]?.mask ?? 0
      for (const [wider, h] of lightest) if ((wider & mask) === mask) above[g]?.push(h)
      lightest.set(mask, g)
    }
    this.above = above
  }

  /** The part of a box with such covers; `undefined` when it has none. */
  narrowed({ low, high }: Box): Box | undefined {
    const least = [...low]
    const most = [...high]
    for (const g of this.order)
      if ((most[g] ?? 0) > 0 && this.above[g]?.some((h) => (most[h] ?? 0) < (this.counts[h] ?? 0)))
        most[g] = 0
    for (const g of this.order.toReversed())
      if ((least[g] ?? 0) > 0) for (const h of this.above[g] ?? []) least[h] = this.counts[h] ?? 0
    const isOpen = least.every((count, g) => count <= (most[g] ?? 0))
    return isOpen ? { low: least, high: most } : undefined
  }
}

/** Heavier kinds first, of equal weight those that count for more. */
const compare = (a: Kind | undefined, b: Kind | undefined): number =>
  (b?.weight ?? 0) - (a?.weight ?? 0) || bitCount(b?.mask ?? 0) - bitCount(a?.mask ?? 0)

function bitCount(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++
  return count
}
