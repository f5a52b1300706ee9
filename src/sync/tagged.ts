/**
 * A frontier under one session's key (design §2.6): keys as tags, operations as fingerprints, and
 * tables of fingerprints over ranges of tags, by which a small difference among many keys is found.
 */
import type { Chain } from '../chain/held.ts'
import { cidBytes, type Sha256 } from '../op/cid.ts'
import { type FrontierEntry, headOf, isPlain, keyOf } from './frontier.ts'
import { FANOUT, TAG_BYTES, type WireEntry } from './message.ts'

/** An entry with its tag. */
export interface Tagged extends FrontierEntry {
  readonly tag: Uint8Array
  /** What `headPrint` says of it, once that was asked for. */
  head: Uint8Array | undefined
}

const NOTHING = new Uint8Array(TAG_BYTES)
/** Bytes that are hashed together with the salt without room of their own: an entry's, as a rule. */
const MAX_SHORT = 128

/** A frontier whose tags and fingerprints only this session's two sides can foresee. */
export class TaggedFrontier {
  /** The salt, and room for what is hashed with it. */
  private readonly salted: Uint8Array
  private readonly saltBytes: number
  private readonly hash: Sha256
  private readonly byTag = new Map<string, Tagged>()
  private readonly levels = new Map<number, ReadonlyMap<number, Uint8Array>>()

  /** The key is drawn from what both sides brought, in any order. */
  constructor(
    entries: readonly FrontierEntry[],
    nonces: readonly [Uint8Array, Uint8Array],
    hash: Sha256,
  ) {
    this.hash = hash
    const salt = hash(concat([...nonces].sort((a, b) => (asText(a) < asText(b) ? -1 : 1))))
    this.saltBytes = salt.length
    this.salted = concat([salt, new Uint8Array(MAX_SHORT)])
    for (const entry of entries) {
      const tag = this.keyed(keyOf(entry))
      this.byTag.set(asText(tag), taggedWith(tag, entry))
    }
  }

  /** The fingerprint of everything that counts of an entry. */
  printOf({ bytes }: FrontierEntry): Uint8Array {
    return this.keyed(bytes)
  }

  /** The entry of a tag. */
  get(tag: Uint8Array): Tagged | undefined {
    return this.byTag.get(asText(tag))
  }

  /** The fingerprint of an entry's last counted operation; zeros where none counts. */
  headPrint(entry: Tagged): Uint8Array {
    const last = headOf(entry)
    entry.head ??= last ? this.keyed(last) : NOTHING
    return entry.head
  }

  /** The fingerprint of a chain's operation at a seq; zeros where there is none. */
  printAt(chain: Chain, seq: number): Uint8Array {
    const cid = chain.main[seq]?.op.cid
    return cid === undefined ? NOTHING : this.keyed(cidBytes(cid))
  }

  /** Entries whose tags lie in any of the buckets of a level; at level 0 all. */
  within(level: number, buckets: readonly number[]): Tagged[] {
    const all = [...this.byTag.values()]
    const here = new Set(buckets)
    return level === 0 ? all : all.filter(({ tag }) => here.has(bucketOf(tag, level)))
  }

  /** An entry as it is listed. */
  wire(entry: Tagged): WireEntry {
    const { length, state, proofs, tag } = entry
    const mark = isPlain(entry) ? null : { state, print: this.printOf(entry), proofs }
    return { tag, length, head: this.headPrint(entry), mark }
  }

  /** One fingerprint for each bucket right below a path: the exclusive or of its keys'. */
  table(level: number, path: number): Uint8Array {
    const buckets = this.levels.get(level) ?? this.sums(level)
    this.levels.set(level, buckets)
    const table = new Uint8Array(FANOUT * TAG_BYTES)
    for (let i = 0; i < FANOUT; i++) {
      const sum = buckets.get(path * FANOUT + i)
      if (sum) table.set(sum, i * TAG_BYTES)
    }
    return table
  }

  /** Buckets below a path whose fingerprints are not those of a peer's table. */
  differing(level: number, path: number, theirs: Uint8Array): number[] {
    const mine = this.table(level, path)
    const buckets: number[] = []
    for (let i = 0; i < FANOUT; i++)
      if (!isSame(slot(mine, i), slot(theirs, i))) buckets.push(path * FANOUT + i)
    return buckets
  }

  private sums(level: number): Map<number, Uint8Array> {
    const sums = new Map<number, Uint8Array>()
    for (const entry of this.byTag.values()) {
      const bucket = bucketOf(entry.tag, level)
      const sum = sums.get(bucket) ?? new Uint8Array(TAG_BYTES)
      sums.set(bucket, sum)
      const print = this.printOf(entry)
      for (let i = 0; i < TAG_BYTES; i++) sum[i] = (sum[i] ?? 0) ^ (print[i] ?? 0)
    }
    return sums
  }

  private keyed(bytes: Uint8Array): Uint8Array {
    const { salted, saltBytes, hash } = this
    if (bytes.length > MAX_SHORT)
      return hash(concat([salted.subarray(0, saltBytes), bytes])).slice(0, TAG_BYTES)
    salted.set(bytes, saltBytes)
    return hash(salted.subarray(0, saltBytes + bytes.length)).slice(0, TAG_BYTES)
  }
}

/** Written out: spreading costs as much as the fingerprint. */
const taggedWith = (
  tag: Uint8Array,
  { chain, length, state, proofs, delegations, bytes }: FrontierEntry,
): Tagged => ({ chain, length, state, proofs, delegations, bytes, tag, head: undefined })

/** A tag's bucket: the first `level` × 7 bits of it. */
function bucketOf(tag: Uint8Array, level: number): number {
  const view = new DataView(tag.buffer, tag.byteOffset, tag.byteLength)
  const bits = view.getUint32(0) * 0x10000 + view.getUint16(4)
  return Math.floor(bits / 2 ** (48 - 7 * level))
}

const slot = (table: Uint8Array, i: number): Uint8Array =>
  table.subarray(i * TAG_BYTES, (i + 1) * TAG_BYTES)

/** True for equal bytes. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Bytes as a map's key. */
export function asText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** Bytes one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
