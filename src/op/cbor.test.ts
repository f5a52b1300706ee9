/** One value, one spelling: the strict decoder against the library's, and case by case. */
import { decode as libraryDecode, encode as libraryEncode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { describe, expect, test } from 'vitest'
import { decodeValue, encodeValue } from './cbor.ts'
import { linkFromBytes } from './cid.ts'
import type { Value } from './ids.ts'
import { MAX_DEPTH } from './limits.ts'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/ /g, ''), 'hex'))

const ownLink = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((digest) => linkFromBytes(Uint8Array.of(1, 0x71, 0x12, 0x20, ...digest)))
const foreignLink = fc
  .tuple(fc.constantFrom(0x55, 0x70, 0x0129), fc.uint8Array({ minLength: 1, maxLength: 40 }))
  .map(([codec, digest]) => CID.createV1(codec, createDigest(0x1e, digest)))
const nfc = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string()).map((t) => t.normalize('NFC'))
const key = nfc.filter((k) => k !== '__proto__' && k !== '/')

/** Every kind of value that an operation can carry, at most six deep. */
const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger(),
    fc.integer({ min: -70_000, max: 70_000 }),
    fc.constantFrom(
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      0,
      23,
      24,
      255,
      256,
      -24,
      -25,
    ),
    nfc,
    fc.uint8Array({ maxLength: 300 }),
    ownLink,
    foreignLink,
    fc.array(tie('value'), { maxLength: 30 }),
    fc.dictionary(key, tie('value'), { maxKeys: 12, noNullPrototype: true }),
  ),
})).value

const refusal = (bytes: Uint8Array): string => {
  const result = decodeValue(bytes)
  if (result.ok) throw new TypeError(`accepted ${Buffer.from(bytes).toString('hex')}`)
  expect(result.code).toBe('malformed')
  return result.message
}

describe('against the library', () => {
  test('every value survives the round trip', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(decodeValue(encodeValue(value))).toEqual({ ok: true, value })
      }),
    )
  })

  test('what is accepted re-encodes to itself and means what the library reads', () => {
    const accepted = (bytes: Uint8Array): boolean => {
      const ours = decodeValue(bytes)
      if (!ours.ok) return false
      expect(new Uint8Array(libraryEncode(ours.value))).toEqual(bytes)
      expect(ours.value).toEqual(libraryDecode(bytes))
      return true
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => void accepted(bytes)))
    const cut = fc.tuple(values, fc.nat(), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat(2))
    fc.assert(
      fc.property(cut, ([value, from, length, byte, kind]) => {
        const bytes = encodeValue(value)
        const at = from % bytes.length
        if (kind === 0) accepted(bytes.with(at, byte))
        else if (kind === 1)
          accepted(Uint8Array.of(...bytes.slice(0, at), byte, ...bytes.slice(at)))
        else accepted(Uint8Array.of(...bytes.slice(0, at), ...bytes.slice(at + (length % 9))))
      }),
      { numRuns: 1000 },
    )
  })

  test('what the library alone would re-encode to itself is accepted', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.integer({ min: 0, max: 255 }), (value, from, byte) => {
        const original = encodeValue(value)
        const bytes = original.with(from % original.length, byte)
        const ours = decodeValue(bytes)
        if (ours.ok || /float|2\^53|normal form|nested|reserved/.test(ours.message)) return
        expect(reencodes(bytes), `${Buffer.from(bytes).toString('hex')}: ${ours.message}`).toBe(
          false,
        )
      }),
      { numRuns: 1000 },
    )
  })
})

function reencodes(bytes: Uint8Array): boolean {
  try {
    return Buffer.compare(libraryEncode(libraryDecode(bytes)), bytes) === 0
  } catch {
    return false
  }
}

