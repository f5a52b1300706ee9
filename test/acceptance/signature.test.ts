/** One signature predicate, everywhere (design §2.1): the pure one and OpenSSL never differ. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { nodeSigner } from '../../node/crypto/node-signer.ts'
import { OpensslVerifier } from '../../node/crypto/openssl-verifier.ts'
import { PooledVerifier } from '../../node/crypto/pooled-verifier.ts'
import { opensslVerifier } from '../../sim/world/verifier.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'

import { pureVerifier, type Verifier } from '../../src/op/signature.ts'
import { zip215Cases } from '../vectors/zip215-table.ts'
import { sampleSeed } from './sample-ops.ts'

const CASES = z.object({
  cases: z.array(
    z.object({
      about: z.string(),
      message: z.string(),
      publicKey: z.string(),
      signature: z.string(),
      acceptsKey: z.boolean(),
      valid: z.boolean(),
    }),
  ),
})
const vectors = (name: string) =>
  CASES.parse(JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')))
    .cases
const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
const TABLES = [
  ['ed25519-speccheck', 12],
  ['zip215', 14 * 14 + 14 + 8 + 8 + 15],
] as const
const BACKENDS: readonly (readonly [string, Verifier])[] = [
  ['pure', pureVerifier],
  ['OpenSSL', new OpensslVerifier()],
  ['simulator', opensslVerifier],
]

describe.each(TABLES)('the vectors of %s', (name, size) => {
  const cases = vectors(name)

  it('are all there', () => expect(cases).toHaveLength(size))

  it.each(BACKENDS)('get the committed verdicts from the %s verifier', (_, verifier) => {
    for (const vector of cases) {
      const key = keyIdFromBytes(fromHex(vector.publicKey))
      const acceptsKey = verifier.acceptsKey(key)
      const valid =
        acceptsKey && verifier.verify(fromHex(vector.signature), fromHex(vector.message), key)
      expect({ ...vector, acceptsKey, valid }).toEqual(vector)
    }
  })

  it('get the committed verdicts from the pooled verifier', async () => {
    const items = cases.map((vector) => ({
      sig: fromHex(vector.signature),
      message: fromHex(vector.message),
      key: keyIdFromBytes(fromHex(vector.publicKey)),
    }))
    const verdicts = await new PooledVerifier().verifyMany(items)
    expect(verdicts).toEqual(cases.map((vector) => vector.valid))
  })
})

describe('the ZIP 215 table', () => {
  it('is what its construction gives (else run `node test/vectors/write-zip215.ts`)', () => {
    expect(vectors('zip215')).toEqual(zip215Cases())
  })

  it('holds the fourteen encodings of small order', () => {
    const small = vectors('zip215').filter((vector) => vector.about.startsWith('small-order A'))
    expect(new Set(small.map((vector) => vector.publicKey)).size).toBe(14)
  })
})

describe('random mutations of valid signatures', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  const flipOf = (last: number) => fc.tuple(fc.nat(last), fc.integer({ min: 1, max: 255 }))
  const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })
  const mutation = fc.record({
    message: fc.uint8Array({ maxLength: 100 }),
    seed: bytes(32),
    sigFlip: rarely(flipOf(63)),
    keyFlip: rarely(flipOf(31)),
    cut: rarely(fc.nat(70)),
  })
  const flip = (target: Uint8Array, change: [number, number] | null) => {
    if (change !== null) target[change[0]] = (target[change[0]] ?? 0) ^ change[1]
  }

  it('are judged the same by both', () => {
    const openssl = new OpensslVerifier()
    const verdicts = { true: 0, false: 0 }
    fc.assert(
      fc.property(mutation, ({ message, seed, sigFlip, keyFlip, cut }) => {
        const signer = nodeSigner(seed)
        const whole = signer.sign(message)
        flip(whole, sigFlip)
        const sig =
          cut === null ? whole : Uint8Array.of(...whole, 0, 0, 0, 0, 0, 0).subarray(0, cut)
        const publicBytes = fromHex(signer.key)
        flip(publicBytes, keyFlip)
        const key = keyIdFromBytes(publicBytes)
        const isAccepted = pureVerifier.acceptsKey(key)
        expect(openssl.acceptsKey(key)).toBe(isAccepted)
        if (!isAccepted) return
        const verdict = pureVerifier.verify(sig, message, key)
        expect(openssl.verify(sig, message, key)).toBe(verdict)
        verdicts[`${verdict}`]++
      }),
      { numRuns: 300 },
    )
    expect(verdicts.true).toBeGreaterThan(20)
    expect(verdicts.false).toBeGreaterThan(20)
  })
})

describe('the pooled verifier', () => {
  it('answers in order, for more items than it has in flight, over several lists at once', async () => {
    const pool = new PooledVerifier()
    const signer = nodeSigner(sampleSeed(1))
    const items = Array.from({ length: 100 }, (_, i) => {
      const message = Uint8Array.of(i)
      const sig = signer.sign(message)
      if (i % 3 === 0) sig[5] = (sig[5] ?? 0) ^ 1
      return { sig, message, key: signer.key }
    })
    const expected = items.map((_, i) => i % 3 !== 0)
    const lists = [pool.verifyMany(items), pool.verifyMany([]), pool.verifyMany(items.toReversed())]
    expect(await Promise.all(lists)).toEqual([expected, [], expected.toReversed()])
  })
})
