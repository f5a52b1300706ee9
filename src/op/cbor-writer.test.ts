/** What the writer writes is what the library writes, and what it leaves to the library it leaves. */
import { encode as libraryEncode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeValue } from './cbor.ts'
import { linkFromBytes } from './cid.ts'
import type { Value } from './ids.ts'

const library = (value: Value): Uint8Array => new Uint8Array(libraryEncode(value))
const same = (value: Value): void => {
  expect(Buffer.compare(encodeValue(value), library(value))).toBe(0)
}

const link = linkFromBytes(Uint8Array.of(1, 0x71, 0x12, 0x20, ...new Uint8Array(32).fill(7)))

/** Whatever can be asked for: also text in no normal form, halves of characters, fractions. */
const anything: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.constantFrom<Value>(null, true, false, link, -0, 2 ** 53, 1.5),
    fc.maxSafeInteger(),
    fc.integer({ min: -300, max: 300 }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary-ascii' }),
    fc.constantFrom('\\ud800', 'é', 'e\\u0301', 'a\\udc00b'),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 30 }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.string({ unit: 'binary' })).filter((key) => key !== '/'),
      tie('value'),
      { maxKeys: 12, noNullPrototype: true },
    ),
  ),
})).value

describe('against the library', () => {
  test('any value has the same bytes', () => {
    fc.assert(fc.property(anything, same))
  })

  test('every head is as short as it can be', () => {
    for (const edge of [23, 24, 255, 256, 65_535, 65_536, 0xffff_ffff, 0x1_0000_0000])
      for (const number of [edge, -1 - edge]) same(number)
    for (const length of [23, 24, 255, 256, 65_535, 65_536]) {
      same('a'.repeat(length))
      same('é'.repeat(length))
      same(new Uint8Array(length))
      same(Array.from({ length }, () => 0))
    }
  })

  test('a value that is longer than any room that is kept, and what comes after it', () => {
    same([new Uint8Array(300_000), 'é'.repeat(300_000)])
    same({ after: 1 })
  })

  test('what the library refuses is refused', () => {
    const refused = [Number.NaN, Number.POSITIVE_INFINITY, undefined, [undefined], { a: undefined }]
    for (const value of refused) expect(() => encodeValue(value as Value)).toThrow(/not supported/)
  })

  test('buffers and maps of other kinds are the library’s', () => {
    same(Buffer.from('bytes'))
    same(Object.assign(Object.create(null), { b: 1, a: 2 }))
  })
})
