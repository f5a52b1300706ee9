/**
 * The node key at rest: `node.key` holds its seed and its public half, or, sealed with a passphrase,
 * its public half and an age file. A sealed one is opened once in a process, before it is used.
 */
import { randomBytes } from 'node:crypto'
import type { KeyId } from '../../src/op/ids.ts'
import { nodeSigner } from '../crypto/node-signer.ts'
import { HomeError } from './errors.ts'
import { readPrivateFile, writeFileAtomic } from './files.ts'
import type { HomeLayout } from './layout.ts'
import { newPassphrase, type PassphraseSource, readPassphrase } from './passphrase.ts'
import { openText, sealText, workFactorFrom } from './root-key.ts'

/** Bytes of an ed25519 seed. */
export const SEED_BYTES = 32

/** The public half beside the seed, so that a damaged seed cannot pass for another key. */
const PLAIN = /^folkmoot-node-key-1:([0-9a-f]{64}):([0-9a-f]{64})\n$/
/** The public half, without which no home opens, before what is sealed: the plain text above. */
const SEALED = /^folkmoot-node-key-sealed-1:([0-9a-f]{64})\n(-----BEGIN AGE[\s\S]+)$/

type KeyPlace = Pick<HomeLayout, 'nodeKey'>

/** Seeds that were opened in this process, by the file that they are sealed in. */
const opened = new Map<string, Uint8Array>()

/** The public half; throws `key-missing`, `key-damaged`, `home-too-open`. */
export function readNodeIdentity(layout: KeyPlace): KeyId {
  const text = readText(layout)
  const [, key] = SEALED.exec(text) ?? []
  // cast: the pattern lets through nothing but the hex digits of a key.
  return key === undefined ? nodeSigner(seedIn(text, layout.nodeKey)).key : (key as KeyId)
}

/** The seed; throws also `key-sealed` where nobody has opened it yet. */
export function readNodeKey({ layout }: { readonly layout: KeyPlace }): Uint8Array {
  const text = readText(layout)
  const [, key] = SEALED.exec(text) ?? []
  if (key === undefined) return seedIn(text, layout.nodeKey)
  const seed = opened.get(layout.nodeKey)
  if (seed !== undefined && nodeSigner(seed).key === key) return seed
  throw new HomeError(
    'key-sealed',
    `the node key in ${layout.nodeKey} is sealed with a passphrase`,
    'set FOLKMOOT_PASSPHRASE_FILE, or run it in a terminal; folkmoot keys unseal takes the seal off',
  )
}

/** True where it takes a passphrase to use the key. */
export const isNodeKeySealed = (layout: KeyPlace): boolean => SEALED.test(readText(layout))

/** Opens the key for this process if it is sealed, asking for the passphrase where need be. */
export async function openNodeKey(layout: KeyPlace, source: PassphraseSource): Promise<void> {
  const text = readText(layout)
  const [, key, sealed] = SEALED.exec(text) ?? []
  const before = opened.get(layout.nodeKey)
  if (sealed === undefined || (before && nodeSigner(before).key === key)) return
  const passphrase = await readPassphrase(source, 'node key')
  const plain = await openText(sealed, passphrase, { path: layout.nodeKey, is: 'node key' })
  const seed = seedIn(plain, layout.nodeKey)
  if (nodeSigner(seed).key !== key)
    throw keyDamaged(layout.nodeKey, 'another key is sealed in it than it says', ANOTHER)
  opened.set(layout.nodeKey, seed)
}

/** Seals the key with a passphrase; throws `key-sealed` where it is already. */
export async function sealNodeKey(layout: KeyPlace, source: PassphraseSource): Promise<KeyId> {
  if (isNodeKeySealed(layout))
    throw new HomeError(
      'key-sealed',
      `the node key in ${layout.nodeKey} is sealed already`,
      'for another passphrase: folkmoot keys unseal; folkmoot keys seal',
    )
  const key = readNodeIdentity(layout)
  const passphrase = await newPassphrase(source, 'node key')
  const sealed = await sealText(readText(layout), passphrase, workFactorFrom(source.env))
  writeFileAtomic(layout.nodeKey, `folkmoot-node-key-sealed-1:${key}\n${sealed}\n`)
  return key
}

/** Takes the seal off. */
export async function unsealNodeKey(layout: KeyPlace, source: PassphraseSource): Promise<KeyId> {
  await openNodeKey(layout, source)
  return writeNodeKey(layout, readNodeKey({ layout }))
}

/** Writes a key that is not sealed; a new one unless given. */
export function writeNodeKey(layout: KeyPlace, seed: Uint8Array = randomBytes(SEED_BYTES)): KeyId {
  const { key } = nodeSigner(seed)
  const hex = Buffer.from(seed).toString('hex')
  writeFileAtomic(layout.nodeKey, `folkmoot-node-key-1:${hex}:${key}\n`)
  return key
}

function readText({ nodeKey }: KeyPlace): string {
  const text = readPrivateFile(nodeKey)?.toString('utf8')
  if (text === undefined) throw keyMissing(nodeKey, ANOTHER)
  return text
}

function seedIn(text: string, path: string): Uint8Array {
  const [, seedHex, publicHex] = PLAIN.exec(text) ?? []
  if (seedHex === undefined) throw keyDamaged(path, 'it holds something else than a key', ANOTHER)
  const seed = Uint8Array.from(Buffer.from(seedHex, 'hex'))
  if (nodeSigner(seed).key !== publicHex)
    throw keyDamaged(path, 'its two halves do not belong together', ANOTHER)
  return seed
}

/** What to do about a lost node key. */
const ANOTHER = 'bring it back from where you keep it, or make another: folkmoot keys rotate'

/** A key file that is not there. */
export const keyMissing = (path: string, hint = 'bring it back from where you keep it') =>
  new HomeError('key-missing', `${path} does not exist`, hint)

/** A key file that does not hold what it should. */
export const keyDamaged = (path: string, what: string, hint = 'restore it from your backup') =>
  new HomeError('key-damaged', `${path} is not usable: ${what}`, hint)
