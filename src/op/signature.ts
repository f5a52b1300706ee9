/**
 * The one signature predicate (design §2.1): RFC 8032 ed25519, cofactorless.
 * A key is taken only if it is canonical, of prime order and torsion-free; then a signature is
 * valid iff S < L and the bytes of [S]B − [k]A equal the bytes of R. OpenSSL computes exactly
 * this; `pureVerifier` computes it with curve points, and the tests gate one on the other.
 */
import { hashes, Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import type { KeyId } from './ids.ts'
import { keyBytes } from './key-id.ts'

hashes.sha512 = sha512

/** The order of the prime-order subgroup (RFC 8032 §5.1). */
const L = 2n ** 252n + 27742317777372353535851937790883648493n

/** Checks signatures by the one predicate. The daemon injects a faster one that agrees. */
export interface Verifier {
  /** True when the key may enter the keyring at all. */
  acceptsKey(key: KeyId): boolean
  /** True when `sig` (64 bytes) is `key`'s signature over `message`. Only for accepted keys. */
  verify(sig: Uint8Array, message: Uint8Array, key: KeyId): boolean
}

/** Canonical encoding, on the curve, not of small order, torsion-free. */
export function acceptsKeyBytes(bytes: Uint8Array): boolean {
  const point = decodePoint(bytes)
  return point !== undefined && !point.is0() && !point.isSmallOrder() && point.isTorsionFree()
}

/** The predicate itself, for a key that `acceptsKeyBytes` took. */
export function verifyBytes(sig: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  if (sig.length !== 64) return false
  const s = littleEndian(sig.subarray(32))
  if (s >= L) return false
  const a = decodePoint(key)
  if (a === undefined) return false
  const challenge = new Uint8Array(64 + message.length)
  challenge.set(sig.subarray(0, 32))
  challenge.set(key, 32)
  challenge.set(message, 64)
  const k = littleEndian(sha512(challenge)) % L
  const r = multiply(Point.BASE, s).add(multiply(a, k).negate()).toBytes()
  return r.every((byte, i) => byte === sig[i])
}

/** The predicate in pure TypeScript: the reference, and what runs where nothing is injected. */
export const pureVerifier: Verifier = {
  acceptsKey: (key) => acceptsKeyBytes(keyBytes(key)),
  verify: (sig, message, key) => verifyBytes(sig, message, keyBytes(key)),
}

const multiply = (point: Point, scalar: bigint): Point =>
  scalar === 0n ? Point.ZERO : point.multiply(scalar, false)

/** The point of 32 bytes, if they are its one canonical encoding. */
function decodePoint(bytes: Uint8Array): Point | undefined {
  try {
    const point = Point.fromBytes(bytes)
    return point.toBytes().every((byte, i) => byte === bytes[i]) ? point : undefined
  } catch {
    return undefined
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number)
  return value
}
