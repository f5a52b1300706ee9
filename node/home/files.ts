/** Files of the home: written whole or not at all, and private to their owner. */
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf, HomeError, messageOf } from './errors.ts'

/** Mode of the home's folders. */
export const DIR_MODE = 0o700
/** Mode of the home's files. */
export const FILE_MODE = 0o600
/** Permission bits of everyone but the owner. */
const OTHERS = 0o077

/** Writes a file so that after a crash there is the old content or the new, never a part. */
export function writeFileAtomic(path: string, data: string | Uint8Array, mode = FILE_MODE): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = openSync(temporary, 'w', mode)
    try {
      writeFileSync(file, data)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
    syncDir(dirname(path))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw new HomeError(
      'home-unavailable',
      `${path} cannot be written: ${messageOf(error)}`,
      'check that the folder exists, belongs to you and has space left',
      error,
    )
  }
}

/** Makes a rename durable; Windows has no such call on folders and needs none. */
export function syncDir(path: string): void {
  if (process.platform === 'win32') return
  const dir = openSync(path, 'r')
  try {
    fsyncSync(dir)
  } finally {
    closeSync(dir)
  }
}

/** Makes a private folder where there is none, and insists that an existing one is private. */
export function ensurePrivateDir(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: DIR_MODE })
  } catch (error) {
    throw new HomeError(
      'home-unavailable',
      `${path} cannot be created: ${messageOf(error)}`,
      'choose another place with --home, or make its parent folder writable',
      error,
    )
  }
  assertPrivate(path)
}

/**
 * Throws `home-too-open` when others than the owner may use a file or folder. Windows keeps access
 * lists instead of modes and is not checked.
 */
export function assertPrivate(path: string): void {
  if (process.platform === 'win32') return
  const stat = statSync(path)
  if ((stat.mode & OTHERS) === 0) return
  throw new HomeError(
    'home-too-open',
    `${path} has mode ${(stat.mode & 0o777).toString(8)}: others can get at it`,
    `run: chmod ${(stat.isDirectory() ? DIR_MODE : FILE_MODE).toString(8)} ${path}`,
  )
}

/**
 * True for a file of ours that others may use. A file of somebody else is his to guard (a secret
 * that a service manager mounted), and a pipe is gone when it is read: OpenSSH judges alike.
 */
export function isExposed(path: string): boolean {
  if (process.platform === 'win32') return false
  const stat = statSync(path)
  return stat.isFile() && stat.uid === process.getuid?.() && (stat.mode & OTHERS) !== 0
}

/** Throws `home-too-open` unless `path` is a folder of ours; a link to one is not. */
export function assertOwnDir(path: string): void {
  if (process.platform === 'win32') return
  const stat = lstatSync(path)
  if (stat.isDirectory() && stat.uid === process.getuid?.()) return
  throw new HomeError(
    'home-too-open',
    `${path} is not a folder of yours`,
    'somebody may have put it there: remove it, or use a home with a shorter path',
  )
}

/** The bytes of a private file; `undefined` when there is none. */
export function readPrivateFile(path: string): Buffer | undefined {
  try {
    assertPrivate(path)
    return readFileSync(path)
  } catch (error) {
    if (error instanceof HomeError) throw error
    if (errnoOf(error) === 'ENOENT') return undefined
    throw new HomeError(
      'home-unavailable',
      `${path} cannot be read: ${messageOf(error)}`,
      'check the file and the disk',
      error,
    )
  }
}
