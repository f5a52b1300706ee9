/** Digests of contents: sha256, as SLSA and in-toto name their subjects (design §3.4). */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

declare const brand: unique symbol

/** A sha256 over bytes, as 64 lowercase hex digits. */
export type ContentDigest = string & { readonly [brand]: 'ContentDigest' }

const HEX = /^(?:sha256:)?([0-9a-f]{64})$/

/** The digest of 32 bytes. */
export const digestFromBytes = (bytes: Uint8Array): ContentDigest =>
  bytesToHex(bytes) as ContentDigest

/** The 32 bytes of a digest. */
export const digestBytes = (digest: ContentDigest): Uint8Array => hexToBytes(digest)

/** A digest as it is written: `sha256:…`, or the digits alone; `undefined` for anything else. */
export function readDigest(text: string): ContentDigest | undefined {
  const [, hex] = HEX.exec(text.trim().toLowerCase()) ?? []
  return hex === undefined ? undefined : (hex as ContentDigest)
}

/** How a digest is written where it must name its algorithm. */
export const formatDigest = (digest: ContentDigest): string => `sha256:${digest}`
