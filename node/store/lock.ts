/**
 * One process per store. The lock is an exclusive SQLite transaction on an empty file beside the
 * store: the kernel releases it when its holder dies, so a crash never leaves it behind.
 */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreError, sqliteFault } from './errors.ts'

/** The file whose lock is held, and the one that says by whom. */
const lockFile = (path: string): string => `${path}.lock`
const pidFile = (path: string): string => `${path}.pid`

/** The lock of one store. Never open its file by other means: closing that would release it. */
export class StoreLock {
  private readonly db: DatabaseSync
  private readonly path: string

  private constructor(db: DatabaseSync, path: string) {
    this.db = db
    this.path = path
  }

  /** Takes the lock of the store at `path`; throws `store-locked`, naming the holder's pid. */
  static acquire(path: string): StoreLock {
    const db = openLockFile(path)
    try {
      db.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    } catch (error) {
      db.close()
      throw sqliteFault(error) === 'busy' ? locked(path) : unavailable(path, error)
    }
    announce(path)
    return new StoreLock(db, path)
  }

  /** Gives the lock back. */
  release(): void {
    rmSync(pidFile(this.path), { force: true })
    this.db.close()
  }
}

function openLockFile(path: string): DatabaseSync {
  try {
    const db = new DatabaseSync(lockFile(path))
    // By name: a descriptor of our own would release the lock when it is closed.
    chmodSync(lockFile(path), FILE_MODE)
    return db
  } catch (error) {
    throw unavailable(path, error)
  }
}

/** Mode of the files beside the store, as of the store itself. */
const FILE_MODE = 0o600

/** The pid is a courtesy to whoever comes second: a full disk must not keep the node from starting. */
function announce(path: string): void {
  try {
    writeFileSync(pidFile(path), `${process.pid}\n`, { mode: FILE_MODE })
  } catch {
    rmSync(pidFile(path), { force: true })
  }
}

function locked(path: string): StoreError {
  const pid = holder(path)
  return new StoreError(
    'store-locked',
    `${path} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}`,
    `talk to that daemon (\`folkmoot status\`), or stop it first: \`folkmoot stop\`${pid ? `, or kill ${pid}` : ''}`,
  )
}

/** The living process that says it holds the store at `path`; undefined when none does. */
export function holder(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile(path), 'utf8'), 10)
    return pid > 0 && process.kill(pid, 0) ? pid : undefined
  } catch {
    return undefined
  }
}

const unavailable = (path: string, cause: unknown): StoreError =>
  new StoreError(
    'store-unavailable',
    `${path} cannot be locked: ${cause instanceof Error ? cause.message : String(cause)}`,
    'check that its folder exists, belongs to you and has space left',
    cause,
  )
