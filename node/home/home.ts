/** The home directory of an organisation: made once, never overwritten, private to its owner. */
import { hash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { KeyId } from '../../src/op/ids.ts'
import { isKeyId } from '../../src/op/key-id.ts'
import { nodeSigner } from '../crypto/node-signer.ts'
import { type ConfigSources, type ResolvedConfig, resolveConfig } from './config.ts'
import { newConfigText, writeConfigValue } from './config-file.ts'
import type { Config } from './config-schema.ts'
import { HomeError, type HomeErrorCode } from './errors.ts'
import { assertPrivate, ensurePrivateDir, readPrivateFile, writeFileAtomic } from './files.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { type HomeLayout, layoutOf } from './layout.ts'
import { keyDamaged, keyMissing, readNodeIdentity, SEED_BYTES, writeNodeKey } from './node-key.ts'
import { openSeed, sealSeed } from './root-key.ts'

const identitySchema = z.strictObject({
  root: z.custom<KeyId>((value) => typeof value === 'string' && isKeyId(value), 'must be a key'),
})

/** The public halves of our keys. */
export interface Identity {
  readonly root: KeyId
  readonly node: KeyId
}

/** An opened home. */
export interface Home {
  readonly layout: HomeLayout
  readonly identity: Identity
  readonly config: ResolvedConfig
}

/** What it takes to open a root key. */
export interface RootHome {
  readonly layout: HomeLayout
  readonly identity: Pick<Identity, 'root'>
}

/** What a new home starts with. */
export interface InitOptions {
  readonly dir: string
  /** Seals the root key; at least `MIN_PASSPHRASE_LENGTH` characters. Opens `sealedRoot` if given. */
  readonly passphrase: string
  /** A root key as it was sealed before, from a backup; a new one is made if absent. */
  readonly sealedRoot?: string
  /** Settings to write down, by dotted name. */
  readonly config?: Partial<Config>
  /** log2 of scrypt's work; `DEFAULT_WORK_FACTOR` if absent. */
  readonly workFactor?: number
}

/**
 * Makes a home with a new root key and a new node key. Throws `home-exists` when there are keys
 * or operations at this place already: losing a key is the one thing that nothing can mend.
 */
export async function initHome(options: InitOptions): Promise<Identity> {
  const layout = layoutOf(options.dir)
  assertVacant(layout)
  const { root, sealed } = await rootFor(options)
  const node = randomBytes(SEED_BYTES)
  ensurePrivateDir(layout.dir)
  assertVacant(layout)
  writeFileAtomic(layout.config, newConfigText())
  for (const [name, value] of Object.entries(options.config ?? {}))
    writeConfigValue(layout.config, name, value)
  writeFileAtomic(layout.rootKey, sealed)
  const nodeKey = writeNodeKey(layout, node)
  // The identity comes last: a home is one only when everything else is in place.
  const identity = { root: nodeSigner(root).key }
  writeJsonFile(layout.identity, identity)
  return { ...identity, node: nodeKey }
}

async function rootFor({ passphrase, sealedRoot, workFactor }: InitOptions) {
  if (sealedRoot !== undefined)
    return { root: await openSeed(sealedRoot, passphrase), sealed: sealedRoot }
  const root = randomBytes(SEED_BYTES)
  return { root, sealed: await sealSeed(root, passphrase, workFactor) }
}

/** Opens the home at `dir`; throws `home-missing`, `home-too-open`, `config-invalid`, … */
export function openHome(dir: string, sources: Omit<ConfigSources, 'file'> = {}): Home {
  const { layout, identity: known } = findRoot(dir)
  const identity = { root: known.root, node: readNodeIdentity(layout) }
  return { layout, identity, config: resolveConfig({ ...sources, file: layout.config }) }
}

/**
 * Throws `home-too-open` when others may read a key or the tokens, also those that this process does
 * not need: a node that starts says so before somebody finds out.
 */
export function assertKeysPrivate({ rootKey, nodeKey, tokens, retired }: HomeLayout): void {
  const kept = existsSync(retired) ? readdirSync(retired).map((name) => join(retired, name)) : []
  for (const path of [rootKey, nodeKey, tokens, retired, ...kept])
    if (existsSync(path)) assertPrivate(path)
}

/** As much of the home at `dir` as opens without its node key; throws `home-missing`, … */
export function findRoot(dir: string): RootHome {
  const layout = layoutOf(dir)
  if (!existsSync(layout.dir)) throw missing(dir)
  assertPrivate(layout.dir)
  const identity = readJsonFile(layout.identity, identitySchema)
  if (identity === undefined) throw missing(dir)
  return { layout, identity }
}

/** The root key's seed; throws `key-missing` (kept offline), `passphrase-wrong`, `key-damaged`. */
export async function unsealRoot(
  home: RootHome,
  passphrase: string,
  path = home.layout.rootKey,
): Promise<Uint8Array> {
  const sealed = readPrivateFile(path)
  if (sealed === undefined) throw keyMissing(path)
  const seed = await openSeed(sealed.toString('utf8'), passphrase, path)
  if (nodeSigner(seed).key !== home.identity.root)
    throw keyDamaged(path, `it is not the key ${home.identity.root} of identity.json`)
  return seed
}

/**
 * Replaces the node key by a new one, which the root has yet to delegate (design §2.3), and keeps
 * the old one under `retired/`. Returns the new key; open the home again to go on with it.
 */
export function renewNodeKey({ layout, identity }: Pick<Home, 'layout' | 'identity'>): KeyId {
  ensurePrivateDir(layout.retired)
  const old = readPrivateFile(layout.nodeKey)
  if (old !== undefined) writeFileAtomic(join(layout.retired, `${identity.node}.key`), old)
  return writeNodeKey(layout)
}

/** True when the home's node key is missing or damaged. Throws as `openHome` does for other faults. */
export function isNodeKeyLost(dir: string): boolean {
  try {
    readNodeIdentity(layoutOf(dir))
    return false
  } catch (error) {
    if (error instanceof HomeError && LOST.has(error.code))
      return existsSync(layoutOf(dir).identity)
    throw error
  }
}

const LOST: ReadonlySet<HomeErrorCode> = new Set(['key-missing', 'key-damaged'])

/**
 * Makes a node key for a home that has lost its own, so that it can be opened; the root has yet to
 * delegate it (design §2.3). What is left of the old one is kept under `retired/`.
 */
export function replaceLostNodeKey(dir: string): KeyId {
  const layout = layoutOf(dir)
  const remains = readPrivateFile(layout.nodeKey)
  ensurePrivateDir(layout.retired)
  if (remains !== undefined)
    writeFileAtomic(join(layout.retired, `damaged-${digestOf(remains)}.key`), remains)
  return writeNodeKey(layout)
}

/** Names what is set aside by its content: nothing is overwritten by something else. */
const digestOf = (bytes: Buffer): string => hash('sha256', bytes).slice(0, 16)

/** Throws `home-exists` when there are keys or operations at this place. */
export function assertVacant(layout: HomeLayout): void {
  const { identity, rootKey, nodeKey, store } = layout
  const found = [identity, rootKey, nodeKey, store].find((path) => existsSync(path))
  if (found === undefined) return
  throw new HomeError(
    'home-exists',
    `${found} exists already`,
    'nothing was changed; use it, choose another --home, or move it away yourself',
  )
}

const missing = (dir: string): HomeError =>
  new HomeError(
    'home-missing',
    `${dir} is not a Folkmoot home`,
    'run `folkmoot init`, or give --home',
  )
