import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import {
  preAuthEncoding,
  readEnvelope,
  writeEnvelope,
} from '../../src/proposal/attestation/dsse.ts'
import { type OuterKey, outerKeyPem, readOuterKey, verifiedBy } from './dsse.ts'

interface Vectors {
  readonly keys: Readonly<
    Record<string, { readonly public?: string; readonly x?: string; readonly y?: string }>
  >
  readonly vectors: readonly {
    readonly id: string
    readonly envelope: object
    readonly trusted: readonly string[]
    readonly pae?: string
    readonly signedPae?: string
    readonly verified: readonly string[]
  }[]
}

const published: Vectors = JSON.parse(
  readFileSync(new URL('../../test/vectors/dsse.json', import.meta.url), 'utf8'),
)
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex')

/** A big decimal number as the base64url of its 32 bytes. */
const coordinate = (decimal = '0'): string =>
  Buffer.from(BigInt(decimal).toString(16).padStart(64, '0'), 'hex').toString('base64url')

function keyNamed(name: string): OuterKey {
  const { public: raw, x, y } = published.keys[name] ?? {}
  if (raw !== undefined) return unwrap(readOuterKey(bytes(raw)))
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(x), y: coordinate(y) }
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  return unwrap(readOuterKey(key.export({ format: 'der', type: 'spki' })))
}

describe('the published vectors of DSSE', () => {
  it.each(published.vectors)('$id', ({ envelope, trusted, pae, signedPae, verified }) => {
    const read = unwrap(readEnvelope(bytes(JSON.stringify(envelope))))
    const encoded = hex(preAuthEncoding(read.payloadType, read.payload))
    if (pae !== undefined) expect(encoded).toBe(pae)
    if (signedPae !== undefined) expect(encoded).not.toBe(signedPae)
    const keys = new Map(trusted.map((name) => [name, keyNamed(name)]))
    const found = verifiedBy(read, [...keys.values()])
    expect(found).toEqual(verified.map((name) => keys.get(name)))
    // Read and written again it is the same envelope, whichever alphabet it was in.
    expect(unwrap(readEnvelope(writeEnvelope(read)))).toEqual(read)
  })

  it('prove nothing for a key that did not sign, or once a byte differs', () => {
    const [vector] = published.vectors
    const read = unwrap(readEnvelope(bytes(JSON.stringify(vector?.envelope))))
    expect(verifiedBy(read, [keyNamed('B')])).toEqual([])
    const other = { ...read, payload: Uint8Array.of(...read.payload, 32) }
    expect(verifiedBy(other, [keyNamed('A')])).toEqual([])
  })
})

describe('outer keys', () => {
  it('are read from PEM and DER, and written as PEM that reads back', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
    const key = unwrap(readOuterKey(bytes(pem)))
    expect(key.algorithm).toBe('ecdsa-p256')
    expect(unwrap(readOuterKey(key.spki))).toEqual(key)
    expect(outerKeyPem(key)).toBe(pem)
  })

  it('of other kinds are refused by name, and what is no key as such', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey
    for (const key of [rsa, p384])
      expect(
        readOuterKey(bytes(key.export({ format: 'pem', type: 'spki' }).toString())),
      ).toMatchObject({ ok: false, code: 'key-kind' })
    for (const text of ['', 'no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'])
      expect(readOuterKey(bytes(text))).toMatchObject({ ok: false, code: 'bad-key' })
  })

  it('of ECDSA verify signatures in DER and as r ‖ s', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = unwrap(readOuterKey(publicKey.export({ format: 'der', type: 'spki' })))
    const payload = bytes('{}')
    const message = preAuthEncoding('x', payload)
    for (const dsaEncoding of ['der', 'ieee-p1363'] as const) {
      const sig = sign('sha256', message, { key: privateKey, dsaEncoding })
      const envelope = { payloadType: 'x', payload, signatures: [{ keyid: null, sig }] }
      expect(verifiedBy(envelope, [key])).toEqual([key])
    }
  })
})
