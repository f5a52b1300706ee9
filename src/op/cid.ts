/** CIDs of operations: CIDv1, dag-cbor, sha2-256 (design §2.1). */
import { sha256 } from '@noble/hashes/sha2.js'
import { CID } from 'multiformats/cid'
import type { OpCid } from './ids.ts'

/** CIDv1 · dag-cbor (0x71) · sha2-256 (0x12) · 32 bytes. */
const PREFIX = Uint8Array.of(0x01, 0x71, 0x12, 0x20)
/** Length of an operation's CID in bytes. */
export const CID_BYTES = PREFIX.length + 32

/** A synchronous sha2-256; the daemon injects the platform's, which is faster. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
/** Two base32 digits for each value of ten bits. */
const PAIRS = Array.from({ length: 1024 }, (_, i) => `${ALPHABET[i >> 5]}${ALPHABET[i & 31]}`)

/** Base32 (RFC 4648, lower case, no padding) with the multibase prefix `b`. */
function base32(bytes: Uint8Array): string {
  let text = 'b'
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    if (bits >= 10) {
      bits -= 10
      text += PAIRS[(held >> bits) & 1023]
      held &= (1 << bits) - 1
    }
  }
  if (bits > 5) text += PAIRS[(held << (10 - bits)) & 1023]
  else if (bits > 0) text += ALPHABET[(held << (5 - bits)) & 31]
  return text
}

/** True for the 36 bytes of a CID that can name an operation. */
export function isOpCidBytes(bytes: Uint8Array): boolean {
  return bytes.length === CID_BYTES && PREFIX.every((byte, i) => bytes[i] === byte)
}

/** The CID string of 36 CID bytes. */
export const opCidFromBytes = (bytes: Uint8Array): OpCid => base32(bytes) as OpCid

/** The CID of an operation's encoded bytes. */
export function cidOf(bytes: Uint8Array, hash: Sha256 = sha256): OpCid {
  const cid = new Uint8Array(CID_BYTES)
  cid.set(PREFIX)
  cid.set(hash(bytes), PREFIX.length)
  return opCidFromBytes(cid)
}

/** The IPLD link of an operation's CID, for encoding. */
export const linkOf = (cid: OpCid): CID => CID.parse(cid)

/** The 36 bytes of an operation's CID. */
export const cidBytes = (cid: OpCid): Uint8Array => CID.parse(cid).bytes

/** The CID string of a link; `undefined` when the link cannot name an operation. */
export function opCidOf(link: CID): OpCid | undefined {
  return isOpCidBytes(link.bytes) ? opCidFromBytes(link.bytes) : undefined
}

/** True for text that is an operation's CID in the one spelling that we use. */
export function isOpCid(text: string): text is OpCid {
  try {
    const bytes = CID.parse(text).bytes
    return isOpCidBytes(bytes) && opCidFromBytes(bytes) === text
  } catch {
    return false
  }
}
