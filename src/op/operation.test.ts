/** The envelope: every rule of it, every limit at its edge, and the committed vectors. */
import { readFileSync } from 'node:fs'
import { getPublicKey, sign } from '@noble/ed25519'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { sha256 } from 'multiformats/hashes/sha2'
import { describe, expect, test } from 'vitest'
import { encodeValue } from './cbor.ts'
import { cidOf, linkOf } from './cid.ts'
import type { KeyId, OpCid, Value } from './ids.ts'
import { keyBytes, keyIdFromBytes } from './key-id.ts'
import { MAX_OP_BYTES, MAX_REFS, MAX_TYPE_LENGTH, MAX_WIDE_REFS } from './limits.ts'
import {
  decodeOp,
  type Envelope,
  encodeOp,
  isSettleType,
  isWideType,
  type Signer,
  signingInput,
  signOp,
} from './operation.ts'
import { RefusedError } from './refusal.ts'
import { pureVerifier } from './signature.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const cidNumber = (n: number): OpCid => cidOf(Uint8Array.of(n >> 8, n & 255))
const cids = (count: number): OpCid[] => Array.from({ length: count }, (_, i) => cidNumber(i))

function signerOf(seed: Uint8Array): Signer {
  return { key: keyIdFromBytes(getPublicKey(seed)), sign: (message) => sign(message, seed) }
}
const signer = signerOf(new Uint8Array(32).fill(9))

const envelope: Envelope = {
  v: 1,
  coalition: cidNumber(1),
  key: signer.key,
  seq: 3,
  prev: cidNumber(2),
  at: 1_767_225_600_000,
  refs: [cidNumber(3), cidNumber(4)],
  type: 'vote.cast',
  body: { ballot: 0, choice: 'yes' },
}
/** The same as the map that is encoded. */
const fields = {
  v: 1,
  coalition: linkOf(cidNumber(1)),
  key: keyBytes(signer.key),
  seq: 3,
  prev: linkOf(cidNumber(2)),
  at: 1_767_225_600_000,
  refs: [linkOf(cidNumber(3)), linkOf(cidNumber(4))],
  type: 'vote.cast',
  body: { ballot: 0, choice: 'yes' },
}
const foreign = CID.createV1(0x55, createDigest(0x12, new Uint8Array(32)))

