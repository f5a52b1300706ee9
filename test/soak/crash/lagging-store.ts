/** A store that breaks its word: `commit` returns before anything is on disk (for the checker). */
import type { SqliteStore } from '../../../node/store/sqlite-store.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import type { OpStore, StoreBatch, StoredOp } from '../../../src/replica/store.ts'

/** How late it writes, in ms. */
const LAG_MS = 60

/** Writes a moment later what it says it has written; reads what it was told. */
export class LaggingStore implements OpStore {
  readonly readOnly = false
  private readonly store: SqliteStore
  private readonly late = new Map<OpCid, StoredOp>()

  constructor(store: SqliteStore) {
    this.store = store
  }

  load = () => this.store.load()
  notes = () => this.store.notes()
  get = (cid: OpCid) => this.late.get(cid) ?? this.store.get(cid)
  close = () => this.store.close()

  commit(batch: StoreBatch): void {
    for (const op of batch.puts) this.late.set(op.cid, op)
    setTimeout(() => this.store.commit(batch), LAG_MS)
  }
}
