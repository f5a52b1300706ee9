/**
 * Snapshots of derived documents in the store (design §2.5): a convenience, so a disk that takes no
 * writes only means that a document is derived again.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { SnapshotStore } from '../../src/document/snapshot.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { StoreError } from './errors.ts'
import { asBlob, digestOf } from './row-check.ts'

/** Keeps one snapshot for each document; those that are damaged are found out by who reads them. */
export class Snapshots implements SnapshotStore {
  private readonly db: DatabaseSync
  private readonly transact: (change: () => void) => void

  constructor(db: DatabaseSync, transact: (change: () => void) => void) {
    this.db = db
    this.transact = transact
  }

  get(id: OpCid): Uint8Array | undefined {
    try {
      const row = this.db.prepare('SELECT bytes FROM snapshot WHERE document = ?').get(digestOf(id))
      return asBlob(row?.bytes)
    } catch {
      // Whatever keeps it from being read, the document can be derived.
      return undefined
    }
  }

  put(id: OpCid, bytes: Uint8Array): void {
    const write =
      'INSERT INTO snapshot VALUES (?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes'
    try {
      this.transact(() => void this.db.prepare(write).run(digestOf(id), bytes))
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
    }
  }
}
