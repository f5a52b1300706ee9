import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cidOf } from '../../src/op/cid.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { InvariantError } from '../../src/op/refusal.ts'
import { pureVerifier } from '../../src/op/signature.ts'
import { sampleSeed } from '../../test/acceptance/sample-ops.ts'
import { privateKeyObject } from './key-object.ts'
import { LruCache } from './lru.ts'
import { nodeSha256 } from './node-sha256.ts'
import { nodeSigner } from './node-signer.ts'
import { hasNeutralR, OpensslVerifier } from './openssl-verifier.ts'

describe('the platform hash', () => {
  it('names operations as the pure one does', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(cidOf(bytes, nodeSha256)).toBe(cidOf(bytes))
      }),
    )
  })
})

describe('the node signer', () => {
  it('signs alike from a seed and from a key object, and the pure verifier agrees', () => {
    const message = Uint8Array.of(1, 2, 3)
    const fromSeed = nodeSigner(sampleSeed(1))
    const fromObject = nodeSigner(privateKeyObject(sampleSeed(1)))
    expect(fromObject.key).toBe(fromSeed.key)
    expect(fromObject.sign(message)).toEqual(fromSeed.sign(message))
    expect(pureVerifier.acceptsKey(fromSeed.key)).toBe(true)
    expect(pureVerifier.verify(fromSeed.sign(message), message, fromSeed.key)).toBe(true)
  })

  it('takes no other kind of key', () => {
    expect(() => nodeSigner(generateKeyPairSync('x25519').privateKey)).toThrow(InvariantError)
    expect(() => nodeSigner(generateKeyPairSync('ed25519').publicKey)).toThrow(InvariantError)
  })
})

describe('the OpenSSL verifier', () => {
  it('answers false, never an exception, for signatures of any length', () => {
    const verifier = new OpensslVerifier()
    const { key } = nodeSigner(sampleSeed(2))
    for (const length of [0, 1, 31, 32, 63, 64, 65, 1000])
      for (const fill of [0, 1, 255])
        expect(verifier.verify(new Uint8Array(length).fill(fill), new Uint8Array(), key)).toBe(
          false,
        )
    expect(hasNeutralR(Uint8Array.of(1, ...new Uint8Array(63)))).toBe(true)
    expect(hasNeutralR(Uint8Array.of(1))).toBe(false)
  })

  it('accepts no key that is not spelt as we spell keys', () => {
    const verifier = new OpensslVerifier()
    const { key } = nodeSigner(sampleSeed(2))
    for (const text of ['', key.toUpperCase(), key.slice(2), `${key}00`])
      expect(verifier.acceptsKey(text as KeyId)).toBe(false)
  })
})

describe('the cache of keys', () => {
  it('computes each value once while it is held, and drops what was used least recently', () => {
    const computed: string[] = []
    const cache = new LruCache<string, string>(2, (key) => {
      computed.push(key)
      return key.toUpperCase()
    })
    expect(['a', 'b', 'a', 'c', 'a', 'b'].map((key) => cache.get(key)).join('')).toBe('ABACAB')
    expect(computed).toEqual(['a', 'b', 'c', 'b'])
    expect(cache.size).toBe(2)
  })

  it('holds values that are undefined too', () => {
    let computed = 0
    const cache = new LruCache<string, undefined>(2, () => {
      computed++
      return undefined
    })
    cache.get('a')
    cache.get('a')
    expect(computed).toBe(1)
  })
})
