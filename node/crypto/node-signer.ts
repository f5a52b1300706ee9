/** Signing with a key held in this process (design §2.1). */
import { type KeyObject, sign } from 'node:crypto'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import type { Signer } from '../../src/op/operation.ts'
import { invariant } from '../../src/op/refusal.ts'
import { privateKeyObject, publicBytesOf } from './key-object.ts'

/** A signer for a 32-byte ed25519 seed or a private key object. */
export function nodeSigner(secret: Uint8Array | KeyObject): Signer {
  const key = secret instanceof Uint8Array ? privateKeyObject(secret) : secret
  invariant(
    key.type === 'private' && key.asymmetricKeyType === 'ed25519',
    'a signer needs a private ed25519 key',
  )
  return {
    key: keyIdFromBytes(publicBytesOf(key)),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  }
}
