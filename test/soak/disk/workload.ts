/** What a store goes through while its disk fails, and what it must answer for afterwards. */
import { rmSync } from 'node:fs'
import { StoreError } from '../../../node/store/errors.ts'
import { SqliteStore } from '../../../node/store/sqlite-store.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import type { StoredOp } from '../../../src/replica/store.ts'
import { batchOf, sampleOps } from '../../acceptance/sample-ops.ts'

/** Operations in one commit. */
export const BATCH = 6
const BATCHES = 8
/** The operations of the workload, in the order in which they are committed. */
export const OPS = sampleOps(BATCH * BATCHES, { fillerLength: 700 })

/** What the store said while it worked. */
export interface Worked {
  /** Operations that it answered for. */
  readonly kept: ReadonlySet<OpCid>
  /** Codes of what it refused, in order. */
  readonly refused: readonly string[]
  /** Something else was thrown than an error of the store: always wrong. */
  readonly broken: string | undefined
}

/** Commits batch after batch; a refusal is followed by an attempt to recover, as the daemon does it. */
export function work(path: string, onKept: () => void = () => {}): Worked {
  const kept = new Set<OpCid>()
  const refused: string[] = []
  let store: SqliteStore | undefined
  try {
    store = openTwice(path, refused)
    for (let i = 0; i < BATCHES; i++) {
      const batch = OPS.slice(i * BATCH, (i + 1) * BATCH)
      if (!committed(store, batch, refused)) continue
      for (const { cid } of batch) kept.add(cid)
      onKept()
    }
    store?.close()
    return { kept, refused, broken: undefined }
  } catch (error) {
    return { kept, refused, broken: error instanceof Error ? error.stack : String(error) }
  } finally {
    closeQuietly(store)
  }
}

/** A store that cannot be opened says why; what a service manager does then is to try again. */
function openTwice(path: string, refused: string[]): SqliteStore | undefined {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      return SqliteStore.open(path)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      refused.push(error.code)
    }
  }
  return undefined
}

function committed(
  store: SqliteStore | undefined,
  batch: readonly StoredOp[],
  refused: string[],
): boolean {
  if (!store) return false
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      store.commit(batchOf({ puts: batch }))
      return true
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      refused.push(error.code)
      if (!store.readOnly || !store.tryRecover()) return false
    }
  }
  return false
}

function closeQuietly(store: SqliteStore | undefined): void {
  try {
    store?.close()
  } catch {
    // The disk may refuse this, too; what was kept is looked at next.
  }
}

/** What a store at rest holds, and whether it says that its last write is missing. */
export interface Held {
  readonly cids: ReadonlySet<OpCid>
  readonly hadUnfinishedWrite: boolean
}

/** What a store at rest holds, or the code of the error that it gives. */
export function held(path: string): Held | string {
  let store: SqliteStore | undefined
  try {
    store = SqliteStore.open(path)
    const { hadUnfinishedWrite } = store
    return { cids: new Set([...store.load()].map(({ cid }) => cid)), hadUnfinishedWrite }
  } catch (error) {
    if (error instanceof StoreError) return error.code
    throw error
  } finally {
    store?.close()
  }
}

/** True when a set is whole batches: all of a batch, or nothing of it. */
export function isWhole(cids: ReadonlySet<OpCid>): boolean {
  for (let i = 0; i < BATCHES; i++) {
    const batch = OPS.slice(i * BATCH, (i + 1) * BATCH).filter(({ cid }) => cids.has(cid))
    if (batch.length !== 0 && batch.length !== BATCH) return false
  }
  return true
}

/** Removes a store. */
export function removeStore(path: string): void {
  for (const end of ['', '-wal', '-shm', '.lock', '.pid']) rmSync(path + end, { force: true })
}
