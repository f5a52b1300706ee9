/**
 * A frontier under one session's key (design §2.6): keys as tags, operations as fingerprints, and
 * tables of fingerprints over ranges of tags, by which a small difference among many keys is found.
 */
import type { Chain } from '../chain/held.ts'
import { cidBytes, type Sha256 } from '../op/cid.ts'
import { keyBytes } from '../op/key-id.ts'
import { type FrontierEntry, isPlain } from './frontier.ts'
import { FANOUT, TAG_BYTES, type WireEntry } from './message.ts'

/** An entry with its tag. */
export interface Tagged extends FrontierEntry {
  readonly tag: Uint8Array
}

/** A frontier whose tags and fingerprints only this session's two sides can foresee. */
export class TaggedFrontier {
  private readonly salt: Uint8Array
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
    this.salt = hash(concat([...nonces].sort((a, b) => (asText(a) < asText(b) ? -1 : 1))))
    for (const entry of entries) {
      const tag = this.keyed(keyBytes(entry.chain.key))
      this.byTag.set(asText(tag), { ...entry, tag })
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

  /** The fingerprint of a chain's operation at a seq; zeros where there is none. */
  printAt(chain: Chain, seq: number): Uint8Array {
    const cid = chain.main[seq]?.op.cid
    return cid === undefined ? new Uint8Array(TAG_BYTES) : this.keyed(cidBytes(cid))
  }

  /** Entries whose tags lie in any of the buckets of a level; at level 0 all. */
  within(level: number, buckets: readonly number[]): Tagged[] {
    const all = [...this.byTag.values()]
    const here = new Set(buckets)
    return level === 0 ? all : all.filter(({ tag }) => here.has(bucketOf(tag, level)))
  }

  /** An entry as it is listed. */
  wire(entry: Tagged): WireEntry {
    const { chain, length, state, proofs, tag } = entry
    const mark = isPlain(entry) ? null : { state, print: this.printOf(entry), proofs }
    const head = length === 0 ? new Uint8Array(TAG_BYTES) : this.printAt(chain, length - 1)
    return { tag, length, head, mark }
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
    return this.hash(concat([this.salt, bytes])).slice(0, TAG_BYTES)
  }
}

/** A tag's bucket: the first `level` × 7 bits of it. */
function bucketOf(tag: Uint8Array, level: number): number {
  const view = new DataView(tag.buffer, tag.byteOffset, tag.byteLength)
  const bits = view.getUint32(0) * 0x10000 + view.getUint16(4)
  return Math.floor(bits / 2 ** (48 - 7 * level))
}

const slot = (table: Uint8Array, i: number): Uint8Array =>
  table.subarray(i * TAG_BYTES, (i + 1) * TAG_BYTES)

/** True for equal bytes. */
export const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

/** Bytes as a map's key. */
export const asText = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** Bytes one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
