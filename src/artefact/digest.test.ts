import { expect, test } from 'vitest'
import { digestBytes, digestFromBytes, formatDigest, readDigest } from './digest.ts'

const HEX = 'ab'.repeat(32)

test('a digest is read as SLSA writes it, as digits alone, in either case', () => {
  for (const text of [HEX, `sha256:${HEX}`, HEX.toUpperCase(), ` sha256:${HEX}\n`])
    expect(readDigest(text)).toBe(HEX)
  for (const text of ['', HEX.slice(1), `${HEX}0`, `sha512:${HEX}`, 'sha256:'])
    expect(readDigest(text)).toBeUndefined()
})

test('and goes through bytes and back', () => {
  const digest = digestFromBytes(new Uint8Array(32).fill(0xab))
  expect(formatDigest(digest)).toBe(`sha256:${HEX}`)
  expect(digestBytes(digest)).toEqual(new Uint8Array(32).fill(0xab))
})
