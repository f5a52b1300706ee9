/** Sealing a backup with age, as it is read: to recipients, or with a passphrase. */
import { closeSync, createReadStream, createWriteStream, openSync, readSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { messageOf } from '../home/errors.ts'
import { FILE_MODE } from '../home/files.ts'
import { BackupError } from './errors.ts'

/** What a sealed file starts with (age-encryption.org/v1). */
const MAGIC = 'age-encryption.org/'

/** To whom a backup is sealed. */
export interface Sealing {
  readonly recipients: readonly string[]
  readonly passphrase?: string
  /** log2 of scrypt's work; age's own default if absent. */
  readonly workFactor?: number
}

/** What opens a sealed backup. */
export interface Opening {
  /** Lines `AGE-SECRET-KEY-1…` of an identity file. */
  readonly identities: readonly string[]
  readonly passphrase?: string
}

/** Loaded when needed: it takes longer than all else of a command's start. */
const age = () => import('age-encryption')

/** Seals the file `from` into a new file `to`. Throws `backup-key`, `backup-unavailable`. */
export async function sealFile(from: string, to: string, sealing: Sealing): Promise<void> {
  const { Encrypter } = await age()
  const encrypter = new Encrypter()
  try {
    for (const recipient of sealing.recipients) encrypter.addRecipient(recipient)
  } catch (error) {
    throw new BackupError(
      'backup-key',
      `age does not take a recipient: ${messageOf(error)}`,
      'a recipient looks like age1…; `age-keygen` makes one with its identity',
      error,
    )
  }
  if (sealing.passphrase !== undefined) encrypter.setPassphrase(sealing.passphrase)
  if (sealing.workFactor !== undefined) encrypter.setScryptWorkFactor(sealing.workFactor)
  await through(from, to, (source) => encrypter.encrypt(source))
}

/** Opens the sealed file `from` into a new file `to`. Throws `backup-sealed`, `backup-damaged`. */
export async function openFile(from: string, to: string, opening: Opening): Promise<void> {
  const { Decrypter } = await age()
  const decrypter = new Decrypter()
  try {
    for (const identity of opening.identities) decrypter.addIdentity(identity)
  } catch (error) {
    throw new BackupError(
      'backup-key',
      `age does not take an identity: ${messageOf(error)}`,
      IDENTITY,
    )
  }
  if (opening.passphrase !== undefined) decrypter.addPassphrase(opening.passphrase)
  try {
    await through(from, to, (source) => decrypter.decrypt(source))
  } catch (error) {
    if (error instanceof BackupError && /no identity matched/.test(messageOf(error.cause)))
      throw new BackupError(
        'backup-sealed',
        `nothing that was given opens ${from}`,
        IDENTITY,
        error,
      )
    throw error
  }
}

const IDENTITY = 'give the identity that it was sealed to (--identity key.txt), or its passphrase'

/** True for a file that age sealed. */
export function isSealed(path: string): boolean {
  const start = Buffer.alloc(MAGIC.length)
  const file = openSync(path, 'r')
  try {
    readSync(file, start, 0, MAGIC.length, 0)
  } finally {
    closeSync(file)
  }
  return start.toString('latin1') === MAGIC
}

type Change = (source: ReadableStream<Uint8Array>) => Promise<ReadableStream<Uint8Array>>

/** Sends a file through a change as it is read: its size never matters to memory. */
async function through(from: string, to: string, change: Change): Promise<void> {
  try {
    const source = Readable.toWeb(createReadStream(from)) as ReadableStream<Uint8Array>
    const changed = (await change(source)) as WebStream<Uint8Array>
    await pipeline(
      Readable.fromWeb(changed),
      createWriteStream(to, { flags: 'wx', mode: FILE_MODE, flush: true }),
    )
  } catch (error) {
    rmSync(to, { force: true })
    throw new BackupError(
      'backup-damaged',
      `${from} cannot be gone through: ${messageOf(error)}`,
      'use another backup, or check the disk',
      error,
    )
  }
}
