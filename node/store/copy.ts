/**
 * A consistent copy of a store, also while a daemon writes to it (design §6.2): SQLite reads one
 * state of it, whatever is committed meanwhile, and every operation of the copy is checked.
 */
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from './errors.ts'
import { SqliteStore } from './sqlite-store.ts'

/** How long a copy waits for a moment in which it may begin, in ms. */
const BUSY_TIMEOUT_MS = 5_000
/** What SQLite and the lock leave beside a store that was closed. */
const SIDE_FILES = ['-wal', '-shm', '-journal', '.lock', '.pid']

/** Local facts that the copy holds besides; `null` leaves one out. */
export type CopyNotes = readonly (readonly [string, string | null])[]

/**
 * Copies the store at `path` to a new file at `target`, with `notes` added in the same breath, and
 * returns how many operations it holds. Throws `backup-failed`, `store-corrupt`; then there is no
 * file. The file is its owner's alone, and on disk when this returns.
 */
export function copyStore(path: string, target: string, notes: CopyNotes): number {
  let isOurs = false
  try {
    closeSync(openSync(target, 'wx', 0o600))
    isOurs = true
    copyPages(path, target)
    const operations = finishCopy(target, notes)
    sync(target)
    return operations
  } catch (error) {
    if (isOurs) rmSync(target, { force: true })
    throw error instanceof StoreError ? error : failed(target, error)
  } finally {
    if (isOurs) for (const end of SIDE_FILES) rmSync(target + end, { force: true })
  }
}

function copyPages(path: string, target: string): void {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  try {
    db.prepare('VACUUM INTO ?').run(target)
  } finally {
    db.close()
  }
}

/** Opens the copy as a store, so that its structure is checked, and reads every operation of it. */
function finishCopy(target: string, notes: CopyNotes): number {
  const store = SqliteStore.open(target)
  try {
    store.commit({ puts: [], drops: [], signatures: [], notes })
    let operations = 0
    for (const _ of store.load()) operations++
    return operations
  } finally {
    store.close()
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const failed = (target: string, error: unknown): StoreError =>
  new StoreError(
    'backup-failed',
    `no copy at ${target}: ${error instanceof Error ? error.message : error}`,
    'name a new file in a folder with space left',
    error,
  )
