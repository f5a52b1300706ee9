/** Hashes content as it streams by: whole, and chunk by chunk for its manifest. One chunk in memory. */
import { createHash } from 'node:crypto'
import { type ContentDigest, digestFromBytes } from '../../src/artefact/digest.ts'
import { CHUNK_BYTES } from '../../src/artefact/limits.ts'
import { Manifest } from '../../src/artefact/manifest.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'

/** What content is named by. */
export interface ContentIdentity {
  readonly digest: ContentDigest
  /** Digest of the encoded manifest. */
  readonly manifest: ContentDigest
  readonly sizeBytes: number
}

/** The digest of an encoded manifest. */
export const digestOfManifest = (encoded: Uint8Array): ContentDigest =>
  digestFromBytes(nodeSha256(encoded))

/**
 * Content in chunks of `CHUNK_BYTES`, the last one shorter. Each is a view on one buffer, good until
 * the next is asked for.
 */
export async function* chunksOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(CHUNK_BYTES)
  let filled = 0
  for await (const piece of source)
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + CHUNK_BYTES - filled)
      buffer.set(part, filled)
      filled += part.length
      at += part.length
      if (filled < CHUNK_BYTES) continue
      yield buffer
      filled = 0
    }
  if (filled > 0) yield buffer.subarray(0, filled)
}

/** Takes chunks in order and names the content at the end. */
export class ContentHasher {
  private readonly whole = createHash('sha256')
  private readonly digests: Uint8Array[] = []
  private sizeBytes = 0

  /** The next chunk. */
  add(chunk: Uint8Array): void {
    this.whole.update(chunk)
    this.digests.push(nodeSha256(chunk))
    this.sizeBytes += chunk.length
  }

  /** Names what was added. Call once. */
  done(): { readonly identity: ContentIdentity; readonly manifest: Manifest } {
    const { sizeBytes } = this
    const manifest = new Manifest(sizeBytes, Uint8Array.from(Buffer.concat(this.digests)))
    const digest = digestFromBytes(this.whole.digest())
    return {
      identity: { digest, manifest: digestOfManifest(manifest.encode()), sizeBytes },
      manifest,
    }
  }
}

/** Names content; `onProgress` is told how many bytes have gone by. */
export async function identityOf(
  source: AsyncIterable<Uint8Array>,
  onProgress: (doneBytes: number) => void = () => {},
): Promise<ContentIdentity> {
  const hasher = new ContentHasher()
  let doneBytes = 0
  for await (const chunk of chunksOf(source)) {
    hasher.add(chunk)
    doneBytes += chunk.length
    onProgress(doneBytes)
  }
  return hasher.done().identity
}
