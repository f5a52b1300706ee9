/** Where things are in an organisation's home directory. */
import { hash } from 'node:crypto'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { assertOwnDir, ensurePrivateDir } from './files.ts'

/**
 * Longest path of a Unix socket, in bytes: macOS has room for 104 with the final zero, Linux for
 * 108. A longer one is silently cut by some systems.
 */
export const MAX_SOCKET_PATH_BYTES = 103
/** Hex digits of the home's hash in the name of a socket that does not fit beside it. */
const SOCKET_HASH_LENGTH = 16

/** The paths of one home. */
export interface HomeLayout {
  readonly dir: string
  /** Settings, YAML, edited by people. */
  readonly config: string
  /** Public facts about our keys, JSON. */
  readonly identity: string
  /** The root key's seed, sealed with a passphrase (age, armoured). May be kept elsewhere. */
  readonly rootKey: string
  /** The node key's seed, hex. */
  readonly nodeKey: string
  /** Node keys that were replaced. */
  readonly retired: string
  /** Which coalition this home is of, JSON; absent before founding or joining. */
  readonly membership: string
  /** The operation store. */
  readonly store: string
  /** Contents of artefacts. */
  readonly blobs: string
  /** Digests of the API's tokens, JSON. */
  readonly tokens: string
  /** Texts of our own notes, which leave this home only when they are revealed. */
  readonly notes: string
  /** Digests, one file each. */
  readonly digests: string
  /** The API's socket: `api.sock` here, or in a private folder of the system's temporary one. */
  readonly socket: string
}

/** The home to use: `--home`, else `FOLKMOOT_HOME`, else `~/.folkmoot`. */
export const chooseHome = (
  flag: string | undefined,
  env: { readonly [name: string]: string | undefined } = process.env,
): string => resolve(flag || env.FOLKMOOT_HOME || join(homedir(), '.folkmoot'))

/** The paths of the home at `dir`. */
export function layoutOf(dir: string): HomeLayout {
  const at = (name: string) => join(dir, name)
  return {
    dir,
    config: at('config.yaml'),
    identity: at('identity.json'),
    rootKey: at('root.age'),
    nodeKey: at('node.key'),
    retired: at('retired'),
    membership: at('membership.json'),
    store: at('store.db'),
    blobs: at('blobs'),
    tokens: at('tokens.json'),
    notes: at('notes'),
    digests: at('digests'),
    socket: socketPath(dir),
  }
}

/**
 * The socket's path: in the home, unless that path is too long for a Unix socket; then in a folder
 * of its own under the temporary folder, named by a hash of the home so that CLI and daemon agree.
 */
function socketPath(dir: string): string {
  const beside = join(dir, 'api.sock')
  if (Buffer.byteLength(beside) <= MAX_SOCKET_PATH_BYTES) return beside
  const name = hash('sha256', resolve(dir)).slice(0, SOCKET_HASH_LENGTH)
  return join(tmpdir(), `folkmoot-${name}`, 'api.sock')
}

/**
 * Makes sure that the socket's folder is there and nobody else's: in the temporary folder another
 * user could have made it first. Throws `home-too-open`.
 */
export function ensureSocketDir(layout: HomeLayout): void {
  ensurePrivateDir(dirname(layout.socket))
  assertOwnDir(dirname(layout.socket))
}
