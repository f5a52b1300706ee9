/**
 * Manifests: the digests of an artefact's chunks, in order, as a canonical dag-cbor list. The digest
 * of the manifest stands in the signed announcement, so each chunk is verified as it comes.
 */
import { CborReader, encodeValue, Malformed } from '../op/cbor.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { CHUNK_BYTES } from './limits.ts'

/** Bytes of one digest. */
const DIGEST_BYTES = 32

/** How many chunks content of a size has. */
export const chunkCount = (sizeBytes: number): number => Math.ceil(sizeBytes / CHUNK_BYTES)

/** The digests of an artefact's chunks. */
export class Manifest {
  readonly sizeBytes: number
  /** All digests, one after the other. */
  private readonly digests: Uint8Array

  /** `digests`: 32 bytes for each chunk of content of that size. */
  constructor(sizeBytes: number, digests: Uint8Array) {
    this.sizeBytes = sizeBytes
    this.digests = digests
  }

  /** How many chunks there are. */
  get chunks(): number {
    return this.digests.length / DIGEST_BYTES
  }

  /** The sha256 of a chunk. */
  digestOf(index: number): Uint8Array {
    return this.digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
  }

  /** Length of a chunk in bytes. */
  lengthOf(index: number): number {
    return Math.min(CHUNK_BYTES, this.sizeBytes - index * CHUNK_BYTES)
  }

  /** True when these bytes, whose sha256 is `digest`, are the chunk. */
  fits(index: number, bytes: Uint8Array, digest: Uint8Array): boolean {
    if (index < 0 || index >= this.chunks || bytes.length !== this.lengthOf(index)) return false
    return this.digestOf(index).every((byte, i) => byte === digest[i])
  }

  /** Canonical dag-cbor: what is hashed for the announcement, and what travels. */
  encode(): Uint8Array<ArrayBuffer> {
    return encodeValue(Array.from({ length: this.chunks }, (_, i) => this.digestOf(i)))
  }
}

/** Reads the manifest of content of a size; refuses (`bad-manifest`) what is none, or another's. */
export function decodeManifest(bytes: Uint8Array, sizeBytes: number): Result<Manifest> {
  const expected = chunkCount(sizeBytes)
  try {
    const reader = new CborReader(bytes)
    const listed = reader.head(4)
    if (listed !== expected)
      return refuse(
        'bad-manifest',
        `it lists ${listed} chunks; ${sizeBytes} bytes have ${expected}`,
      )
    const digests = new Uint8Array(expected * DIGEST_BYTES)
    for (let i = 0; i < expected; i++) {
      const digest = reader.bytes()
      if (digest.length !== DIGEST_BYTES)
        return refuse('bad-manifest', `entry ${i} has ${digest.length} bytes, not ${DIGEST_BYTES}`)
      digests.set(digest, i * DIGEST_BYTES)
    }
    reader.end()
    return accept(new Manifest(sizeBytes, digests))
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return refuse('bad-manifest', `not canonical dag-cbor: ${error.message}`)
  }
}
