import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SqliteStore } from '../../node/store/sqlite-store.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import { opStoreAcceptance } from './op-store.ts'

opStoreAcceptance('MemoryStore', () => ({ store: new MemoryStore() }))

opStoreAcceptance('SqliteStore', () => {
  const dir = mkdtempSync(join(tmpdir(), 'folkmoot-store-'))
  const path = join(dir, 'store.db')
  return {
    store: SqliteStore.open(path),
    reopen: () => SqliteStore.open(path),
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  }
})