describe('an operation', () => {
  test('decodes to what was encoded, under the CID that multiformats computes', async () => {
    const bytes = encodeOp(envelope)
    const cid = CID.createV1(0x71, await sha256.digest(bytes)).toString()
    expect(decodeOp(bytes)).toEqual({ ok: true, value: { ...envelope, cid } })
    expect(bytes).toEqual(encodeValue(fields))
  })

  test('any envelope survives signing and decoding', () => {
    const seqAndPrev = fc.oneof(
      fc.constant({ seq: 0, prev: null }),
      fc.record({ seq: fc.integer({ min: 1 }), prev: fc.nat(9).map(cidNumber) }),
    )
    const parts = fc.record({
      v: fc.integer({ min: 1 }),
      at: fc.nat(Number.MAX_SAFE_INTEGER),
      refs: fc.uniqueArray(fc.nat(500), { maxLength: MAX_REFS }).map((ns) => ns.map(cidNumber)),
      type: fc.stringMatching(/^[a-z.]{1,64}$/),
      body: fc.dictionary(fc.stringMatching(/^[a-zA-Z]{0,9}$/), fc.maxSafeInteger(), {
        noNullPrototype: true,
      }),
    })
    fc.assert(
      fc.property(parts, seqAndPrev, (rest, position) => {
        const { bytes, sig, op } = signOp({ ...envelope, ...rest, ...position }, signer)
        expect(decodeOp(bytes)).toEqual({ ok: true, value: op })
        expect(op).toEqual({ ...envelope, ...rest, ...position, cid: cidOf(bytes) })
        expect(sig !== null && pureVerifier.verify(sig, signingInput(bytes), signer.key)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  test('is signed under its own domain', () => {
    const { bytes, sig } = signOp(envelope, signer)
    expect(signingInput(bytes)).toEqual(
      Uint8Array.of(...new TextEncoder().encode('folkmoot/op/v1\0'), ...bytes),
    )
    expect(sig !== null && pureVerifier.verify(sig, bytes, signer.key)).toBe(false)
  })

  test('is named by an injected hash where there is one', () => {
    const zeros = decodeOp(encodeOp(envelope), () => new Uint8Array(32))
    expect(zeros.ok && zeros.value.cid).toBe(`bafyreia${'a'.repeat(51)}`)
  })

  test.each<[string, Partial<Envelope>]>([
    ['a fraction', { body: { share: 0.5 } }],
    ['text that is not NFC', { body: { reason: 'Zu\u0308rich' } }],
    ['a type that is too long', { type: 'x'.repeat(MAX_TYPE_LENGTH + 1) }],
    ['too many refs', { refs: cids(MAX_REFS + 1) }],
    ['more than fits', { body: { text: 'x'.repeat(MAX_OP_BYTES) } }],
  ])('is never signed with %s, which would end the key’s chain', (_, change) => {
    expect(() => signOp({ ...envelope, ...change }, signer)).toThrow(RefusedError)
  })
})

describe('the envelope refuses', () => {
  const without = (name: string): { [key: string]: Value } =>
    Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name))

  test.each<[string, Value, string]>([
    ['what is not a map', [fields], 'not a map'],
    ['a link for a map', linkOf(cidNumber(1)), 'not a map'],
    ...Object.keys(fields).map((name): [string, Value, string] => [
      `an envelope without ${name}`,
      without(name),
      'fields must be exactly',
    ]),
    ['an unknown field', { ...fields, extra: 1 }, 'fields must be exactly'],
    ['a field by another name', { ...without('v'), w: 1 }, 'fields must be exactly'],
    ['v 0', { ...fields, v: 0 }, 'v must be'],
    ['v below 0', { ...fields, v: -1 }, 'v must be'],
    ['v in text', { ...fields, v: '1' }, 'v must be'],
    ['seq below 0', { ...fields, seq: -1 }, 'seq and at'],
    ['seq null', { ...fields, seq: null }, 'seq and at'],
    ['at below 0', { ...fields, at: -1 }, 'seq and at'],
    ['a key of 31 bytes', { ...fields, key: new Uint8Array(31) }, 'key must be 32 bytes'],
    ['a key of 33 bytes', { ...fields, key: new Uint8Array(33) }, 'key must be 32 bytes'],
    ['a key in hexadecimal', { ...fields, key: signer.key }, 'key must be 32 bytes'],
    ['an empty type', { ...fields, type: '' }, 'type must be'],
    ['a type that is a number', { ...fields, type: 1 }, 'type must be'],
    ['a body that is a list', { ...fields, body: [] }, 'body must be a map'],
    ['a body that is null', { ...fields, body: null }, 'body must be a map'],
    ['a body that is bytes', { ...fields, body: new Uint8Array(1) }, 'body must be a map'],
    ['a body that is a link', { ...fields, body: linkOf(cidNumber(1)) }, 'body must be a map'],
    ['a coalition in text', { ...fields, coalition: cidNumber(1) }, 'must be CIDs or null'],
    ['a foreign coalition', { ...fields, coalition: foreign }, 'must be CIDs or null'],
    ['a foreign prev', { ...fields, prev: foreign }, 'must be CIDs or null'],
    ['seq 3 without prev', { ...fields, prev: null }, 'prev must be null exactly'],
    ['seq 0 with prev', { ...fields, seq: 0 }, 'prev must be null exactly'],
    ['no coalition beyond seq 0', { ...fields, coalition: null }, 'founding'],
    ['refs that are no list', { ...fields, refs: {} }, 'refs must be a list'],
    ['a ref in text', { ...fields, refs: [cidNumber(1)] }, 'refs must be CIDs'],
    ['a foreign ref', { ...fields, refs: [foreign] }, 'refs must be CIDs'],
    ['a ref twice', { ...fields, refs: [fields.refs[0], fields.refs[0]] as Value }, 'twice'],
  ])('%s', (_, value, reason) => {
    const result = decodeOp(encodeValue(value))
    expect(result).toMatchObject({ ok: false, code: 'malformed' })
    expect(!result.ok && result.message).toContain(reason)
  })
})

test('a founding operation has neither coalition nor prev', () => {
  const founding = { ...envelope, coalition: null, seq: 0, prev: null }
  expect(decodeOp(encodeOp(founding))).toMatchObject({ ok: true, value: founding })
})

describe('limits', () => {
  const sized = (bytes: number): Uint8Array => {
    const overhead =
      encodeOp({ ...envelope, body: { pad: new Uint8Array(70_000) } }).length - 70_000
    return encodeOp({ ...envelope, body: { pad: new Uint8Array(bytes - overhead) } })
  }

  test('256 KiB is the most', () => {
    expect(sized(MAX_OP_BYTES).length).toBe(MAX_OP_BYTES)
    expect(decodeOp(sized(MAX_OP_BYTES)).ok).toBe(true)
    expect(decodeOp(sized(MAX_OP_BYTES + 1))).toMatchObject({ ok: false, code: 'too-large' })
  })

  test('64 refs, or 4,096 where an electorate is named', () => {
    const accepts = (type: string, count: number): boolean =>
      decodeOp(encodeOp({ ...envelope, type, refs: cids(count) })).ok
    expect(accepts('vote.cast', MAX_REFS)).toBe(true)
    expect(accepts('vote.cast', MAX_REFS + 1)).toBe(false)
    expect(accepts('tally', MAX_REFS + 1)).toBe(true)
    expect(accepts('tally', MAX_WIDE_REFS)).toBe(true)
    expect(accepts('tally', MAX_WIDE_REFS + 1)).toBe(false)
  })

  test('a type has 1 to 64 UTF-16 units', () => {
    const accepts = (type: string): boolean => decodeOp(encodeOp({ ...envelope, type })).ok
    expect(accepts('x')).toBe(true)
    expect(accepts('x'.repeat(MAX_TYPE_LENGTH))).toBe(true)
    expect(accepts('x'.repeat(MAX_TYPE_LENGTH + 1))).toBe(false)
    expect(accepts('🎉'.repeat(MAX_TYPE_LENGTH / 2))).toBe(true)
    expect(accepts(`x${'🎉'.repeat(MAX_TYPE_LENGTH / 2)}`)).toBe(false)
  })

  test('only proposals, tallies, seals and settlements are wide', () => {
    const wide = ['tally', 'proposal.open', 'seal', 'seal.cast', 'settle.round', 'settlement']
    const narrow = ['vote.cast', 'tally.x', 'proposal', 'sealed', 'settled', 'checkpoint', '']
    expect(wide.filter(isWideType)).toEqual(wide)
    expect(narrow.filter(isWideType)).toEqual([])
    expect(wide.filter(isSettleType)).toEqual(wide.slice(2))
  })
})

test('no bytes whatever make decoding throw', () => {
  const bytes = encodeOp(envelope)
  const mutation = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }))
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      const mutated = mutations.reduce((b, [at, byte]) => b.with(at, byte), bytes)
      const result = decodeOp(mutated)
      if (result.ok) expect(encodeOp(result.value)).toEqual(mutated)
      else expect(result.code).toBe('malformed')
    }),
    { numRuns: 2000 },
  )
})

