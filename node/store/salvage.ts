/** Reads whatever can still be read of a damaged database, row by row; trusts nothing it reads. */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { OpCid } from '../../src/op/ids.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import { type JournalLine, readJournalRow } from './journal.ts'
import { keyReader, OP_COLUMNS, readOpRow } from './op-row.ts'
import { scanPages } from './page-scan.ts'
import { asBlob, asText, cidOfDigest, DIGEST_BYTES, sameBytes, textCrc } from './row-check.ts'
import { migrate, PAGE_BYTES } from './schema.ts'

/** An operation found by its bytes; the rest of the row is to be believed only if `isWhole`. */
export interface SalvagedOp {
  readonly cid: OpCid
  readonly bytes: Uint8Array
  readonly sig: Uint8Array | null
  readonly seenAt: number
  /** The row matches its checksum. */
  readonly isWhole: boolean
}

type Row = { readonly [column: string]: SQLOutputValue }

const ONE_OP = `SELECT ${OP_COLUMNS} FROM op LEFT JOIN chain ON chain.id = op.chain WHERE op.id = ?`

/** Answered from the index of digests alone. */
const ID_BY_DIGEST = 'SELECT id FROM op WHERE digest = ?'

/** A damaged database, opened on a copy that may be altered. */
export class Salvage {
  private readonly db: DatabaseSync
  private readonly path: string

  private constructor(db: DatabaseSync, path: string) {
    this.db = db
    this.path = path
  }

  /** Opens the copy at `path`; where its first page is unusable, with a fresh one in its place. */
  static open(path: string): Salvage {
    const found = Salvage.tryOpen(path)
    if (found !== undefined) return found
    replaceFirstPage(path)
    return Salvage.tryOpen(path) ?? new Salvage(blank(), path)
  }

  private static tryOpen(path: string): Salvage | undefined {
    const db = new DatabaseSync(path)
    // The page scan reads the file alone, so what the log holds goes there first.
    attempt(() => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
    const salvage = new Salvage(db, path)
    const isReadable = attempt(() => db.prepare(ONE_OP)) !== undefined && salvage.rowIds().size > 0
    if (isReadable) return salvage
    db.close()
    return undefined
  }

  /** Operations whose bytes hash to the CID in their row or in the index, in no order. */
  *ops(): Iterable<SalvagedOp> {
    const keyOf = keyReader()
    const byId = this.db.prepare(ONE_OP)
    for (const id of this.rowIds()) {
      const row = attempt(() => byId.get(id))
      const op = row && readOpRow(row, keyOf)
      if (row === undefined || op === undefined) continue
      const salvaged = typeof op === 'string' ? this.partOf(id, row) : { ...op, isWhole: true }
      if (salvaged !== undefined) yield salvaged
    }
    yield* this.unreachable()
  }

  /** The operations that the index of digests names. */
  *digests(): Iterable<OpCid> {
    for (const row of this.rows('SELECT digest FROM op ORDER BY digest')) {
      const digest = asBlob(row.digest)
      if (digest?.length === DIGEST_BYTES) yield cidOfDigest(digest)
    }
  }

  /** Local notes that match their checksum. */
  *notes(): Iterable<readonly [string, string]> {
    for (const row of this.rows('SELECT name, value, crc FROM note')) {
      const name = asText(row.name)
      const value = asText(row.value)
      if (name === undefined || value === undefined) continue
      if (textCrc(name, value) === row.crc) yield [name, value]
    }
  }

  /** Journal lines that match their checksum, oldest first. */
  *journal(): Iterable<JournalLine> {
    for (const row of this.rows('SELECT * FROM journal ORDER BY id')) {
      const line = readJournalRow(row)
      if (line !== undefined) yield line
    }
  }

  /** Releases the copy. */
  close(): void {
    this.db.close()
  }

  /**
   * Operations on pages that no tree leads to any more. Those that the index does not name were
   * dropped on purpose, unless the index itself is gone.
   */
  private *unreachable(): Iterable<SalvagedOp> {
    const named = new Set(this.digests())
    for (const { digest, bytes, sig } of scanPages(this.path)) {
      if (!sameBytes(nodeSha256(bytes), digest)) continue
      const cid = cidOfDigest(digest)
      if (named.size === 0 || named.has(cid)) yield { cid, bytes, sig, seenAt: 0, isWhole: false }
    }
  }

  /** What a damaged row still proves: bytes that are what the row or the index says they are. */
  private partOf(id: SQLOutputValue, row: Row): SalvagedOp | undefined {
    const bytes = asBlob(row.bytes)
    if (bytes === undefined) return undefined
    const digest = nodeSha256(bytes)
    const inRow = asBlob(row.digest)
    const indexed = attempt(() => this.db.prepare(ID_BY_DIGEST).get(digest))
    if ((inRow === undefined || !sameBytes(inRow, digest)) && indexed?.id !== id) return undefined
    const sig = asBlob(row.sig) ?? null
    return { cid: cidOfDigest(digest), bytes, sig, seenAt: 0, isWhole: false }
  }

  /** Row ids by three trees that are damaged apart from each other: the table and both indexes. */
  private rowIds(): Set<SQLOutputValue> {
    const ids = new Set<SQLOutputValue>()
    const orders = ['id', 'digest', 'chain, seq']
    for (const order of orders)
      for (const row of this.rows(`SELECT id FROM op ORDER BY ${order}`))
        if (row.id !== undefined) ids.add(row.id)
    return ids
  }

  /** The rows of a query up to the first that cannot be read. */
  private *rows(sql: string): Iterable<Row> {
    const rows = attempt(() => this.db.prepare(sql).iterate())
    for (;;) {
      const next = rows && attempt(() => rows.next())
      if (next === undefined || next.done) return
      yield next.value
    }
  }
}

/** The value of a read, or `undefined` when it fails: here every failure is a row less. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function blank(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  migrate(db, ':memory:')
  return db
}

/** Offset in the header of "version-valid-for"; 0 there makes SQLite take the size from the file. */
const VALID_FOR_OFFSET = 92

/**
 * Puts the first page of an empty store in place of this one's: it holds the header and the table
 * definitions, which are the same in every store of a version, and nothing of the data.
 */
function replaceFirstPage(path: string): void {
  const model = `${path}.model`
  const page = Buffer.alloc(PAGE_BYTES)
  const db = new DatabaseSync(model)
  db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL`)
  migrate(db, model)
  db.close()
  withFile(model, 'r', (file) => readSync(file, page, 0, PAGE_BYTES, 0))
  rmSync(model, { force: true })
  page.writeUInt32BE(0, VALID_FOR_OFFSET)
  withFile(path, 'r+', (file) => writeSync(file, page, 0, PAGE_BYTES, 0))
}

function withFile(path: string, flags: string, use: (file: number) => void): void {
  const file = openSync(path, flags)
  try {
    use(file)
  } finally {
    closeSync(file)
  }
}
