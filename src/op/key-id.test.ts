/** Keys as text. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isKeyId, keyBytes, keyIdFromBytes } from './key-id.ts'

test('32 bytes become 64 digits and come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const key = keyIdFromBytes(bytes)
      expect(key).toBe(Buffer.from(bytes).toString('hex'))
      expect(keyBytes(key)).toEqual(bytes)
      expect(isKeyId(key)).toBe(true)
    }),
  )
})

test('only 64 lower-case hexadecimal digits are a key', () => {
  const good = 'ab'.repeat(32)
  expect(isKeyId(good)).toBe(true)
  for (const bad of [
    '',
    good.slice(1),
    `${good}0`,
    good.toUpperCase(),
    `${good}\n`,
    `g${good.slice(1)}`,
  ])
    expect(isKeyId(bad)).toBe(false)
})

test('keys that begin alike stay apart, however often they are asked for', () => {
  const alike = [1, 2].map((end) => Uint8Array.of(...new Uint8Array(31).fill(7), end))
  const ids = [...alike, ...alike].map(keyIdFromBytes)
  expect(ids).toEqual([...alike, ...alike].map((bytes) => Buffer.from(bytes).toString('hex')))
})
