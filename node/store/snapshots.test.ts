import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { cidOf } from '../../src/op/cid.ts'
import { batchOf, sampleOps } from '../../test/acceptance/sample-ops.ts'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { MIGRATIONS, migrate } from './schema.ts'
import { SqliteStore } from './sqlite-store.ts'

const ID = cidOf(Uint8Array.of(1))
const OTHER = cidOf(Uint8Array.of(2))

describe('snapshots in the store', () => {
  it('are kept by document, the latest one, also after reopening', () => {
    const path = join(tempDir(), 'store.db')
    const store = SqliteStore.open(path)
    expect(store.snapshots.get(ID)).toBeUndefined()
    store.snapshots.put(ID, Uint8Array.of(1))
    store.snapshots.put(ID, Uint8Array.of(2))
    store.snapshots.put(OTHER, Uint8Array.of(3))
    store.close()
    const again = SqliteStore.open(path)
    expect(again.snapshots.get(ID)).toEqual(Uint8Array.of(2))
    expect(again.snapshots.get(OTHER)).toEqual(Uint8Array.of(3))
    again.close()
  })

  it('do without a disk that takes no writes: nothing is thrown, nothing is kept', () => {
    const store = SqliteStore.open(join(tempDir(), 'store.db'))
    store.limitSize(8 * 8192)
    store.snapshots.put(ID, new Uint8Array(1024 * 1024))
    expect(store.snapshots.get(ID)).toBeUndefined()
    expect(store.readOnly).toBe(true)
    store.snapshots.put(OTHER, Uint8Array.of(1))
    expect(store.snapshots.get(OTHER)).toBeUndefined()
    store.close()
  })

  it('come to a store of the first version, which keeps its operations', () => {
    const path = join(tempDir(), 'store.db')
    const db = new DatabaseSync(path)
    db.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL')
    migrate(db, path, MIGRATIONS.slice(0, 1))
    db.close()
    const [op] = sampleOps(1)
    const store = SqliteStore.open(path)
    store.commit(batchOf({ puts: op ? [op] : [] }))
    store.snapshots.put(ID, Uint8Array.of(1))
    store.close()
    const again = SqliteStore.open(path)
    expect([...again.load()]).toHaveLength(1)
    expect(again.snapshots.get(ID)).toEqual(Uint8Array.of(1))
    again.close()
  })
})
