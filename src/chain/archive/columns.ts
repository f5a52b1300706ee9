/**
 * What an index keeps of operations: columns of numbers, a row an operation, some seventy bytes in
 * all. Rows are ordered by chain, then seq, so key, seq and predecessor follow from the row.
 */
import type { KeyId, OpCid } from '../../op/ids.ts'
import type { Standing } from '../held.ts'

/** Bytes of a digest. */
export const DIGEST_BYTES = 32
/** A type that the table of types has no room for: the operation itself says it. */
export const OTHER_TYPE = 0xffff
/** Set in a reference that leads out of the index; the rest is its place in `outside`. */
export const OUTSIDE = 0x8000_0000
/** Most rows of an index: a row fits beside `OUTSIDE`. */
export const MAX_ROWS = 0x7fff_ffff

/** Standings by the two low bits of a row's flags. */
export const STANDINGS = ['regular', 'pulled', 'evidence', 'support'] as const satisfies Standing[]
/** Where they are in a row's flags. */
export const STANDING_BITS = 0b11
/** It and all that it builds on are held. */
export const COMPLETE = 0b100
/** A signature over this very operation is kept. */
export const SIGNED = 0b1000
/** It makes roots known, once it counts. */
export const NAMES_ROOTS = 0b1_0000
/** It was dropped since. */
export const DROPPED = 0b10_0000

/** The rows of one key. */
export interface Span {
  readonly key: KeyId
  /** The row of its first operation. */
  readonly start: number
  /** How many of its gap-free chain are in the index, from seq 0 on. */
  readonly length: number
}

/** Everything that an index holds. */
export interface Columns {
  readonly spans: readonly Span[]
  readonly types: readonly string[]
  /** CIDs that operations of the index refer to and that are not in it. */
  readonly outside: readonly OpCid[]
  readonly digests: Uint8Array
  /** When each was first seen, in ms. */
  readonly seenAt: Float64Array
  readonly sizes: Uint32Array
  readonly flags: Uint8Array
  /** Places in `types`, or `OTHER_TYPE`. */
  readonly typeOf: Uint16Array
  /** Where the references of each row begin in `refs`; one more at the end. */
  readonly refStarts: Uint32Array
  readonly refs: Uint32Array
  /** What each row was put to rest with: 0, or one more than its place in a list of the caller's. */
  readonly subjects: Uint32Array
}

/** How many operations an index holds. */
export const rowsOf = ({ sizes }: Pick<Columns, 'sizes'>): number => sizes.length
