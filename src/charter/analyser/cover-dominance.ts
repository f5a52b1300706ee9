/**
 * Who may take another's place in any cover: one who weighs no less and counts for no less. So there is a
 * smallest cover in which nobody is left out for somebody whose place he may take, and a box may be
 * narrowed to such covers.
 */
import type { CoverProblem, Kind } from './cover-problem.ts'
import type { Box } from './cover-relaxation.ts'

/** A kind, and those right above it; what is above these follows. */
interface Place {
  readonly kind: number
  readonly above: readonly number[]
}

/** Which kinds stand above which. */
export class Dominance {
  private readonly counts: readonly number[]
  /** Kinds, those above before those below. */
  private readonly order: readonly Place[]

  constructor({ kinds }: CoverProblem) {
    this.counts = kinds.map(({ indexes }) => indexes.length)
    const lightest = new Map<number, number>()
    // So far seen are heavier ones; of each mask the lightest of them is the nearest above.
    this.order = [...kinds.entries()]
      .sort(([, a], [, b]) => compare(a, b))
      .map(([kind, { mask }]) => {
        const wider = [...lightest].filter(([other]) => (other & mask) === mask)
        lightest.set(mask, kind)
        return { kind, above: wider.map(([, h]) => h) }
      })
  }

  /** The part of a box with such covers; it may have none. */
  narrowed({ low, high }: Box): Box {
    const least = [...low]
    const most = [...high]
    for (const { kind, above } of this.order)
      if (above.some((h) => (most[h] ?? 0) < (this.counts[h] ?? 0))) most[kind] = 0
    for (const { kind, above } of this.order.toReversed())
      if ((least[kind] ?? 0) > 0) for (const h of above) least[h] = this.counts[h] ?? 0
    return { low: least, high: most }
  }
}

/** Heavier kinds first, of equal weight those that count for more. */
const compare = (a: Kind, b: Kind): number =>
  b.weight - a.weight || bitCount(b.mask) - bitCount(a.mask)

function bitCount(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++
  return count
}
