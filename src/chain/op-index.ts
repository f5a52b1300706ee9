/**
 * All held operations of a ledger by CID: those that came lately as objects, which forks of a ledger
 * share (`layered-map.ts`), the older ones of a long history as rows (`archive/archive.ts`).
 */
import type { OpCid } from '../op/ids.ts'
import { invariant } from '../op/refusal.ts'
import { type Archive, ArchivedHeld } from './archive/archive.ts'
import { type Held, isPulling, pullingRefs } from './held.ts'
import { LayeredMap } from './layered-map.ts'

/** Held operations by CID. */
export class OpIndex {
  private recent: LayeredMap<OpCid, Held>
  /** What is held as rows. */
  archive: Archive | undefined

  constructor(recent: LayeredMap<OpCid, Held> = new LayeredMap()) {
    this.recent = recent
  }

  get size(): number {
    return this.recent.size + (this.archive?.size ?? 0)
  }

  /** True while some of it is shared with other ledgers. */
  get isShared(): boolean {
    return this.recent.isShared
  }

  get(cid: OpCid): Held | undefined {
    return this.recent.get(cid) ?? this.archive?.get(cid)
  }

  has(cid: OpCid): boolean {
    return this.recent.has(cid) || this.archive?.get(cid) !== undefined
  }

  /** What an operation pulls; of what is not held, the CID. Nobody need know which of it are rows. */
  targetsOf(held: Held): (Held | OpCid)[] {
    const { archive } = this
    if (!(held instanceof ArchivedHeld) || held.archive !== archive)
      return pullingRefs(held.op).map((cid) => this.get(cid) ?? cid)
    if (!isPulling(archive.typeAt(held.row))) return []
    return archive
      .targetsAt(held.row)
      .map((target) => (typeof target === 'string' ? (this.get(target) ?? target) : target))
  }

  set(cid: OpCid, held: Held): void {
    this.recent.set(cid, held)
  }

  delete(cid: OpCid): void {
    if (!this.recent.delete(cid)) this.archive?.drop(cid)
  }

  values(): Iterable<Held> {
    return this.archive ? this.all(this.archive) : this.recent.values()
  }

  /** Those that are no rows. */
  lately(): Iterable<Held> {
    return this.recent.values()
  }

  keys(): Iterable<OpCid> {
    return this.archive ? this.allKeys(this.archive) : this.recent.keys()
  }

  /** Another index over the same; from here on neither sees what the other sets. */
  fork(): OpIndex {
    invariant(!this.archive, 'replicas that share operations keep no archive')
    return new OpIndex(this.recent.fork())
  }

  /** Shares nothing any more: what was shared is copied. */
  detach(copyOf: (shared: Held) => Held): void {
    this.recent.detach(copyOf)
  }

  /** Holds what is in the archive as rows from here on; `loose` is all that is held besides. */
  shelve(archive: Archive, loose: Iterable<Held>): void {
    this.recent = new LayeredMap()
    for (const held of loose) this.recent.set(held.op.cid, held)
    this.archive = archive
  }

  private *all(archive: Archive): Generator<Held, void, void> {
    yield* archive.values()
    yield* this.recent.values()
  }

  private *allKeys(archive: Archive): Generator<OpCid, void, void> {
    for (const { row } of archive.values()) yield archive.cidAt(row)
    yield* this.recent.keys()
  }
}
