/**
 * A backup of a home (design §6.2): one file, a store that holds all operations, local facts and the
 * journal, and the home's small files. It carries the mark that its key must not sign again (§2.3),
 * so whoever puts it back, in whatever way, cannot say twice what was said since.
 */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { staleNotes } from '../api/stale-notes.ts'
import { syncDir } from '../home/files.ts'
import type { HomeLayout } from '../home/layout.ts'
import { copyStore } from '../store/copy.ts'
import { BackupError } from './errors.ts'
import { FILE_NOTE, gatherFiles } from './home-files.ts'
import { type Sealing, sealFile } from './seal.ts'

/** Name of the note that says when a backup was made, in ms. */
export const MADE_NOTE = 'backup-made-at'

/** What was backed up. */
export interface BackupReport {
  readonly file: string
  readonly sizeBytes: number
  readonly operations: number
  /** Files of the home besides the store. */
  readonly files: number
  readonly encrypted: boolean
  readonly madeAt: number
}

/**
 * Writes a backup of a home to `target`, a new file; the daemon may run. Throws `backup-exists`, what
 * the copy and age throw; then there is no file of that name.
 */
export async function makeBackup(
  layout: HomeLayout,
  target: string,
  { sealing, now }: { readonly sealing: Sealing | undefined; readonly now: number },
): Promise<BackupReport> {
  if (existsSync(target)) throw taken(target)
  const files = gatherFiles(layout)
  const plain = `${target}.${process.pid}.part`
  const sealed = `${plain}.age`
  try {
    const notes = [
      ...staleNotes(`restored from a backup of ${new Date(now).toISOString()}`),
      [MADE_NOTE, String(now)] as const,
      ...[...files].map(([name, content]) => [FILE_NOTE + name, content] as const),
    ]
    const operations = copyStore(layout.store, plain, notes)
    if (sealing) await sealFile(plain, sealed, sealing)
    renameSync(sealing ? sealed : plain, target)
    syncDir(dirname(target))
    const sizeBytes = statSync(target).size
    const encrypted = sealing !== undefined
    return { file: target, sizeBytes, operations, files: files.size, encrypted, madeAt: now }
  } finally {
    for (const part of [plain, sealed]) rmSync(part, { force: true })
  }
}

const taken = (target: string): BackupError =>
  new BackupError(
    'backup-exists',
    `${target} exists already`,
    'nothing was changed; name a new file: a backup never overwrites another',
  )
