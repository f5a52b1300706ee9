/**
 * The signature predicate of a run: OpenSSL behind the key rules of `src/op/signature.ts`, which
 * `test/acceptance/signature.test.ts` holds against the reference, and a memory of what was checked.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { KeyId } from '../../src/op/ids.ts'
import { isKeyId, keyBytes } from '../../src/op/key-id.ts'
import { acceptsKeyBytes, type Verifier, verifyBytes } from '../../src/op/signature.ts'

/** SubjectPublicKeyInfo frame of a raw ed25519 key (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
/** The canonical encoding of the neutral element: Nodes differ on it as R, so the reference decides. */
const NEUTRAL = Buffer.from([1, ...new Uint8Array(31)])

const keyObjects = new Map<KeyId, KeyObject>()
const accepted = new Map<KeyId, boolean>()

/** The predicate by OpenSSL; what is known of keys is kept for all runs of the process. */
export const opensslVerifier: Verifier = {
  acceptsKey(key) {
    const before = accepted.get(key)
    if (before !== undefined) return before
    const verdict = isKeyId(key) && acceptsKeyBytes(keyBytes(key))
    accepted.set(key, verdict)
    return verdict
  },
  verify(sig, message, key) {
    if (sig.length !== 64) return false
    if (NEUTRAL.equals(sig.subarray(0, NEUTRAL.length)))
      return verifyBytes(sig, message, keyBytes(key))
    return verify(null, message, keyObjectOf(key), sig)
  },
}

/** Takes in a key that was made here, from a secret: it is good by construction. */
export function acceptMade(key: KeyId): void {
  accepted.set(key, true)
}

function keyObjectOf(key: KeyId): KeyObject {
  const before = keyObjects.get(key)
  if (before) return before
  const der = Buffer.concat([SPKI, keyBytes(key)])
  const made = createPublicKey({ key: der, format: 'der', type: 'spki' })
  keyObjects.set(key, made)
  return made
}

/** The same answers, each signature checked once; counts how many were. */
export class RememberingVerifier implements Verifier {
  checked = 0
  private readonly known = new Map<
    string,
    { readonly message: Uint8Array; readonly good: boolean }
  >()

  acceptsKey(key: KeyId): boolean {
    return opensslVerifier.acceptsKey(key)
  }

  verify(sig: Uint8Array, message: Uint8Array, key: KeyId): boolean {
    const name = key + Buffer.from(sig.buffer, sig.byteOffset, sig.length).toString('latin1')
    const before = this.known.get(name)
    if (before && Buffer.compare(before.message, message) === 0) return before.good
    const good = opensslVerifier.verify(sig, message, key)
    this.checked++
    this.known.set(name, { message: Uint8Array.from(message), good })
    return good
  }
}
