/**
 * Puts a backup back as a home (design §2.3, §6.2): all or nothing, never over a home that is there.
 * What comes out of it does not sign until the root has delegated a new key.
 */
import { copyFileSync, existsSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { STALE_NOTE } from '../../src/replica/local.ts'
import { staleNotes } from '../api/stale-notes.ts'
import { messageOf } from '../home/errors.ts'
import { ensurePrivateDir, syncDir } from '../home/files.ts'
import { assertVacant, findRoot } from '../home/home.ts'
import { layoutOf } from '../home/layout.ts'
import { StoreError } from '../store/errors.ts'
import { SqliteStore } from '../store/sqlite-store.ts'
import { MADE_NOTE } from './backup.ts'
import { BackupError } from './errors.ts'
import { FILE_NOTE, writeFiles } from './home-files.ts'
import { isSealed, type Opening, openFile } from './seal.ts'

/** What was put back. */
export interface RestoreReport {
  readonly home: string
  readonly operations: number
  readonly files: number
  /** When the backup was made, in ms; 0 where it does not say. */
  readonly madeAt: number
  /** Why its key does not sign. */
  readonly stale: string
}

/**
 * Makes the home at `dir` from the backup `file`. `opening` is asked for only when the file is
 * sealed. Throws `home-exists`, `backup-unavailable`, `backup-damaged`, `backup-sealed`; then nothing was changed.
 */
export async function restoreBackup(
  file: string,
  dir: string,
  opening: () => Promise<Opening>,
): Promise<RestoreReport> {
  if (!existsSync(file))
    throw new BackupError('backup-unavailable', `${file} does not exist`, 'check the path')
  assertVacant(layoutOf(dir))
  assertEmpty(dir)
  const work = `${dir}.restoring-${process.pid}`
  const layout = layoutOf(work)
  rmSync(work, { recursive: true, force: true })
  try {
    ensurePrivateDir(work)
    if (isSealed(file)) await openFile(file, layout.store, await opening())
    else copyFileSync(file, layout.store)
    const unpacked = unpack(layout.store)
    writeFiles(work, unpacked.files)
    findRoot(work)
    for (const end of ['.lock', '.pid']) rmSync(layout.store + end, { force: true })
    if (existsSync(dir)) rmdirSync(dir)
    renameSync(work, dir)
    syncDir(dirname(dir))
    const { operations, madeAt, stale, files } = unpacked
    return { home: dir, operations, files: files.size, madeAt, stale }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

interface Unpacked {
  readonly operations: number
  readonly files: ReadonlyMap<string, string>
  readonly madeAt: number
  readonly stale: string
}

/** Checks every operation of the copy, takes the files out of it, and marks it anew. */
function unpack(path: string): Unpacked {
  const store = openBackup(path)
  try {
    let operations = 0
    for (const _ of store.load()) operations++
    const notes = new Map(store.notes())
    const names = [...notes.keys()].filter((name) => name.startsWith(FILE_NOTE))
    const files = new Map(
      names.map((name) => [name.slice(FILE_NOTE.length), notes.get(name) ?? ''] as const),
    )
    if (files.size === 0) throw noBackup(path, 'it holds no files of a home')
    const stale = notes.get(STALE_NOTE) ?? 'restored from a backup'
    store.commit({
      puts: [],
      drops: [],
      signatures: [],
      notes: [
        ...names.map((name) => [name, null] as const),
        [MADE_NOTE, null] as const,
        ...staleNotes(stale),
      ],
    })
    return { operations, files, madeAt: Number(notes.get(MADE_NOTE) ?? 0), stale }
  } finally {
    store.close()
  }
}

function openBackup(path: string): SqliteStore {
  try {
    return SqliteStore.open(path)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    throw noBackup(path, messageOf(error), error)
  }
}

const noBackup = (path: string, why: string, cause?: unknown): BackupError =>
  new BackupError(
    'backup-damaged',
    `the backup cannot be used: ${why.replaceAll(path, 'its store')}`,
    'use another backup; without one, the root key and a fresh invite are enough: folkmoot init --root',
    cause,
  )

function assertEmpty(dir: string): void {
  if (!existsSync(dir)) return
  const [found] = readdirSync(dir)
  if (found === undefined) return
  throw new BackupError(
    'backup-exists',
    `${join(dir, found)} exists already`,
    'nothing was changed; choose another --home, or move that folder away yourself',
  )
}
