import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeValue } from '../op/cbor.ts'
import { unwrap } from '../op/refusal.ts'
import { CHUNK_BYTES, MAX_ARTEFACT_BYTES, MAX_CHUNKS } from './limits.ts'
import { chunkCount, decodeManifest, Manifest } from './manifest.ts'
import { MAX_MANIFEST_BYTES } from './message.ts'

const manifestOfSize = (sizeBytes: number): Manifest =>
  new Manifest(
    sizeBytes,
    new Uint8Array(chunkCount(sizeBytes) * 32).map((_, i) => i % 251),
  )

test('what was encoded is read back, whatever the size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 * CHUNK_BYTES }), (sizeBytes) => {
      const manifest = manifestOfSize(sizeBytes)
      const read = unwrap(decodeManifest(manifest.encode(), sizeBytes))
      expect(read).toEqual(manifest)
      const lengths = Array.from({ length: read.chunks }, (_, i) => read.lengthOf(i))
      expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(sizeBytes)
      expect(Math.max(...lengths)).toBeLessThanOrEqual(CHUNK_BYTES)
    }),
  )
})

test('the largest artefact has a manifest that fits into one frame, exactly as long as its limit', () => {
  const bytes = manifestOfSize(MAX_ARTEFACT_BYTES).encode()
  expect(chunkCount(MAX_ARTEFACT_BYTES)).toBe(MAX_CHUNKS)
  expect(bytes.length).toBeLessThanOrEqual(MAX_MANIFEST_BYTES)
  expect(bytes.length).toBeGreaterThan(MAX_MANIFEST_BYTES - 4)
  expect(decodeManifest(bytes, MAX_ARTEFACT_BYTES).ok).toBe(true)
})

test('a chunk fits only in its place, whole, and unchanged', () => {
  const content = new Uint8Array(CHUNK_BYTES + 5).map((_, i) => i % 7)
  const chunks = [content.subarray(0, CHUNK_BYTES), content.subarray(CHUNK_BYTES)]
  const manifest = new Manifest(
    content.length,
    Uint8Array.from(chunks.flatMap((c) => [...sha256(c)])),
  )
  const [first = content, second = content] = chunks
  const fits = (index: number, bytes: Uint8Array) => manifest.fits(index, bytes, sha256(bytes))
  expect([fits(0, first), fits(1, second)]).toEqual([true, true])
  expect([fits(0, second), fits(1, first), fits(2, second), fits(-1, first)]).not.toContain(true)
  expect(fits(1, second.subarray(1))).toBe(false)
  expect(
    fits(
      1,
      second.map((byte) => byte ^ 1),
    ),
  ).toBe(false)
})

describe('a manifest is refused', () => {
  const size = CHUNK_BYTES * 2
  test.each([
    ['of another number of chunks', manifestOfSize(CHUNK_BYTES).encode(), /lists 1 chunks/],
    [
      'with a digest of another length',
      encodeValue([new Uint8Array(32), new Uint8Array(31)]),
      /31 bytes/,
    ],
    ['with bytes after it', Uint8Array.of(...manifestOfSize(size).encode(), 0), /canonical/],
    ['that is cut', manifestOfSize(size).encode().slice(0, -1), /canonical/],
    ['that is no list', encodeValue({ chunks: [] }), /canonical/],
    ['of nothing', new Uint8Array(), /canonical/],
  ])('%s', (_, bytes, message) => {
    expect(decodeManifest(bytes, size)).toMatchObject({
      ok: false,
      code: 'bad-manifest',
      message: expect.stringMatching(message),
    })
  })

  test('whatever bytes come, without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decodeManifest(bytes, size).ok).toBe(false)
      }),
    )
  })
})
