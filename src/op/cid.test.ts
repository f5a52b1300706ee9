/** CIDs of operations, against multiformats' own. */
import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { base32 } from 'multiformats/bases/base32'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { sha256 } from 'multiformats/hashes/sha2'
import { describe, expect, test } from 'vitest'
import {
  CID_BYTES,
  cidBytes,
  cidOf,
  isOpCid,
  isOpCidBytes,
  linkOf,
  opCidFromBytes,
  opCidOf,
} from './cid.ts'
import type { OpCid } from './ids.ts'
import { InvariantError } from './refusal.ts'

const digests = fc.uint8Array({ minLength: 32, maxLength: 32 })
const cidsOfBytes = digests.map((digest) => Uint8Array.of(1, 0x71, 0x12, 0x20, ...digest))

test('the CID of bytes is the one that multiformats computes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      expect(cidOf(bytes)).toBe(CID.createV1(0x71, await sha256.digest(bytes)).toString())
    }),
  )
})

test('base32 agrees with multiformats both ways', () => {
  fc.assert(
    fc.property(cidsOfBytes, (bytes) => {
      const text = opCidFromBytes(bytes)
      expect(text).toBe(base32.encode(bytes))
      expect(cidBytes(text)).toEqual(bytes)
      expect(isOpCid(text)).toBe(true)
    }),
  )
})

test('a link equals the library’s, field by field, and encodes alike', () => {
  fc.assert(
    fc.property(cidsOfBytes, (bytes) => {
      const ours = linkOf(opCidFromBytes(bytes))
      const theirs = CID.decode(bytes)
      expect(ours).toEqual(theirs)
      expect(ours.equals(theirs)).toBe(true)
      expect(ours.toString()).toBe(theirs.toString())
      expect(encode(ours)).toEqual(encode(theirs))
      expect(opCidOf(theirs)).toBe(opCidFromBytes(bytes))
    }),
  )
})

test('an injected hash is used', () => {
  const zero = cidOf(Uint8Array.of(1), () => new Uint8Array(32))
  expect(zero).toBe(`bafyreia${'a'.repeat(51)}`)
})

describe('what is not the CID of an operation', () => {
  const good = cidOf(Uint8Array.of(1))
  const digest = new Uint8Array(32)

  test.each([
    ['nothing', ''],
    ['upper case', good.toUpperCase()],
    ['cut short', good.slice(0, -1)],
    ['one digit more', `${good}a`],
    ['a newline behind', `${good}\n`],
    ['set bits behind the last byte', `${good.slice(0, -1)}b`],
    ['another digit alphabet', `${good.slice(0, -2)}1a`],
    ['a set bit that belongs to no digest', good.replace('bafyrei', 'bafyreiz').slice(0, 59)],
    ['base58', 'zdpuAyvkgEDQm9TenwGkd5eNaosSxjgEYd8QatfPetgB1CdEZ'],
    ['CIDv0', 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG'],
    ['raw bytes', CID.createV1(0x55, createDigest(0x12, digest)).toString()],
    ['another hash', CID.createV1(0x71, createDigest(0x1b, digest)).toString()],
  ])('%s', (_, text) => {
    expect(isOpCid(text)).toBe(false)
    expect(() => cidBytes(text as OpCid)).toThrow(InvariantError)
  })

  test('text passes exactly when the library reads it as such a CID in that spelling', () => {
    const mutated = fc.tuple(cidsOfBytes, fc.nat(58), fc.constantFrom(...'abehimquyz4279AB01'))
    fc.assert(
      fc.property(mutated, ([bytes, at, digit]) => {
        const text = [...opCidFromBytes(bytes)].with(at, digit).join('')
        expect(isOpCid(text)).toBe(libraryReads(text))
      }),
      { numRuns: 1000 },
    )
  })

  test('bytes of another length, codec, hash or version', () => {
    const bytes = cidBytes(good)
    expect(isOpCidBytes(bytes)).toBe(true)
    expect(isOpCidBytes(bytes.subarray(0, CID_BYTES - 1))).toBe(false)
    expect(isOpCidBytes(Uint8Array.of(...bytes, 0))).toBe(false)
    for (let at = 0; at < 4; at++) expect(isOpCidBytes(bytes.with(at, 0x55))).toBe(false)
    expect(opCidOf(CID.createV1(0x55, createDigest(0x12, digest)))).toBeUndefined()
  })
})

function libraryReads(text: string): boolean {
  try {
    const { bytes } = CID.parse(text)
    return isOpCidBytes(bytes) && base32.encode(bytes) === text
  } catch {
    return false
  }
}
