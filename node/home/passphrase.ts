/** Where the passphrase of the root key comes from: a file, the environment, or a person. */
import { readFileSync } from 'node:fs'
import { HomeError, messageOf } from './errors.ts'
import { FILE_MODE, isExposed } from './files.ts'

/** Shortest passphrase for a new root key, in characters. */
export const MIN_PASSPHRASE_LENGTH = 8

/** Asks a person for a secret; given only when there is a terminal. */
export type AskSecret = (question: string) => Promise<string>

/** Where to look, in this order: `FOLKMOOT_PASSPHRASE_FILE`, `FOLKMOOT_PASSPHRASE`, `ask`. */
export interface PassphraseSource {
  readonly env: { readonly [name: string]: string | undefined }
  readonly ask?: AskSecret
}

/** What a passphrase seals, in the words that people are asked with. */
export type SealedThing = 'root key' | 'backup'

/** The passphrase of what was sealed; throws `passphrase-missing` when there is no way to get it. */
export async function readPassphrase(
  source: PassphraseSource,
  of: SealedThing = 'root key',
): Promise<string> {
  return fromEnv(source) ?? (await ask(source, `Passphrase of the ${of}: `))
}

/** A passphrase to seal something with: asked twice, and refused when too short. */
export async function newPassphrase(
  source: PassphraseSource,
  of: SealedThing = 'root key',
): Promise<string> {
  const given = fromEnv(source)
  const chosen = given ?? (await ask(source, `New passphrase for the ${of}: `))
  assertStrong(chosen)
  if (given === undefined && (await ask(source, 'The same again: ')) !== chosen)
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

function fromEnv({ env }: PassphraseSource): string | undefined {
  const file = env.FOLKMOOT_PASSPHRASE_FILE
  if (file) return readPassphraseFile(file)
  return env.FOLKMOOT_PASSPHRASE || undefined
}

/** The first line: editors and `echo` end a file with a newline that nobody means. */
function readPassphraseFile(path: string): string {
  try {
    if (isExposed(path)) throw exposed(path)
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? ''
  } catch (error) {
    if (error instanceof HomeError) throw error
    throw new HomeError(
      'passphrase-missing',
      `FOLKMOOT_PASSPHRASE_FILE: ${messageOf(error)}`,
      'point it at a readable file that holds the passphrase',
      error,
    )
  }
}

const exposed = (path: string): HomeError =>
  new HomeError(
    'passphrase-exposed',
    `FOLKMOOT_PASSPHRASE_FILE: others than you can read ${path}`,
    `run: chmod ${FILE_MODE.toString(8)} ${path}`,
  )

function ask(source: PassphraseSource, question: string): Promise<string> {
  if (source.ask !== undefined) return source.ask(question)
  throw new HomeError(
    'passphrase-missing',
    'the root key is sealed and there is no terminal to ask for the passphrase',
    'set FOLKMOOT_PASSPHRASE_FILE (or FOLKMOOT_PASSPHRASE), or run it in a terminal',
  )
}
