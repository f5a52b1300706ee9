/**
 * The durable store as the replica sees it. The daemon implements it on SQLite, tests and the
 * simulator in memory; `test/acceptance/op-store.ts` is the suite that any implementation runs.
 */
import type { KeyId, OpCid } from '../op/ids.ts'

/** An operation as it is kept. */
export interface StoredOp {
  readonly cid: OpCid
  readonly key: KeyId
  readonly seq: number
  readonly bytes: Uint8Array
  /** A verified signature; `null` when a later operation of the chain vouches for this one. */
  readonly sig: Uint8Array | null
  /** When this node first saw it, by its own clock, in ms. */
  readonly seenAt: number
}

/** One atomic change of the store. */
export interface StoreBatch {
  readonly puts: readonly StoredOp[]
  readonly drops: readonly OpCid[]
  /** Signatures that became known for operations already kept. */
  readonly signatures: readonly (readonly [OpCid, Uint8Array])[]
  /** Local facts that are in no digest (when a ballot closed here, …); `null` forgets. */
  readonly notes: readonly (readonly [string, string | null])[]
}

/** Six methods; every one synchronous. */
export interface OpStore {
  /** All kept operations, ordered by key, then seq. */
  load(): Iterable<StoredOp>
  /** All local facts. */
  notes(): Iterable<readonly [string, string]>
  /** One operation by its CID. */
  get(cid: OpCid): StoredOp | undefined
  /** Applies a batch whole or not at all; on return it survives `kill -9` and power loss. */
  commit(batch: StoreBatch): void
  /** True while nothing can be written (disk full): reads go on, `commit` throws. */
  readonly readOnly: boolean
  /** Releases what it holds. */
  close(): void
}

/** True when a batch would change nothing. */
export const isEmptyBatch = (batch: StoreBatch): boolean =>
  batch.puts.length + batch.drops.length + batch.signatures.length + batch.notes.length === 0

/** A store in memory, for tests, the simulator and throw-away replicas. */
export class MemoryStore implements OpStore {
  readonly readOnly = false
  private readonly ops = new Map<OpCid, StoredOp>()
  private readonly facts = new Map<string, string>()

  load(): Iterable<StoredOp> {
    return [...this.ops.values()].sort((a, b) =>
      a.key < b.key ? -1 : a.key > b.key ? 1 : a.seq - b.seq,
    )
  }

  notes(): Iterable<readonly [string, string]> {
    return this.facts
  }

  get(cid: OpCid): StoredOp | undefined {
    return this.ops.get(cid)
  }

  commit(batch: StoreBatch): void {
    for (const op of batch.puts) this.ops.set(op.cid, op)
    for (const [cid, sig] of batch.signatures) {
      const op = this.ops.get(cid)
      if (op) this.ops.set(cid, { ...op, sig })
    }
    for (const cid of batch.drops) this.ops.delete(cid)
    for (const [name, value] of batch.notes) {
      if (value === null) this.facts.delete(name)
      else this.facts.set(name, value)
    }
  }

  close(): void {}
}
