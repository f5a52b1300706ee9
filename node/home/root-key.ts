/** The root key at rest: its seed in an age file sealed with a passphrase (design §2.3). */
import { HomeError, messageOf } from './errors.ts'
import { assertStrong, type SealedThing } from './passphrase.ts'

/**
 * log2 of scrypt's work for new files, age's own default: about a second. Lower it only for
 * tests and demos (`FOLKMOOT_SCRYPT_WORK_FACTOR`).
 */
export const DEFAULT_WORK_FACTOR = 18
/** What the sealed text starts with; the seed's 64 hex digits follow. */
const LABEL = 'folkmoot-root-key-1:'
const CONTENT = /^folkmoot-root-key-1:([0-9a-f]{64})\n$/

/** The work factor that the environment asks for, else the default; `config-invalid` if unusable. */
export function workFactorFrom(env: { readonly [name: string]: string | undefined }): number {
  const text = env.FOLKMOOT_SCRYPT_WORK_FACTOR
  if (!text) return DEFAULT_WORK_FACTOR
  const factor = Number(text)
  if (Number.isInteger(factor) && factor >= 1 && factor <= 20) return factor
  throw new HomeError(
    'config-invalid',
    `FOLKMOOT_SCRYPT_WORK_FACTOR is "${text}"`,
    `use a whole number from 1 to 20, or leave it out (${DEFAULT_WORK_FACTOR})`,
  )
}

/** Loaded when a root is sealed or opened: it takes longer than all else of a command's start. */
const age = () => import('age-encryption')

/** Seals a 32-byte seed; the result is armoured text that `age -d` opens too. */
export async function sealSeed(
  seed: Uint8Array,
  passphrase: string,
  workFactor = DEFAULT_WORK_FACTOR,
): Promise<string> {
  return sealText(`${LABEL}${Buffer.from(seed).toString('hex')}\n`, passphrase, workFactor)
}

/** Seals a text; the result is armoured text that `age -d` opens too. */
export async function sealText(
  text: string,
  passphrase: string,
  workFactor = DEFAULT_WORK_FACTOR,
): Promise<string> {
  assertStrong(passphrase)
  const { armor, Encrypter } = await age()
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  encrypter.setScryptWorkFactor(workFactor)
  return armor.encode(await encrypter.encrypt(text))
}

/** Opens the seed sealed in the file at `path`; throws `passphrase-wrong` or `key-damaged`. */
export async function openSeed(
  sealed: string,
  passphrase: string,
  path = 'root.age',
): Promise<Uint8Array> {
  const text = await openText(sealed, passphrase, { path, is: 'root key' })
  const seed = CONTENT.exec(text)?.[1]
  if (seed === undefined) throw damaged(path, 'it holds something else than a root key')
  return Uint8Array.from(Buffer.from(seed, 'hex'))
}

/** Opens what `sealText` sealed; throws `passphrase-wrong` or `key-damaged`. */
export const openText = async (sealed: string, passphrase: string, of: Sealed): Promise<string> =>
  decrypt(await dearmor(sealed, of.path), passphrase, of)

/** What is sealed where, in the words of errors. */
export interface Sealed {
  readonly path: string
  readonly is: SealedThing
}

async function dearmor(sealed: string, path: string): Promise<Uint8Array> {
  const { armor } = await age()
  try {
    return armor.decode(sealed)
  } catch (error) {
    throw damaged(path, messageOf(error), error)
  }
}

async function decrypt(
  file: Uint8Array,
  passphrase: string,
  { path, is }: Sealed,
): Promise<string> {
  const { Decrypter } = await age()
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase)
  try {
    return await decrypter.decrypt(file, 'text')
  } catch (error) {
    // The library has no error classes; this is its message for "no stanza could be opened".
    if (/no identity matched/.test(messageOf(error)))
      throw new HomeError(
        'passphrase-wrong',
        `the passphrase does not open the ${is} in ${path}`,
        'try again; nobody can recover it without the passphrase',
      )
    throw damaged(path, messageOf(error), error)
  }
}

const damaged = (path: string, what: string, cause?: unknown): HomeError =>
  new HomeError('key-damaged', `${path} is damaged: ${what}`, 'restore it from your backup', cause)
