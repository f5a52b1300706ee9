/** Tables of the store, and the steps from one version of them to the next (design §6.2). */
import { DatabaseSync } from 'node:sqlite'
import { corrupt, StoreError } from './errors.ts'

/** `PRAGMA application_id` of our files: "fmoo". */
export const APPLICATION_ID = 0x666d6f6f
/** Page size of new stores, in bytes: operations of a few hundred bytes fill pages of 8 KiB well. */
export const PAGE_BYTES = 8192

/**
 * Version 1. Operations are found by digest (the CID without its constant prefix) and read by
 * chain. `crc` covers what the digest of `bytes` does not (`row-check.ts`). Rows keep a small
 * integer for their chain: two wide keys per row halved the insertion rate.
 */
const VERSION_1 = `
  CREATE TABLE chain (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE) STRICT;
  CREATE TABLE op (
    id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, chain INTEGER NOT NULL,
    seq INTEGER NOT NULL, bytes BLOB NOT NULL, sig BLOB, seen INTEGER NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX op_chain ON op (chain, seq);
  CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL, crc INTEGER NOT NULL) STRICT;
  CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, what TEXT NOT NULL,
    why TEXT NOT NULL, data TEXT NOT NULL, crc INTEGER NOT NULL
  ) STRICT;
`

/**
 * Version 2. Snapshots of derived documents, one each (design §2.5). Their own digest says whether
 * they are whole; whatever is lost of them is derived anew from operations.
 */
const VERSION_2 = `
  CREATE TABLE snapshot (document BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;
`

/**
 * Version 3. Which image of the replica holds (`images.ts`), and which operations of it were signed
 * since.
 */
const VERSION_3 = `
  CREATE TABLE image (
    id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, digest BLOB NOT NULL,
    last INTEGER NOT NULL, operations INTEGER NOT NULL, crc INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE resigned (op INTEGER PRIMARY KEY) STRICT;
`

/** `MIGRATIONS[n]` takes a store from version n to n + 1; released steps are never edited. */
export const MIGRATIONS: readonly string[] = [VERSION_1, VERSION_2, VERSION_3]
/** The version that this build reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length

/**
 * Brings a store to the newest version, each step whole or not at all. Throws `store-foreign`
 * for another program's file and `store-too-new` for a version that this build does not know.
 */
export function migrate(db: DatabaseSync, path: string, steps = MIGRATIONS): void {
  const version = pragma(db, 'user_version')
  const application = pragma(db, 'application_id')
  const isBlank = version === 0 && application === 0 && schemaText(db) === ''
  if (!isBlank && application !== APPLICATION_ID) throw foreign(path)
  if (version > steps.length) throw tooNew(path, version, steps.length)
  steps.slice(version).forEach((sql, i) => {
    step(db, sql, version + i + 1)
  })
}

function step(db: DatabaseSync, sql: string, version: number): void {
  db.exec('BEGIN EXCLUSIVE')
  try {
    db.exec(sql)
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}`)
    db.exec('COMMIT')
  } catch (error) {
    // A disk that fails has undone it already; its own error is the one to tell.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** Throws `store-corrupt` unless tables are defined as this build defines them. */
export function checkTables(db: DatabaseSync, path: string): void {
  if (schemaText(db) !== expectedSchema()) throw corrupt(path, 'its table definitions differ')
}

/** Throws `store-corrupt` unless all pages and indexes are sound; takes as long as reading the file. */
export function checkStructure(db: DatabaseSync, path: string): void {
  const report = db.prepare('PRAGMA integrity_check(1)').get()?.integrity_check
  if (report !== 'ok') throw corrupt(path, `${report}`)
}

function expectedSchema(): string {
  const db = new DatabaseSync(':memory:')
  migrate(db, ':memory:')
  const text = schemaText(db)
  db.close()
  return text
}

const schemaText = (db: DatabaseSync): string =>
  db
    .prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name')
    .all()
    .map((row) => `${row.type} ${row.name} ${row.tbl_name} ${row.sql}`)
    .join('\n')

function pragma(db: DatabaseSync, name: string): number {
  const value = db.prepare(`PRAGMA ${name}`).get()?.[name]
  return typeof value === 'number' ? value : 0
}

const foreign = (path: string): StoreError =>
  new StoreError(
    'store-foreign',
    `${path} is not a Folkmoot store`,
    'point --home elsewhere; if this file was one, it is damaged: `folkmoot doctor --rebuild`',
  )

const tooNew = (path: string, found: number, known: number): StoreError =>
  new StoreError(
    'store-too-new',
    `${path} has store version ${found}; this build knows up to ${known}`,
    'run the Folkmoot that wrote it, or a newer one; if no newer one ever ran here, the file is ' +
      'damaged: `folkmoot doctor --rebuild`',
  )