describe('other spellings are refused', () => {
  test.each([
    ['map keys out of order', 'a2 6162 01 6161 02', 'out of order or twice'],
    ['a longer key before a shorter one', 'a2 626161 01 6162 02', 'out of order or twice'],
    ['a key twice', 'a2 6161 01 6161 02', 'out of order or twice'],
    ['a key that is not text', 'a1 01 02', 'not a string'],
    ['a key that is no property', 'a1 695f5f70726f746f5f5f 01', 'reserved'],
    ['a key that makes a map look like a link', 'a2 612f 01 656279746573 01', 'reserved'],
    ['a half float', 'f9 3c00', 'floating-point'],
    ['a float', 'fa 3f800000', 'floating-point'],
    ['a double', 'fb 3ff0000000000000', 'floating-point'],
    ['undefined', 'f7', 'simple value'],
    ['a simple value in two bytes', 'f8 20', 'simple value'],
    ['a break', 'ff', 'simple value'],
    ['5 in two bytes', '18 05', 'shortest form'],
    ['23 in two bytes', '18 17', 'shortest form'],
    ['255 in three bytes', '19 00ff', 'shortest form'],
    ['65535 in five bytes', '1a 0000ffff', 'shortest form'],
    ['2^32-1 in nine bytes', '1b 00000000ffffffff', 'shortest form'],
    ['-6 in two bytes', '38 05', 'shortest form'],
    ['a long length of text', '78 01 61', 'shortest form'],
    ['a long length of a list', '98 00', 'shortest form'],
    ['2^53', '1b 0020000000000000', '2^53'],
    ['-2^53', '3b 001fffffffffffff', '2^53'],
    ['2^64-1', '1b ffffffffffffffff', '2^53'],
    ['bytes of indefinite length', '5f 41 00 ff', 'indefinite'],
    ['text of indefinite length', '7f 61 61 ff', 'indefinite'],
    ['a list of indefinite length', '9f 01 ff', 'indefinite'],
    ['a map of indefinite length', 'bf ff', 'indefinite'],
    ['a reserved length', '1c', 'indefinite or reserved'],
    ['text that is not UTF-8', '62 c328', 'UTF-8'],
    ['an overlong encoding', '62 c080', 'UTF-8'],
    ['a surrogate', '63 eda080', 'UTF-8'],
    ['text that is not composed', '64 75cc8869', 'normal form C'],
    ['a key that is not composed', 'a1 63 75cc88 01', 'normal form C'],
    ['a second value', '01 01', 'bytes after the value'],
    ['nothing at all', '', 'cut short'],
    ['text cut short', '63 6161', 'cut short'],
    ['an integer cut short', '19 01', 'cut short'],
    ['a list cut short', '82 01', 'list longer than the bytes'],
    ['a map cut short', 'a1 6161', 'cut short'],
    ['a list that claims 4 GiB', '9a ffffffff', 'list longer than the bytes'],
    ['a map that claims 4 GiB', 'ba ffffffff', 'cut short'],
    ['bytes that claim 8 PiB', '5b 001fffffffffffff', 'cut short'],
    ['a date', 'c1 01', 'tag other than 42'],
    ['a big integer', 'c2 41 01', 'tag other than 42'],
    ['tag 42 in three bytes', 'd9 002a 41 00', 'tag other than 42'],
    ['a link in text', 'd8 2a 61 00', 'not a byte string'],
    ['a link of no bytes', 'd8 2a 40', 'identity prefix'],
    ['a link without its prefix', 'd8 2a 42 0155', 'identity prefix'],
    ['a link that is no CID', 'd8 2a 43 00ffff', 'not a CID'],
    ['a CID with a byte too many', 'd8 2a 47 00 01 55 00 01 aa bb', 'not a CID'],
    ['a CID with a long varint', 'd8 2a 47 00 81 00 55 00 01 aa', 'not a CID'],
  ])('%s', (_, bytes, reason) => {
    expect(refusal(hex(bytes))).toContain(reason)
  })
})

describe('edges that are accepted', () => {
  test.each<[string, string, Value]>([
    ['2^53-1', '1b 001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['-(2^53-1)', '3b 001ffffffffffffe', Number.MIN_SAFE_INTEGER],
    ['the shortest 24', '18 18', 24],
    ['keys by length, then bytes', 'a3 6162 01 6163 02 626161 03', { b: 1, c: 2, aa: 3 }],
    ['keys that JavaScript would reorder', 'a2 6139 01 623130 02', { 9: 1, 10: 2 }],
    ['a byte order mark is a character', '63 efbbbf', '\ufeff'],
    ['an empty key', 'a1 60 f6', { '': null }],
  ])('%s', (_, bytes, value) => {
    expect(decodeValue(hex(bytes))).toEqual({ ok: true, value })
    expect(encodeValue(value)).toEqual(hex(bytes))
  })

  test('text on both sides of the length that is decoded by hand', () => {
    for (const text of ['é'.repeat(6), 'a'.repeat(12), 'a'.repeat(13), `${'a'.repeat(11)}é`])
      expect(decodeValue(encodeValue(text))).toEqual({ ok: true, value: text })
  })

  test('links that are not of operations', () => {
    const v0 = CID.parse('QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG')
    const raw = CID.createV1(0x55, createDigest(0, Uint8Array.of(1, 2, 3)))
    const value = { raw, v0 }
    expect(decodeValue(encodeValue(value))).toEqual({ ok: true, value })
  })
})

describe('nesting', () => {
  const lists = (depth: number): Uint8Array => new Uint8Array(depth + 1).fill(0x81).with(depth, 0)
  const maps = (depth: number): Uint8Array => hex(`${'a16161'.repeat(depth)}00`)

  test(`${MAX_DEPTH} levels are the most`, () => {
    expect(decodeValue(lists(MAX_DEPTH)).ok).toBe(true)
    expect(decodeValue(maps(MAX_DEPTH)).ok).toBe(true)
    expect(refusal(lists(MAX_DEPTH + 1))).toContain('nested deeper')
    expect(refusal(maps(MAX_DEPTH + 1))).toContain('nested deeper')
  })

  test('200,000 levels overflow no stack', () => {
    expect(refusal(lists(200_000))).toContain('nested deeper')
    expect(refusal(maps(60_000))).toContain('nested deeper')
  })
})

test('decoded bytes are a copy, also when they come in a Node buffer', () => {
  const input = Buffer.from(encodeValue({ a: Uint8Array.of(1, 2, 3) }))
  const decoded = decodeValue(input)
  input.fill(0xff)
  expect(decoded).toEqual({ ok: true, value: { a: Uint8Array.of(1, 2, 3) } })
})

test('a view into a larger buffer is read at its own offset', () => {
  const inner = encodeValue({ n: 70_000, t: 'ü' })
  const outer = new Uint8Array(inner.length + 20).fill(0xff)
  outer.set(inner, 7)
  const view = outer.subarray(7, 7 + inner.length)
  expect(decodeValue(view)).toEqual({ ok: true, value: { n: 70_000, t: 'ü' } })
})
