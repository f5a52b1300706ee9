/** What can go wrong with the durable store: stable codes, each with the way to mend it (design §6.2). */
import { OperatingError } from '../home/operating-error.ts'

/** Stable codes of `StoreError`. */
export type StoreErrorCode =
  /** Another process holds the store. */
  | 'store-locked'
  /** Bytes on disk are not what was written. */
  | 'store-corrupt'
  /** A newer Folkmoot wrote this store. */
  | 'store-too-new'
  /** The file belongs to some other program. */
  | 'store-foreign'
  /** Nothing can be written at the moment (disk full, I/O error). */
  | 'store-read-only'
  /** The file cannot be opened at all (missing folder, permissions). */
  | 'store-unavailable'
  /** A backup could not be written. */
  | 'backup-failed'

/** An operating failure of the store; `hint` is what the operator can do about it. */
export class StoreError extends OperatingError<StoreErrorCode> {
  override readonly name = 'StoreError'
}

const REBUILD =
  'stop the daemon and run `folkmoot doctor --rebuild`: it keeps every whole operation'

/** The error for damage found in `path`; `what` names the operation, table or page. */
export const corrupt = (path: string, what: string, cause?: unknown): StoreError =>
  new StoreError('store-corrupt', `${path} is damaged: ${what}`, REBUILD, cause)

/** The error for a write that the disk refused. */
export const writeRefused = (path: string, cause?: unknown): StoreError =>
  new StoreError(
    'store-read-only',
    `${path} cannot be written: ${cause instanceof Error ? cause.message : 'earlier write failed'}`,
    'free disk space (or check the disk); the node goes on by itself once a write succeeds',
    cause,
  )

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const SQLITE = {
  BUSY: 5,
  LOCKED: 6,
  READONLY: 8,
  IOERR: 10,
  FULL: 13,
  CANTOPEN: 14,
  CONSTRAINT: 19,
}
/** Bits of an extended result code that hold the primary one. */
const PRIMARY_MASK = 0xff

/** What an exception of `node:sqlite` means to us; `other` is a fault of the caller. */
export type SqliteFault = 'busy' | 'disk' | 'damage' | 'other'

/**
 * Sorts an exception of `node:sqlite`. Whatever SQLite reports that is neither contention nor the
 * disk is damage: the statements are fixed, so only altered bytes can make them fail.
 */
export function sqliteFault(error: unknown): SqliteFault {
  const code = sqliteCode(error)
  if (code === undefined || code === SQLITE.CONSTRAINT) return 'other'
  if (code === SQLITE.BUSY || code === SQLITE.LOCKED) return 'busy'
  if (code === SQLITE.IOERR || code === SQLITE.FULL) return 'disk'
  if (code === SQLITE.READONLY || code === SQLITE.CANTOPEN) return 'disk'
  return 'damage'
}

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode & PRIMARY_MASK : undefined
}