interface Vectors {
  valid: {
    name: string
    seed: string
    op: Omit<Envelope, 'body'> & { body: Json }
    bytes: string
    cid: OpCid
    sig: string
  }[]
  refused: { name: string; code: string; bytes: string }[]
}
type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../test/vectors/operations.json', import.meta.url), 'utf8'),
)

describe('committed vectors', () => {
  test.each(vectors.valid)('$name', ({ seed, op, bytes, cid, sig }) => {
    const author = signerOf(unhex(seed))
    const signed = signOp({ ...op, body: mapFromJson(op.body) }, author)
    expect({ bytes: hex(signed.bytes), cid: signed.op.cid }).toEqual({ bytes, cid })
    expect(hex(signed.sig ?? new Uint8Array())).toBe(sig)
    expect(decodeOp(unhex(bytes))).toEqual({ ok: true, value: signed.op })
    expect(author.key).toBe<KeyId>(op.key)
  })

  test.each(vectors.refused)('refused: $name', ({ bytes, code }) => {
    expect(decodeOp(unhex(bytes))).toMatchObject({ ok: false, code })
  })
})

const isJsonMap = (json: Json | undefined): json is { [key: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

function mapFromJson(json: Json): { [key: string]: Value } {
  if (!isJsonMap(json)) throw new TypeError('a body is a map')
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, fromJson(value)]))
}

/** DAG-JSON as the vectors use it. */
function fromJson(json: Json): Value {
  if (Array.isArray(json)) return json.map(fromJson)
  if (!isJsonMap(json)) return json
  const special = json['/']
  if (typeof special === 'string') return CID.parse(special)
  if (isJsonMap(special) && typeof special.bytes === 'string')
    return new Uint8Array(Buffer.from(special.bytes, 'base64'))
  return mapFromJson(json)
}
