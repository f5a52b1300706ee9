/** Contents for tests of artefacts: bytes, what names them, and a peer that has them in memory. */
import { ContentHasher, type ContentIdentity, chunksOf } from '../../node/blob/content-hasher.ts'
import type { ServedArtefact } from '../../node/network/artefact-port.ts'
import { ChunkSet } from '../../src/artefact/chunk-set.ts'
import { CHUNK_BYTES } from '../../src/artefact/limits.ts'
import type { Manifest } from '../../src/artefact/manifest.ts'
import { randomFrom } from './people.ts'

/** Content with what names it. */
export interface Sample {
  readonly content: Uint8Array
  readonly identity: ContentIdentity
  readonly manifest: Manifest
  chunk(index: number): Uint8Array
}

/** Content as a stream of odd pieces. */
export async function* pieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 100_003) yield content.subarray(at, at + 100_003)
}

/** Bytes that look random and are the same for the same seed. */
export function contentOf(sizeBytes: number, seed = 1): Uint8Array {
  const random = randomFrom(seed)
  const words = new Uint32Array(Math.ceil(sizeBytes / 4))
  for (let i = 0; i < words.length; i++) words[i] = random() * 2 ** 32
  return new Uint8Array(words.buffer, 0, sizeBytes)
}

/** Content of a size, hashed. */
export async function sampleOf(sizeBytes: number, seed = 1): Promise<Sample> {
  const content = contentOf(sizeBytes, seed)
  const hasher = new ContentHasher()
  for await (const chunk of chunksOf(pieces(content))) hasher.add(chunk)
  const chunk = (i: number) => content.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)
  return { content, ...hasher.done(), chunk }
}

/** A peer that has all of it; `read` may say otherwise, or something else. */
export const servedFrom = (
  { manifest, chunk }: Sample,
  over: Partial<ServedArtefact> = {},
): ServedArtefact => ({
  manifest,
  held: ChunkSet.full(manifest.chunks),
  read: async (index) => chunk(index),
  close: async () => undefined,
  ...over,
})
