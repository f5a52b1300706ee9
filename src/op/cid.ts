/** CIDs of operations: CIDv1, dag-cbor, sha2-256 (design §2.1). */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { CID } from 'multiformats/cid'
import { Digest } from 'multiformats/hashes/digest'
import { byteMemo } from './byte-memo.ts'
import type { OpCid } from './ids.ts'
import { invariant } from './refusal.ts'

/** CIDv1 · dag-cbor (0x71) · sha2-256 (0x12) · 32 bytes. */
const PREFIX = Uint8Array.of(0x01, 0x71, 0x12, 0x20)
/** Length of an operation's CID in bytes. */
export const CID_BYTES = PREFIX.length + 32

/** A synchronous sha2-256; the daemon injects the platform's, which is faster. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
/** The digits' character codes. */
const DIGITS = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0))
/** The value of each digit, by its character code. */
const VALUES = new Uint8Array(128)
DIGITS.forEach((code, value) => {
  VALUES[code] = value
})
const utf8 = new TextDecoder()
/** Where `base32` writes: the prefix, then 58 digits. */
const codes = new Uint8Array(1 + 58)
codes[0] = 0x62
/** The one spelling: base32 (RFC 4648, lower case, no padding) with the multibase prefix `b`. */
const SPELLING = /^bafyrei[a-h][a-z2-7]{50}[aeimquy4]$/

/** 36 bytes as 58 base32 digits after the multibase prefix. */
function base32(bytes: Uint8Array): string {
  writeBase32(bytes)
  return utf8.decode(codes)
}

function writeBase32(bytes: Uint8Array): void {
  let at = 1
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; at++) {
      bits -= 5
      codes[at] = DIGITS[(held >> bits) & 31] as number
    }
    held &= 31
  }
  codes[at] = DIGITS[(held << (5 - bits)) & 31] as number
}

/** True for the 36 bytes of a CID that can name an operation. */
export function isOpCidBytes(bytes: Uint8Array): boolean {
  return (
    bytes.length === CID_BYTES &&
    bytes[0] === PREFIX[0] &&
    bytes[1] === PREFIX[1] &&
    bytes[2] === PREFIX[2] &&
    bytes[3] === PREFIX[3]
  )
}

/** The CID string of 36 CID bytes. */
export const opCidFromBytes = (bytes: Uint8Array): OpCid => base32(bytes) as OpCid

/** Most CIDs that `namedCidFromBytes` remembers: of a coalition, its open ballots, what is said there. */
const MAX_KNOWN = 4096

/** As `opCidFromBytes`, for a CID that many operations name: for the same one the same string object. */
export const namedCidFromBytes: (bytes: Uint8Array) => OpCid = byteMemo(MAX_KNOWN, opCidFromBytes)

/** The CID of an operation's encoded bytes. */
export function cidOf(bytes: Uint8Array, hash: Sha256 = sha256): OpCid {
  const cid = new Uint8Array(CID_BYTES)
  cid.set(PREFIX)
  cid.set(hash(bytes), PREFIX.length)
  return opCidFromBytes(cid)
}

/**
 * The IPLD link of 36 CID bytes, which it keeps. Made without the library's `createV1`, which
 * encodes and copies the bytes again: decoding an operation is mostly making links.
 */
export function linkFromBytes(bytes: Uint8Array): CID {
  const digest = new Digest(0x12, 32, bytes.subarray(PREFIX.length), bytes.subarray(2))
  return new CID(1, 0x71, digest, bytes)
}

/** The IPLD link of an operation's CID, for encoding. */
export const linkOf = (cid: OpCid): CID => linkFromBytes(cidBytes(cid))

/** The 36 bytes of an operation's CID. */
export function cidBytes(cid: OpCid): Uint8Array {
  invariant(isOpCid(cid), `"${cid}" is not the CID of an operation`)
  const bytes = new Uint8Array(CID_BYTES)
  let at = 0
  let bits = 0
  let held = 0
  for (let i = 1; i < cid.length; i++) {
    held = (held << 5) | (VALUES[cid.charCodeAt(i)] as number)
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = held >> bits
    held &= (1 << bits) - 1
  }
  return bytes
}

/** Writes the digest that an operation's CID carries to `to`, from `at` on; the CID is taken as it is. */
export function digestInto(cid: OpCid, to: Uint8Array, at: number): void {
  let bits = 0
  let held = 0
  // The first 32 bits are the prefix; its last two share a digit with the first three of the digest.
  for (let i = 7, next = at; i < cid.length; i++) {
    held = ((held << 5) | (VALUES[cid.charCodeAt(i) & 127] as number)) & 0xfff
    bits += i === 7 ? 3 : 5
    if (bits < 8) continue
    bits -= 8
    to[next++] = held >> bits
  }
}

/** The CID of the operation whose digest begins at `at`. */
export function cidOfDigest(digests: Uint8Array, at: number): OpCid {
  spelled.set(digests.subarray(at, at + CID_BYTES - PREFIX.length), PREFIX.length)
  return base32(spelled) as OpCid
}

const spelled = new Uint8Array(CID_BYTES)
spelled.set(PREFIX)

/** Writes the characters of that CID to `to`, from `place` on. */
export function spellCid(digests: Uint8Array, at: number, to: Uint8Array, place: number): void {
  spelled.set(digests.subarray(at, at + CID_BYTES - PREFIX.length), PREFIX.length)
  writeBase32(spelled)
  to.set(codes, place)
}

/** The sha2-256 digest that a CID carries, as `sha256:<hex>`: an operation as a subject of others. */
export const cidDigest = (cid: OpCid): string =>
  `sha256:${bytesToHex(cidBytes(cid).subarray(PREFIX.length))}`

/** The CID string of a link; `undefined` when the link cannot name an operation. */
export function opCidOf(link: CID): OpCid | undefined {
  return isOpCidBytes(link.bytes) ? opCidFromBytes(link.bytes) : undefined
}

/** True for text that is an operation's CID in the one spelling that we use. */
export const isOpCid = (text: string): text is OpCid => SPELLING.test(text)
