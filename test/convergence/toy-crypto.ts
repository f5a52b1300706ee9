/**
 * Signatures that cost nothing, for runs by the thousand: whoever has the key can make them, but no
 * other bytes verify. What converges does not depend on the curve; its own tests are elsewhere.
 */
import { hash } from 'node:crypto'
import type { KeyId } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import type { Signer } from '../../src/op/operation.ts'
import type { Verifier } from '../../src/op/signature.ts'
import { verifier as openssl } from '../support/coalition.ts'

function toySignature(key: KeyId, message: Uint8Array): Uint8Array {
  const digest = hash('sha512', Buffer.concat([Buffer.from(key), message]), 'buffer')
  return new Uint8Array(digest)
}

/** Signs for any key. */
export const toySigner = (key: KeyId): Signer => ({
  key,
  sign: (message) => toySignature(key, message),
})

/** A key that nobody has made; the same number gives the same. */
export const toyKey = (number: number): KeyId =>
  keyIdFromBytes(hash('sha256', `toy key ${number}`, 'buffer'))

const verdicts = new Map<string, boolean>()

/** Takes toy signatures, and those of ed25519, with which founding operations are signed. */
export const toyVerifier: Verifier = {
  acceptsKey: () => true,
  verify(sig, message, key) {
    if (Buffer.compare(sig, toySignature(key, message)) === 0) return true
    const name = `${Buffer.from(sig).toString('latin1')}${hash('sha256', message)}${key}`
    const verdict = verdicts.get(name) ?? openssl.verify(sig, message, key)
    verdicts.set(name, verdict)
    return verdict
  },
}
