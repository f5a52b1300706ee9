/** Where the passphrase of the root key comes from: a file, the environment, or a person. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HomeError, messageOf } from './errors.ts'
import { FILE_MODE, isExposed } from './files.ts'

/** Shortest passphrase for a new root key, in characters. */
export const MIN_PASSPHRASE_LENGTH = 8

/** Asks a person for a secret; given only when there is a terminal. */
export type AskSecret = (question: string) => Promise<string>

/**
 * Where to look, in this order: `FOLKMOOT_NODE_PASSPHRASE_FILE` (of the node key, which may have a
 * passphrase of its own), `FOLKMOOT_PASSPHRASE_FILE`, `FOLKMOOT_PASSPHRASE`, the credential
 * `folkmoot-passphrase` that a service manager mounted (`$CREDENTIALS_DIRECTORY`), `ask`.
 */
export interface PassphraseSource {
  readonly env: { readonly [name: string]: string | undefined }
  readonly ask?: AskSecret
}

/** What a passphrase seals, in the words that people are asked with. */
export type SealedThing = 'root key' | 'node key' | 'backup'

/** What a service manager calls the passphrase that it brings. */
const CREDENTIAL = 'folkmoot-passphrase'

/** The passphrase of what was sealed; throws `passphrase-missing` when there is no way to get it. */
export async function readPassphrase(
  source: PassphraseSource,
  of: SealedThing = 'root key',
): Promise<string> {
  return fromEnv(source, of) ?? (await ask(source, `Passphrase of the ${of}: `, of))
}

/** A passphrase to seal something with: asked twice, and refused when too short. */
export async function newPassphrase(
  source: PassphraseSource,
  of: SealedThing = 'root key',
): Promise<string> {
  const given = fromEnv(source, of)
  const chosen = given ?? (await ask(source, `New passphrase for the ${of}: `, of))
  assertStrong(chosen)
  if (given === undefined && (await ask(source, 'The same again: ', of)) !== chosen)
    throw new HomeError('passphrase-mismatch', 'the two passphrases differ', 'run it again')
  return chosen
}

/** Throws `passphrase-weak` for a passphrase that is too short to seal a key with. */
export function assertStrong(passphrase: string): void {
  if (passphrase.length >= MIN_PASSPHRASE_LENGTH) return
  throw new HomeError(
    'passphrase-weak',
    `the passphrase has ${passphrase.length} characters; at least ${MIN_PASSPHRASE_LENGTH}`,
    'choose four or five random words: whoever gets the file can guess for ever',
  )
}

function fromEnv({ env }: PassphraseSource, of: SealedThing): string | undefined {
  const own = of === 'node key' ? env.FOLKMOOT_NODE_PASSPHRASE_FILE : undefined
  if (own) return readPassphraseFile(own, 'FOLKMOOT_NODE_PASSPHRASE_FILE')
  const file = env.FOLKMOOT_PASSPHRASE_FILE
  if (file) return readPassphraseFile(file, 'FOLKMOOT_PASSPHRASE_FILE')
  if (env.FOLKMOOT_PASSPHRASE) return env.FOLKMOOT_PASSPHRASE
  const mounted = env.CREDENTIALS_DIRECTORY && join(env.CREDENTIALS_DIRECTORY, CREDENTIAL)
  return mounted && existsSync(mounted) ? readPassphraseFile(mounted, CREDENTIAL) : undefined
}

/** The first line: editors and `echo` end a file with a newline that nobody means. */
function readPassphraseFile(path: string, whence: string): string {
  try {
    if (isExposed(path)) throw exposed(path, whence)
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? ''
  } catch (error) {
    if (error instanceof HomeError) throw error
    throw new HomeError(
      'passphrase-missing',
      `${whence}: ${messageOf(error)}`,
      'point it at a readable file that holds the passphrase',
      error,
    )
  }
}

const exposed = (path: string, whence: string): HomeError =>
  new HomeError(
    'passphrase-exposed',
    `${whence}: others than you can read ${path}`,
    `run: chmod ${FILE_MODE.toString(8)} ${path}`,
  )

function ask(source: PassphraseSource, question: string, of: SealedThing): Promise<string> {
  if (source.ask !== undefined) return source.ask(question)
  throw new HomeError(
    'passphrase-missing',
    `the ${of} is sealed and there is no terminal to ask for the passphrase`,
    'set FOLKMOOT_PASSPHRASE_FILE (or FOLKMOOT_PASSPHRASE), or run it in a terminal',
  )
}
