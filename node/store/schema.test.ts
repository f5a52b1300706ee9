import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { APPLICATION_ID, MIGRATIONS, migrate, SCHEMA_VERSION } from './schema.ts'
import { SqliteStore } from './sqlite-store.ts'

const openCode = (path: string): unknown => {
  try {
    SqliteStore.open(path).close()
    return 'opens'
  } catch (error) {
    return error
  }
}
const version = (db: DatabaseSync) => db.prepare('PRAGMA user_version').get()?.user_version
const fileWith = (sql: string): string => {
  const path = join(tempDir(), 'store.db')
  const db = new DatabaseSync(path)
  db.exec(sql)
  db.close()
  return path
}

describe('migrating a store', () => {
  it('makes a store of an empty file', () => {
    const path = join(tempDir(), 'store.db')
    writeFileSync(path, '')
    expect(openCode(path)).toBe('opens')
    const db = new DatabaseSync(path)
    expect(version(db)).toBe(SCHEMA_VERSION)
    expect(db.prepare('PRAGMA application_id').get()?.application_id).toBe(APPLICATION_ID)
    db.close()
  })

  it('makes a store of what a power cut left of its first page, and of nothing else', () => {
    const whole = readFileSync(fileWith('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL'))
    const path = join(tempDir(), 'store.db')
    for (const part of [whole, whole.subarray(0, 512), new Uint8Array(4096)]) {
      writeFileSync(path, part)
      expect(openCode(path)).toBe('opens')
    }
    const full = readFileSync(fileWith('PRAGMA page_size = 1024; CREATE TABLE t (x)'))
    writeFileSync(path, full.subarray(0, 1024))
    expect(openCode(path)).not.toBe('opens')
    expect(readFileSync(path)).toHaveLength(1024)
  })

  it('makes a store of a database of version 0 without tables', () => {
    expect(openCode(fileWith('PRAGMA page_size = 4096; VACUUM'))).toBe('opens')
  })

  it('refuses a store from a newer version and says what to run', () => {
    const path = fileWith(
      `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION + 1}`,
    )
    expect(openCode(path)).toMatchObject({
      code: 'store-too-new',
      hint: expect.stringContaining('newer'),
    })
  })

  it("leaves another program's database alone", () => {
    const path = fileWith('CREATE TABLE recipes (name TEXT)')
    expect(openCode(path)).toMatchObject({ code: 'store-foreign' })
    const db = new DatabaseSync(path)
    expect(db.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'recipes' }])
    db.close()
  })

  it('takes each missing step once, and keeps what was there', () => {
    const db = new DatabaseSync(':memory:')
    migrate(db, 'x')
    db.exec("INSERT INTO note VALUES ('a', 'b', 1)")
    const steps = [...MIGRATIONS, 'ALTER TABLE note ADD COLUMN extra TEXT']
    migrate(db, 'x', steps)
    migrate(db, 'x', steps)
    expect(version(db)).toBe(SCHEMA_VERSION + 1)
    expect(db.prepare('SELECT * FROM note').all()).toEqual([
      { name: 'a', value: 'b', crc: 1, extra: null },
    ])
    db.close()
  })

  it('leaves the old version whole when a step fails', () => {
    const db = new DatabaseSync(':memory:')
    migrate(db, 'x')
    const steps = [...MIGRATIONS, 'CREATE TABLE half (a); SELECT no_such_function()']
    expect(() => migrate(db, 'x', steps)).toThrow()
    expect(version(db)).toBe(SCHEMA_VERSION)
    expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'half'").get()).toEqual(
      { n: 0 },
    )
    db.close()
  })
})
