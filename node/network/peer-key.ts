/** The node key is the libp2p identity (design §2.3): key id ⇄ peer id, without a table. */
import { generateKeyPairFromSeed, publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey, PeerId } from '@libp2p/interface'
import { peerIdFromPublicKey, peerIdFromString } from '@libp2p/peer-id'
import type { KeyId } from '../../src/op/ids.ts'
import { keyBytes, keyIdFromBytes } from '../../src/op/key-id.ts'
import { NetworkError } from './errors.ts'

/** The libp2p private key of a node key's 32-byte ed25519 seed. */
export const privateKeyFromSeed = (seed: Uint8Array): Promise<Ed25519PrivateKey> =>
  generateKeyPairFromSeed('Ed25519', seed)

/** The peer id of a node key; throws `bad-key` for what is no key. */
export function peerIdOf(key: KeyId): PeerId {
  const bytes = keyBytes(key)
  if (bytes.length !== 32) throw new NetworkError('bad-key', `not an ed25519 key: ${key}`)
  return peerIdFromPublicKey(publicKeyFromRaw(bytes))
}

/** The node key behind a peer id; `undefined` when it is of another kind than ed25519. */
export const keyOf = (peer: PeerId): KeyId | undefined =>
  peer.type === 'Ed25519' ? keyIdFromBytes(peer.publicKey.raw) : undefined

/** As `keyOf`, for a peer id as text; `undefined` also for what is no peer id. */
export function keyOfText(peer: string): KeyId | undefined {
  try {
    return keyOf(peerIdFromString(peer))
  } catch {
    return undefined
  }
}
