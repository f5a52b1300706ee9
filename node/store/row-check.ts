/**
 * Checks on single rows: what was read is what was written. An operation's bytes are checked by
 * their CID (design §6.2); the rest of its row, notes and journal lines by a CRC-32.
 */
import type { SQLOutputValue } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { CID_BYTES, opCidFromBytes } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'

/** Bytes of a sha2-256 digest, and of an ed25519 public key. */
export const DIGEST_BYTES = 32
const CID_PREFIX = Uint8Array.of(0x01, 0x71, 0x12, 0x20)
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const VALUES = new Uint8Array(128)
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i

/** The sha2-256 digest in an operation's CID; a tenth of the cost of a general CID parser. */
export function digestOf(cid: OpCid): Uint8Array {
  const bytes = new Uint8Array(CID_BYTES)
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 1; i < cid.length; i++) {
    held = ((held << 5) | (VALUES[cid.charCodeAt(i) & 127] ?? 0)) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = held >> bits
    }
  }
  return bytes.subarray(CID_PREFIX.length)
}

/** The CID of an operation with this digest. */
export function cidOfDigest(digest: Uint8Array): OpCid {
  const bytes = new Uint8Array(CID_BYTES)
  bytes.set(CID_PREFIX)
  bytes.set(digest, CID_PREFIX.length)
  return opCidFromBytes(bytes)
}

/** Digest, key, seq and first sight, before the signature. */
const FIXED_BYTES = 2 * DIGEST_BYTES + 16
const SIG_BYTES = 64
const scratch = Buffer.alloc(FIXED_BYTES + SIG_BYTES)

/** The columns of an operation's row that its CID does not cover, and the CID's digest. */
export interface RowFields {
  readonly digest: Uint8Array
  readonly key: Uint8Array
  readonly seq: number
  readonly seenAt: number
  readonly sig: Uint8Array | null
}

/** CRC-32 over all of an operation's row but its bytes; a `sig` that is not 64 bytes is cut. */
export function opCrc({ digest, key, seq, seenAt, sig }: RowFields): number {
  scratch.set(digest)
  scratch.set(key, DIGEST_BYTES)
  scratch.writeDoubleLE(seq, 2 * DIGEST_BYTES)
  scratch.writeDoubleLE(seenAt, 2 * DIGEST_BYTES + 8)
  if (sig === null) return crc32(scratch.subarray(0, FIXED_BYTES))
  scratch.set(sig.subarray(0, SIG_BYTES), FIXED_BYTES)
  return crc32(scratch)
}

/** CRC-32 over the text fields of a note or a journal line. */
export const textCrc = (...fields: readonly (string | number)[]): number =>
  crc32(JSON.stringify(fields))

/** A blob column, or `undefined` when it holds something else. */
export const asBlob = (value: SQLOutputValue | undefined): Uint8Array | undefined =>
  value instanceof Uint8Array ? value : undefined

/** An integer column, or `undefined` when it holds something else. */
export const asInteger = (value: SQLOutputValue | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined

/** A text column, or `undefined` when it holds something else. */
export const asText = (value: SQLOutputValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

/** True when two byte strings are equal. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
