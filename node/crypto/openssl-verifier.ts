/**
 * The signature predicate on OpenSSL (design §2.1): for a key that `acceptsKeyBytes` took, OpenSSL
 * computes exactly what `verifyBytes` does (S < L, and the bytes of [S]B − [k]A equal R), some
 * twenty times faster. The vectors under `test/vectors` gate the one on the other.
 */
import { type KeyObject, verify } from 'node:crypto'
import type { KeyId } from '../../src/op/ids.ts'
import { isKeyId, keyBytes } from '../../src/op/key-id.ts'
import { acceptsKeyBytes, type Verifier, verifyBytes } from '../../src/op/signature.ts'
import { publicKeyObject } from './key-object.ts'
import { LruCache } from './lru.ts'

/** Most keys held as key objects, and most verdicts on keys; a coalition has a few thousand. */
export const MAX_CACHED_KEYS = 10_000

/** The canonical encoding of the neutral element. */
const IDENTITY = Uint8Array.of(1, ...new Uint8Array(31))

/**
 * True for signatures whose R is the neutral element. Node refuses every R of small order since
 * pull request 64026 and took them before, so two nodes on different versions would split. The
 * predicate takes them if the equation holds; for an accepted key [S]B − [k]A has prime order or
 * is neutral, so this is the only such R that can verify, and `verifyBytes` decides on it.
 */
export const hasNeutralR = (sig: Uint8Array): boolean =>
  Buffer.compare(sig.subarray(0, IDENTITY.length), IDENTITY) === 0

/** Keys as OpenSSL has them, made once each: parsing one costs a fifth of verifying with it. */
export class KeyCache {
  private readonly objects = new LruCache<KeyId, KeyObject>(MAX_CACHED_KEYS, (key) =>
    publicKeyObject(keyBytes(key)),
  )
  private readonly verdicts = new LruCache<KeyId, boolean>(
    MAX_CACHED_KEYS,
    (key) => isKeyId(key) && acceptsKeyBytes(keyBytes(key)),
  )

  /** True when the key may enter the keyring at all. */
  accepts(key: KeyId): boolean {
    return this.verdicts.get(key)
  }

  /** The key object of an accepted key. */
  object(key: KeyId): KeyObject {
    return this.objects.get(key)
  }
}

/** The daemon's synchronous verifier. `acceptsKey` is pure TypeScript: OpenSSL has no such check. */
export class OpensslVerifier implements Verifier {
  private readonly keys: KeyCache

  constructor(keys = new KeyCache()) {
    this.keys = keys
  }

  acceptsKey(key: KeyId): boolean {
    return this.keys.accepts(key)
  }

  /** True for a valid signature; false, never an exception, for any other bytes. */
  verify(sig: Uint8Array, message: Uint8Array, key: KeyId): boolean {
    if (hasNeutralR(sig)) return verifyBytes(sig, message, keyBytes(key))
    return verify(null, message, this.keys.object(key), sig)
  }
}
