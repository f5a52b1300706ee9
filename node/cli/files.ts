/** Files that commands are given and write; not those of the home. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { blobFault } from '../blob/errors.ts'
import { errnoOf, messageOf } from '../home/errors.ts'
import type { Context } from './context.ts'
import { CliError } from './errors.ts'

/** Reads a file that the user named, relative to where the command was started. */
export function readGiven({ io }: Pick<Context, 'io'>, path: string): Uint8Array {
  try {
    return readFileSync(resolve(io.cwd, path))
  } catch (error) {
    throw new CliError('file-unreadable', `${path}: ${whyNot(error)}`, 'check the path')
  }
}

/** True where there is a file of a name that may mean something else. */
export const isGiven = ({ io }: Pick<Context, 'io'>, path: string): boolean =>
  existsSync(resolve(io.cwd, path))

/** Reads a text file that the user named. */
export const readGivenText = (context: Pick<Context, 'io'>, path: string): string =>
  new TextDecoder().decode(readGiven(context, path))

/** Reads standard input as text, for a file that is called `-`. */
export const readInput = ({ io }: Pick<Context, 'io'>): Promise<string> => io.readInput()

/** Writes a result to a file, or to standard output for `-`. True when it went to a file. */
export function writeResult(context: Context, path: string, content: string | Uint8Array): boolean {
  if (path === '-') {
    if (typeof content === 'string') context.print.line(content.trimEnd())
    else context.print.bytes(content)
    return false
  }
  try {
    writeFileSync(resolve(context.io.cwd, path), content)
    return true
  } catch (error) {
    const message = `${path} cannot be written: ${whyNot(error)}`
    throw new CliError('file-unwritable', message, 'choose another place with -o')
  }
}

/**
 * Writes a content to a file as it comes: under its name only when its sha256 is the one wanted, and
 * on disk. Throws `disk-full`, `artefact-damaged`; then there is no file.
 */
export async function writeVerified(
  { io }: Pick<Context, 'io'>,
  path: string,
  content: AsyncIterable<Uint8Array>,
  digest: string,
): Promise<void> {
  const target = resolve(io.cwd, path)
  const temporary = `${target}.${process.pid}.part`
  try {
    const actual = await writeHashed(temporary, content)
    if (actual !== digest) throw damaged(path, actual, digest)
    renameSync(temporary, target)
  } catch (error) {
    if (error instanceof Error && 'hint' in error) throw error
    throw blobFault(target, error)
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** The digest of what was written, `sha256:…`. */
async function writeHashed(path: string, content: AsyncIterable<Uint8Array>): Promise<string> {
  const file = await open(path, 'w')
  const hash = createHash('sha256')
  try {
    for await (const part of content) {
      hash.update(part)
      await file.writeFile(part)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return `sha256:${hash.digest('hex')}`
}

const damaged = (path: string, actual: string, wanted: string): CliError =>
  new CliError(
    'artefact-damaged',
    `${path} was not written: what came is ${actual}, not ${wanted}`,
    'folkmoot artefact verify <id>',
  )

/** Throws when a file that nobody named would be replaced. */
export function assertFree({ io }: Pick<Context, 'io'>, path: string): void {
  if (!existsSync(resolve(io.cwd, path))) return
  throw new CliError('file-exists', `${path} exists already`, 'choose another name with -o')
}

/** What the codes of the file system mean to people. */
const REASONS: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'no such file or folder'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'its permissions forbid it'],
  ['ENOSPC', 'the disk is full'],
])

const whyNot = (error: unknown): string => REASONS.get(errnoOf(error)) ?? messageOf(error)
