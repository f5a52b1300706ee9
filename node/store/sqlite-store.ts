/**
 * The durable store on `node:sqlite` (design §6.2): write-ahead log, one fsynced transaction per
 * batch, one process at a time, every operation checked by its CID whenever it is read.
 */
import { closeSync, existsSync, openSync, statSync, truncateSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { OpCid } from '../../src/op/ids.ts'
import { MAX_OP_BYTES } from '../../src/op/limits.ts'
import {
  isEmptyBatch,
  type OpStore,
  type StoreBatch,
  type StoredOp,
} from '../../src/replica/store.ts'
import { corrupt, StoreError, sqliteFault, writeRefused } from './errors.ts'
import { Images, imagedOperations } from './images.ts'
import { Journal } from './journal.ts'
import { StoreLock } from './lock.ts'
import { keyReader, OP_COLUMNS, readOpRow } from './op-row.ts'
import { OpWriter } from './op-writer.ts'
import { asText, digestOf, textCrc } from './row-check.ts'
import { checkStructure, checkTables, migrate, PAGE_BYTES } from './schema.ts'
import { Snapshots } from './snapshots.ts'
import { reached } from './steps.ts'
import { isUnborn } from './unborn.ts'
import { inspectWal } from './wal.ts'

/** The log is folded into the database file when it has this many pages (32 MiB). */
const CHECKPOINT_PAGES = 4_000
/** Page cache, in KiB. */
const CACHE_KIB = 32_000
/** How long to wait for a stranger who has the file open (a backup tool), in ms. */
const BUSY_TIMEOUT_MS = 250
/** The note that `tryRecover` writes and removes. */
const PROBE_NOTE = '\u0000probe'

/** `fullfsync` makes macOS flush the drive's cache too; elsewhere it does nothing. */
const PRAGMAS = `
  PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  PRAGMA cache_spill = OFF;
  PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
  PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA cache_size = -${CACHE_KIB};
  PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;
`
const LOAD = `
  SELECT ${OP_COLUMNS} FROM chain CROSS JOIN op ON op.chain = chain.id
  ORDER BY chain.key, op.seq, op.id`
const GET = `SELECT ${OP_COLUMNS} FROM op JOIN chain ON chain.id = op.chain WHERE op.digest = ?`

/** The daemon's `OpStore`. */
export class SqliteStore implements OpStore {
  /** The database file. */
  readonly path: string
  /** What the steward did. */
  readonly journal: Journal
  /** Documents as they were derived last. */
  readonly snapshots: Snapshots
  /** The replica as it was, without its operations. */
  readonly images: Images
  /** False where only tables were checked yet: the file is large, and an image of it is kept. */
  readonly isChecked: boolean
  /**
   * True when the log ended in a transaction that SQLite left out: a write that a crash cut off
   * before it was acknowledged or, if the disk is bad, the last one that was.
   */
  readonly hadUnfinishedWrite: boolean
  private readonly db: DatabaseSync
  private readonly lock: StoreLock
  private readonly writer: OpWriter
  private readonly getOp: StatementSync
  /** Why writing stopped, while it is stopped. */
  private writeFault: unknown

  private constructor(path: string, { lock, db, isChecked, hadUnfinishedWrite }: Opened) {
    this.path = path
    this.lock = lock
    this.db = db
    this.isChecked = isChecked
    this.hadUnfinishedWrite = hadUnfinishedWrite
    const transact = (change: () => void): void => this.transact(change)
    this.images = new Images({ db, path, transact, damaged: (what) => corrupt(path, what) })
    this.writer = new OpWriter(db, this.images)
    this.getOp = db.prepare(GET)
    this.journal = new Journal(db, path, transact)
    this.snapshots = new Snapshots(db, transact)
  }

  /**
   * Opens the store at `path` and creates it when there is none. Throws `StoreError`:
   * `store-locked`, `store-corrupt`, `store-too-new`, `store-foreign`, `store-unavailable`. With an
   * image of `trustFrom` operations or more the file is not checked whole, which whoever asks for
   * that does later (`scrub.ts`); what is read is checked whenever it is read.
   */
  static open(path: string, { trustFrom = Number.POSITIVE_INFINITY } = {}): SqliteStore {
    const lock = StoreLock.acquire(path)
    try {
      reached('store.opening')
      const wal = inspectWal(path)
      if (wal.badHeader) throw corrupt(path, 'the header of its write-ahead log')
      if (wal.lostCommits > 1)
        throw corrupt(path, `${wal.lostCommits} transactions of its write-ahead log cannot be read`)
      // SQLite takes an empty file for a new database, and deletes the log beside it.
      if (wal.commits > 0 && isEmptyFile(path))
        throw corrupt(path, `it is empty, beside a log of ${wal.commits} transactions`)
      if (wal.commits + wal.lostCommits === 0 && isUnborn(path)) truncateSync(path)
      const hadUnfinishedWrite = wal.lostCommits === 1
      const store = new SqliteStore(path, {
        lock,
        hadUnfinishedWrite,
        ...openDatabase(path, trustFrom),
      })
      reached('store.opened')
      return store
    } catch (error) {
      lock.release()
      throw error
    }
  }

  get readOnly(): boolean {
    return this.writeFault !== undefined
  }

  /** All operations; throws `store-corrupt` at the first damaged one. Drain it before `commit`. */
  *load(): Iterable<StoredOp> {
    const keyOf = keyReader()
    try {
      for (const row of this.db.prepare(LOAD).iterate()) {
        const op = readOpRow(row, keyOf)
        if (typeof op === 'string') throw corrupt(this.path, op)
        yield op
      }
    } catch (error) {
      throw this.readFault(error)
    }
  }

  *notes(): Iterable<readonly [string, string]> {
    try {
      for (const row of this.db.prepare('SELECT name, value, crc FROM note').iterate()) {
        const name = asText(row.name)
        const value = asText(row.value)
        if (name === undefined || value === undefined || textCrc(name, value) !== row.crc)
          throw corrupt(this.path, `note "${name}"`)
        if (name !== PROBE_NOTE) yield [name, value]
      }
    } catch (error) {
      throw this.readFault(error)
    }
  }

  get(cid: OpCid): StoredOp | undefined {
    try {
      const row = this.getOp.get(digestOf(cid))
      const op = row && readOpRow(row, keyReader())
      if (typeof op === 'string') throw corrupt(this.path, op)
      return op
    } catch (error) {
      throw this.readFault(error)
    }
  }

  /** Checks the file whole; throws `store-corrupt`. */
  checkWhole(): void {
    try {
      checkStructure(this.db, this.path)
    } catch (error) {
      throw this.readFault(error)
    }
  }

  /** Applies a batch; throws `store-read-only` while the disk refuses, and then nothing changed. */
  commit(batch: StoreBatch): void {
    if (this.readOnly) throw writeRefused(this.path, this.writeFault)
    if (isEmptyBatch(batch)) return
    this.transact(() => this.writer.write(batch, (cid) => this.get(cid)))
  }

  /** Probes a read-only store with a real write of a full-sized operation; true when it works. */
  tryRecover(): boolean {
    if (!this.readOnly) return true
    this.writeFault = undefined
    const filler = '0'.repeat(MAX_OP_BYTES)
    const notes = (value: string | null) =>
      ({ puts: [], drops: [], signatures: [], notes: [[PROBE_NOTE, value]] }) as const
    try {
      this.commit(notes(filler))
      this.commit(notes(null))
      // A fresh log: what the failed writes left behind in it cannot be taken for damage.
      this.db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch (error) {
      this.writeFault ??= error
    }
    return !this.readOnly
  }

  /** Bounds the size of the database file, in bytes; beyond it the store turns read-only. */
  limitSize(bytes: number): void {
    this.db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(bytes / PAGE_BYTES))}`)
  }

  /** Writes a consistent, compact copy to `target`, which must not exist. */
  backup(target: string): void {
    try {
      this.db.prepare('VACUUM INTO ?').run(target)
    } catch (error) {
      const message = `no backup to ${target}: ${error instanceof Error ? error.message : error}`
      const hint = 'name a new file in a folder with space left'
      throw new StoreError('backup-failed', message, hint, error)
    }
  }

  close(): void {
    if (!this.db.isOpen) return
    this.db.close()
    this.lock.release()
  }

  private transact(change: () => void): void {
    if (this.readOnly) throw writeRefused(this.path, this.writeFault)
    try {
      this.db.exec('BEGIN IMMEDIATE')
      reached('store.begun')
      change()
      reached('store.written')
      this.db.exec('COMMIT')
      reached('store.committed')
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK')
      this.writer.forget()
      this.images.reread()
      throw this.commitFault(error)
    }
  }

  private commitFault(error: unknown): unknown {
    if (error instanceof StoreError) return error
    const fault = sqliteFault(error)
    if (fault === 'busy') return busy(this.path, error)
    if (fault === 'damage') return corrupt(this.path, 'a write failed', error)
    if (fault === 'other') return error
    this.writeFault = error
    return writeRefused(this.path, error)
  }

  private readFault(error: unknown): unknown {
    if (error instanceof StoreError) return error
    return corrupt(this.path, error instanceof Error ? error.message : 'a read failed', error)
  }
}

const isEmptyFile = (path: string): boolean => !existsSync(path) || statSync(path).size === 0

interface Opened {
  readonly lock: StoreLock
  readonly db: DatabaseSync
  readonly isChecked: boolean
  readonly hadUnfinishedWrite: boolean
}

function openDatabase(path: string, trustFrom: number): Pick<Opened, 'db' | 'isChecked'> {
  let db: DatabaseSync | undefined
  try {
    closeSync(openSync(path, 'a', 0o600))
    db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
    db.exec(PRAGMAS)
    migrate(db, path)
    checkTables(db, path)
    const isChecked = imagedOperations(db) < trustFrom
    if (isChecked) checkStructure(db, path)
    return { db, isChecked }
  } catch (error) {
    db?.close()
    throw openFault(path, db === undefined, error)
  }
}

function openFault(path: string, isUnopened: boolean, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const fault = isUnopened ? 'disk' : sqliteFault(error)
  const message = error instanceof Error ? error.message : String(error)
  if (fault === 'busy') return busy(path, error)
  if (fault === 'damage' || fault === 'other') return corrupt(path, message, error)
  return new StoreError(
    'store-unavailable',
    `${path} cannot be opened: ${message}`,
    'check that its folder exists, belongs to you and has space left',
    error,
  )
}

const busy = (path: string, cause: unknown): StoreError =>
  new StoreError(
    'store-locked',
    `${path} is held by another program`,
    'end the program that has this file open (a backup or database browser)',
    cause,
  )
