/** The small files of a home in its backup: keys, settings, membership, texts of our notes. */
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ensurePrivateDir, writeFileAtomic } from '../home/files.ts'
import type { HomeLayout } from '../home/layout.ts'
import { BackupError } from './errors.ts'

/** Prefix of the notes that hold files in a backup. */
export const FILE_NOTE = 'backup:'
/** Largest file that a home's backup takes, in bytes; all of ours are far smaller. */
export const MAX_HOME_FILE_BYTES = 4 * 1024 * 1024
/** Names of files: no way out of the home, one folder deep. */
const SAFE = /^(?:[\w@.-]+\/)?[\w@.-]+$/

/** Files by their path in the home, as base64. */
export type HomeFiles = ReadonlyMap<string, string>

/** All files of a home but its store, its contents and its socket. */
export function gatherFiles(layout: HomeLayout): HomeFiles {
  const files = new Map<string, string>()
  for (const entry of entriesOf(layout.dir)) {
    if (isLeftOut(entry, layout)) continue
    if (entry.isFile()) files.set(entry.name, read(join(layout.dir, entry.name)))
    else if (entry.isDirectory())
      for (const inner of entriesOf(join(layout.dir, entry.name)))
        if (inner.isFile() && !isTemporary(inner.name))
          files.set(`${entry.name}/${inner.name}`, read(join(layout.dir, entry.name, inner.name)))
  }
  return files
}

/** Writes files into a folder; throws `backup-damaged` for one that would leave it. */
export function writeFiles(dir: string, files: HomeFiles): void {
  ensurePrivateDir(dir)
  for (const [name, content] of files) {
    if (!SAFE.test(name) || name.split('/').some((part) => /^\.+$/.test(part)))
      throw new BackupError(
        'backup-damaged',
        `it names a file "${name}", which no home has`,
        'use another backup',
      )
    const path = join(dir, name)
    ensurePrivateDir(dirname(path))
    writeFileAtomic(path, Buffer.from(content, 'base64'))
  }
}

const entriesOf = (dir: string): Dirent[] => readdirSync(dir, { withFileTypes: true })

/** The store goes its own way; contents come back from the others; the rest is of this run. */
function isLeftOut({ name }: Dirent, { store, blobs }: HomeLayout): boolean {
  return name.startsWith(basename(store)) || name === basename(blobs) || isTemporary(name)
}

const isTemporary = (name: string): boolean => name.endsWith('.tmp') || name.endsWith('.part')

function read(path: string): string {
  const { size } = statSync(path)
  if (size > MAX_HOME_FILE_BYTES)
    throw new BackupError(
      'backup-unavailable',
      `${path} has ${size} bytes; files of a home have at most ${MAX_HOME_FILE_BYTES}`,
      'move away what does not belong into the home',
    )
  return readFileSync(path).toString('base64')
}
