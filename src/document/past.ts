/**
 * What an edit builds on, as one number a lane. A lane is the run of one key's edits of which each
 * builds on the one before; what builds on an edit builds on all before it in its lane, so a
 * number says which of them are meant.
 *
 *   lane 0   a0 ── a1 ── a2        past of b1 = { lane 0: 2 (a0, a1), lane 1: 2 (b0, b1) }
 *                    \
 *   lane 1   b0 ───── b1
 */
import type { OpCid } from '../op/ids.ts'

/** How many edits of each lane; lanes beyond its length have none. */
export type Past = readonly number[]

/** Nothing but the creation. */
export const NOTHING: Past = []

/** How many edits a past holds. */
export const sizeOfPast = (past: Past): number => past.reduce((sum, count) => sum + count, 0)

/** What either holds. */
export function union(a: Past, b: Past): Past {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a]
  return long.map((count, lane) => Math.max(count, short[lane] ?? 0))
}

/** What both hold. */
export const intersection = (a: Past, b: Past): Past =>
  a.map((count, lane) => Math.min(count, b[lane] ?? 0))

/** True when the first holds no edit that the second lacks. */
export const isWithin = (inner: Past, outer: Past): boolean =>
  inner.every((count, lane) => count <= (outer[lane] ?? 0))

/** An edit with its place in the lanes. */
export interface Placed {
  readonly cid: OpCid
  readonly lane: number
  /** Its place in the lane, from 0. */
  readonly index: number
  /** What it builds on, and itself. */
  readonly past: Past
  /** Edits of its own chain up to it, and what they inserted, in the units of a document's size. */
  readonly own: Spent
  /** What its lane inserted up to it. */
  readonly laneInserted: number
}

/** What edits used up. */
export interface Spent {
  readonly edits: number
  readonly inserted: number
}

/** An edit that is to be placed. */
export interface Placing {
  readonly cid: OpCid
  readonly base: Past
  /** The edit before it in its own chain that counts, if there is one. */
  readonly previous: Placed | undefined
  readonly inserted: number
}

/** All lanes of one document. */
export class Lanes {
  private readonly lanes: Placed[][] = []
  private readonly byCid = new Map<OpCid, Placed>()

  /** An edit that was placed. */
  get(cid: OpCid): Placed | undefined {
    return this.byCid.get(cid)
  }

  /** Everything that was placed. */
  all(): Placed[] {
    return [...this.byCid.values()]
  }

  /** The edits of a past. */
  within(past: Past): Placed[] {
    return past.flatMap((count, lane) => this.lanes[lane]?.slice(0, count) ?? [])
  }

  /** Places an edit on what it builds on, in the lane of its own previous one if that ends there. */
  place({ cid, base, previous, inserted }: Placing): Placed {
    const isTail = previous && this.lanes[previous.lane]?.length === previous.index + 1
    const lane = isTail ? previous.lane : this.lanes.push([]) - 1
    const entries = this.lanes[lane] ?? []
    const index = entries.length
    const past = Array.from({ length: Math.max(lane + 1, base.length) }, (_, i) => base[i] ?? 0)
    past[lane] = index + 1
    const spent = previous?.own ?? { edits: 0, inserted: 0 }
    const own = { edits: spent.edits + 1, inserted: spent.inserted + inserted }
    const laneInserted = (entries.at(-1)?.laneInserted ?? 0) + inserted
    const placed = { cid, lane, index, past, own, laneInserted }
    entries.push(placed)
    this.byCid.set(cid, placed)
    return placed
  }

  /** What all edits of a past inserted: no value at that past is larger. */
  insertedBy(past: Past): number {
    return past.reduce(
      (sum, count, lane) => sum + (this.lanes[lane]?.[count - 1]?.laneInserted ?? 0),
      0,
    )
  }

  /** The part of a past whose edits are among some that hold what they build on. */
  part(past: Past, has: (cid: OpCid) => boolean): Past {
    return past.map((count, lane) => {
      const entries = this.lanes[lane] ?? []
      let [least, most] = [0, count]
      while (least < most) {
        const middle = Math.floor((least + most) / 2)
        const placed = entries[middle]
        if (placed && has(placed.cid)) least = middle + 1
        else most = middle
      }
      return least
    })
  }

  /** The union of what the edits named hold. */
  baseOf(after: readonly OpCid[]): Past {
    return after.reduce<Past>((past, cid) => union(past, this.byCid.get(cid)?.past ?? []), NOTHING)
  }

  /** The edits that the first holds and the second does not; each after what it builds on. */
  between(outer: Past, inner: Past): Placed[] {
    const found = outer.flatMap(
      (count, lane) => this.lanes[lane]?.slice(inner[lane] ?? 0, count) ?? [],
    )
    return bySize(found)
  }

  /** The edits of a past that no other edit of it builds on. */
  headsOf(past: Past): Placed[] {
    const tips = past.flatMap((count, lane) => this.lanes[lane]?.[count - 1] ?? [])
    return tips.filter(
      (tip) => !tips.some((other) => other !== tip && isWithin(tip.past, other.past)),
    )
  }
}

/**
 * In the order of how much each builds on: that puts every edit after what it builds on, and
 * interleaves the authors, without which Automerge takes quadratic time.
 */
export const bySize = (placed: readonly Placed[]): Placed[] =>
  placed
    .map((one) => ({ one, size: sizeOfPast(one.past) }))
    .sort((a, b) => a.size - b.size || (a.one.cid < b.one.cid ? -1 : 1))
    .map(({ one }) => one)
