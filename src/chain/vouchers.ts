/**
 * What vouches for an unsigned operation: the chain of later ones to one that is signed (design
 * §2.2). The lightest is taken: it is never heavier than the rest of the run in which the operation
 * came, so what fitted into one frame once always will.
 */
import type { OpCid } from '../op/ids.ts'
import type { Held } from './held.ts'

/** The lightest ways to a signature among some operations of one key. */
export class Vouchers {
  private readonly next = new Map<OpCid, Held>()
  private readonly weight = new Map<OpCid, number>()

  /** Looks among `later`: operations of one key, in any order. */
  constructor(later: Iterable<Held>) {
    const newestFirst = [...later].sort((a, b) => b.op.seq - a.op.seq)
    for (const held of newestFirst) this.offer(held)
  }

  /** The operations from the one after `held` to a signed one; none when it is signed itself. */
  after(held: Held): Held[] {
    const path = new Set<Held>()
    this.addTo(path, held)
    return [...path]
  }

  /** Adds them to a set; what is in it already is taken to have its own there. */
  addTo(set: Set<Held>, held: Held): void {
    for (let at = held; !at.signed; ) {
      const next = this.next.get(at.op.cid)
      if (!next || set.has(next)) return
      set.add(next)
      at = next
    }
  }

  /** Makes an operation the next of its predecessor if the way by it is the lightest so far. */
  private offer(held: Held): void {
    const { cid, prev } = held.op
    const onward = held.signed ? 0 : this.weight.get(cid)
    if (prev === null || onward === undefined) return
    const weight = onward + held.sizeBytes
    const best = this.weight.get(prev)
    if (best !== undefined && best <= weight) return
    this.weight.set(prev, weight)
    this.next.set(prev, held)
  }
}
