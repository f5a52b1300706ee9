/** Deterministic keys, clocks and randomness for tests. */

import { createPrivateKey, sign as opensslSign } from 'node:crypto'
import { getPublicKey, hashes, sign } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import type { KeyId } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import type { Signer } from '../../src/op/operation.ts'

hashes.sha512 = sha512

/** PKCS #8 frame of a raw ed25519 seed (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** A signer from a 32-byte seed, on OpenSSL for speed. */
export function signerOf(seed: Uint8Array): Signer {
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  return {
    key: keyIdFromBytes(getPublicKey(seed)),
    sign: (message) => new Uint8Array(opensslSign(null, message, key)),
  }
}

/** The signer number `n` of a run; the same number gives the same key. */
export function signerNumber(n: number): Signer {
  const known = signers.get(n)
  if (known) return known
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, n + 1)
  const signer = signerOf(seed)
  signers.set(n, signer)
  return signer
}
const signers = new Map<number, Signer>()

/** A signature by pure code, to check the fast one against. */
export const pureSign = (seed: Uint8Array, message: Uint8Array): Uint8Array => sign(message, seed)

/** A clock that tests turn. */
export class TestClock {
  time: number

  constructor(time = 1_800_000_000_000) {
    this.time = time
  }

  now(): number {
    return this.time
  }

  advance(ms: number): void {
    this.time += ms
  }
}

/** A small seeded generator (mulberry32): [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Names a key shortly in messages. */
export const short = (key: KeyId): string => key.slice(0, 8)
