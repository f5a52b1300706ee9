/** Messages of a sync session: dag-cbor lists, the first entry says which (design §2.6). */
import type { CID } from 'multiformats/cid'
import { z } from 'zod'
import { decodeValue, encodeValue } from '../op/cbor.ts'
import { linkOf, opCidOf } from '../op/cid.ts'
import type { OpCid, Value } from '../op/ids.ts'
import type { SignedOp } from '../op/operation.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { bytesOf, looseCid } from '../op/type.ts'

/** Bytes of a key's tag and of a fingerprint; both are keyed anew in every session. */
export const TAG_BYTES = 6
/** Random bytes that each side brings to a session's key. */
export const NONCE_BYTES = 16
/** Buckets of one level of the key space. */
export const FANOUT = 128
/** Most keys that are listed without descending through buckets. */
export const MAX_FLAT_KEYS = 256
/** Fingerprints of one probe for the place where two chains part. */
export const PROBE_POINTS = 64
/** Most levels of buckets. */
export const MAX_LEVELS = 4
/** Most differing buckets that are split again; beyond, their keys are listed. */
export const MAX_DIFFERING = 512
/** Most entries of one message. */
export const MAX_ENTRIES = 8192
/** Most CIDs asked for in one message. */
export const MAX_WANTS = 512

const tag = bytesOf(TAG_BYTES)
const uint = z.int().min(0)
const entry = z.tuple([
  tag,
  uint,
  tag,
  z.union([z.literal(0), z.literal(1), z.array(looseCid).max(2)]),
])
const signedOp = z.tuple([
  z.custom<Uint8Array>((v) => v instanceof Uint8Array),
  bytesOf(64).nullable(),
])

const schemas = {
  hello: z.tuple([z.literal(0), z.literal(1), bytesOf(32), bytesOf(NONCE_BYTES), uint]),
  /** Level, then for each bucket that differed one level up: its path and its table. */
  buckets: z.tuple([
    z.literal(1),
    z.int().min(1).max(MAX_LEVELS),
    z.array(z.tuple([uint, bytesOf(FANOUT * TAG_BYTES)])),
  ]),
  /** More of them follow; the buckets that are listed (none: all keys); the entries in them. */
  entries: z.tuple([z.literal(2), z.boolean(), z.array(uint), z.array(entry)]),
  /** Key, first seq, step, fingerprints of the operations there. */
  probe: z.tuple([z.literal(3), tag, uint, z.int().min(1), z.array(tag).min(1).max(PROBE_POINTS)]),
  /** Key and the seq at which the two chains part; null: they do not, as far as both go. */
  parted: z.tuple([z.literal(4), tag, uint.nullable()]),
  want: z.tuple([z.literal(5), z.array(looseCid).min(1).max(MAX_WANTS)]),
  ops: z.tuple([z.literal(6), z.array(signedOp)]),
  /** All that you lacked is sent. */
  pushed: z.tuple([z.literal(7)]),
  bye: z.tuple([z.literal(8)]),
}

type Parsed = { [Name in keyof typeof schemas]: z.infer<(typeof schemas)[Name]> }

/** One key in a list of entries. */
export interface WireEntry {
  readonly tag: Uint8Array
  readonly length: number
  readonly head: Uint8Array
  readonly state: 'open' | 'cut' | readonly OpCid[]
}

/** A message of a session. */
export type SyncMessage =
  | {
      readonly kind: 'hello'
      readonly digest: Uint8Array
      readonly nonce: Uint8Array
      readonly keys: number
    }
  | {
      readonly kind: 'buckets'
      readonly level: number
      readonly tables: readonly (readonly [number, Uint8Array])[]
    }
  | {
      readonly kind: 'entries'
      readonly more: boolean
      readonly buckets: readonly number[]
      readonly entries: readonly WireEntry[]
    }
  | {
      readonly kind: 'probe'
      readonly tag: Uint8Array
      readonly from: number
      readonly step: number
      readonly prints: readonly Uint8Array[]
    }
  | { readonly kind: 'parted'; readonly tag: Uint8Array; readonly seq: number | null }
  | { readonly kind: 'want'; readonly cids: readonly OpCid[] }
  | { readonly kind: 'ops'; readonly ops: readonly SignedOp[] }
  | { readonly kind: 'pushed' }
  | { readonly kind: 'bye' }

/** Encodes a message as one frame. */
export const encodeMessage = (message: SyncMessage): Uint8Array => encodeValue(toWire(message))

function toWire(message: SyncMessage): Value {
  switch (message.kind) {
    case 'hello':
      return [0, 1, message.digest, message.nonce, message.keys]
    case 'buckets':
      return [1, message.level, message.tables]
    case 'entries':
      return [2, message.more, message.buckets, message.entries.map(entryToWire)]
    case 'probe':
      return [3, message.tag, message.from, message.step, message.prints]
    case 'parted':
      return [4, message.tag, message.seq]
    case 'want':
      return [5, message.cids.map(linkOf)]
    case 'ops':
      return [6, message.ops.map(({ bytes, sig }) => [bytes, sig])]
    case 'pushed':
      return [7]
    case 'bye':
      return [8]
  }
}

const entryToWire = ({ tag, length, head, state }: WireEntry): Value => [
  tag,
  length,
  head,
  state === 'open' ? 0 : state === 'cut' ? 1 : state.map(linkOf),
]

const cids = (links: readonly CID[]): OpCid[] => links.flatMap((link) => opCidOf(link) ?? [])

const readers: { readonly [Name in keyof Parsed]: (parsed: Parsed[Name]) => SyncMessage } = {
  hello: ([, , digest, nonce, keys]) => ({ kind: 'hello', digest, nonce, keys }),
  buckets: ([, level, tables]) => ({ kind: 'buckets', level, tables }),
  entries: ([, more, buckets, entries]) => ({
    kind: 'entries',
    more,
    buckets,
    entries: entries.map(([tag, length, head, state]) => ({
      tag,
      length,
      head,
      state: state === 0 ? 'open' : state === 1 ? 'cut' : cids(state),
    })),
  }),
  probe: ([, tag, from, step, prints]) => ({ kind: 'probe', tag, from, step, prints }),
  parted: ([, tag, seq]) => ({ kind: 'parted', tag, seq }),
  want: ([, wanted]) => ({ kind: 'want', cids: cids(wanted) }),
  ops: ([, ops]) => ({ kind: 'ops', ops: ops.map(([bytes, sig]) => ({ bytes, sig })) }),
  pushed: () => ({ kind: 'pushed' }),
  bye: () => ({ kind: 'bye' }),
}

const NAMES = [
  'hello',
  'buckets',
  'entries',
  'probe',
  'parted',
  'want',
  'ops',
  'pushed',
  'bye',
] as const

/** Decodes one frame; refuses (`malformed`) whatever is no message. */
export function decodeMessage(frame: Uint8Array): Result<SyncMessage> {
  const value = decodeValue(frame)
  if (!value.ok) return value
  const number = Array.isArray(value.value) ? value.value[0] : undefined
  const name = typeof number === 'number' ? NAMES[number] : undefined
  if (!name) return refuse('malformed', 'no sync message')
  return read(name, value.value)
}

function read<Name extends keyof Parsed>(name: Name, value: Value): Result<SyncMessage> {
  const parsed = schemas[name].safeParse(value)
  if (!parsed.success) return refuse('malformed', `sync message ${name}: ${parsed.error.message}`)
  return accept(readers[name](parsed.data as Parsed[Name]))
}
