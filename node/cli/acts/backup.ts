/** `backup` and `restore`: a home in one file, and back (design §2.3, §6.2). */
import { resolve } from 'node:path'
import { makeBackup } from '../../backup/backup.ts'
import { restoreBackup } from '../../backup/restore.ts'
import type { Opening, Sealing } from '../../backup/seal.ts'
import { newPassphrase, readPassphrase } from '../../home/passphrase.ts'
import { workFactorFrom } from '../../home/root-key.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { readGivenText } from '../files.ts'
import { homeOf } from '../node-access.ts'
import { count } from '../view/text.ts'
import { moment } from '../view/time.ts'

interface BackupInput {
  readonly file: string
  readonly encrypt: boolean
  readonly recipient: readonly string[]
}

/** Writes the backup; the daemon goes on meanwhile. */
export async function backup(input: BackupInput, context: Context): Promise<Report> {
  const { io, print } = context
  const { layout } = homeOf(context)
  const sealing = await sealingOf(input, context)
  print.progress('copying and checking the store …')
  const target = resolve(io.cwd, input.file)
  const data = await makeBackup(layout, target, { sealing, now: io.now() })
  const how = data.encrypted ? 'sealed with age' : 'not encrypted: it holds the node key'
  return {
    data,
    text: [
      `✓ ${input.file}: ${count(data.operations, 'operation')}, every one hashes to its CID; ${data.sizeBytes} bytes, ${how}`,
      '  contents of artefacts are not in it; they come back from the others',
    ].join('\n'),
    next: ['', `Put back with:  folkmoot --home <empty folder> restore ${input.file}`],
  }
}

async function sealingOf(
  { encrypt, recipient }: BackupInput,
  { io }: Context,
): Promise<Sealing | undefined> {
  if (encrypt && recipient.length > 0)
    throw usageError('a passphrase and recipients exclude each other', 'use one of the two')
  if (recipient.length > 0) return { recipients: recipient }
  if (!encrypt) return undefined
  const passphrase = await newPassphrase(io, 'backup')
  return { recipients: [], passphrase, workFactor: workFactorFrom(io.env) }
}

interface RestoreInput {
  readonly file: string
  readonly identity: string | undefined
}

/** Makes a home of a backup. */
export async function restore(input: RestoreInput, context: Context): Promise<Report> {
  const { io, print, homeDir } = context
  print.progress('reading and checking the backup …')
  const data = await restoreBackup(resolve(io.cwd, input.file), homeDir, () =>
    openingOf(input, context),
  )
  return {
    data,
    text: [
      `✓ ${homeDir}: ${count(data.operations, 'operation')} and ${count(data.files, 'file')}, as of ${moment(data.madeAt)}`,
      '  its node key may have said more since then: it signs nothing any more',
    ].join('\n'),
    next: [
      '',
      'Next:',
      '  1. folkmoot up             hears from the others what was said since; shows what it waits for',
      '  2. folkmoot stop',
      '  3. folkmoot keys rotate    the root delegates a new key',
      '  4. folkmoot up',
    ],
  }
}

async function openingOf({ identity }: RestoreInput, context: Context): Promise<Opening> {
  if (identity === undefined)
    return { identities: [], passphrase: await readPassphrase(context.io, 'backup') }
  const lines = readGivenText(context, identity).split(/\r?\n/)
  const identities = lines
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'))
  return { identities }
}
