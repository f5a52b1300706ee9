/** Messages of a sync session: dag-cbor lists, the first entry says which (design §2.6). */
import type { CID } from 'multiformats/cid'
import { z } from 'zod'
import { decodeValue, encodeValue } from '../op/cbor.ts'
import { linkOf, opCidOf } from '../op/cid.ts'
import type { OpCid, Value } from '../op/ids.ts'
import type { SignedOp } from '../op/operation.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { bytesOf, looseCid } from '../op/type.ts'
import type { ChainState } from './frontier.ts'

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
/** Most entries of one message: forked keys and all, it fits into one frame. */
export const MAX_ENTRIES = 4096
/** Most entries of one session, over all its messages. */
export const MAX_SESSION_KEYS = 100_000
/** Most CIDs asked for in one message. */
export const MAX_WANTS = 512

const STATES = ['open', 'cut', 'forked'] as const
const tag = bytesOf(TAG_BYTES)
const uint = z.int().min(0)
/** 0 for a key of which length and head say everything; else state, fingerprint, proofs. */
const mark = z.union([
  z.literal(0),
  z.tuple([
    z
      .int()
      .min(0)
      .max(STATES.length - 1),
    tag,
    z.array(looseCid).max(2),
  ]),
])
const entry = z.tuple([tag, uint, tag, mark])
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
    z.array(z.tuple([uint, bytesOf(FANOUT * TAG_BYTES)])).max(MAX_DIFFERING),
  ]),
  /** More of them follow; the buckets that are listed (none: all keys); the entries in them. */
  entries: z.tuple([
    z.literal(2),
    z.boolean(),
    z.array(uint).max(MAX_DIFFERING * FANOUT),
    z.array(entry).max(MAX_ENTRIES),
  ]),
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
  /** The fingerprint of the last operation of that length. */
  readonly head: Uint8Array
  /** What length and head do not say; null where they say everything. */
  readonly mark: Mark | null
}

/** What there is to a key beside its chain. */
export interface Mark {
  readonly state: ChainState
  /** The fingerprint of everything that counts of the key. */
  readonly print: Uint8Array
  /** CIDs of the operations that prove a fork. */
  readonly proofs: readonly OpCid[]
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

const entryToWire = ({ tag, length, head, mark }: WireEntry): Value => [
  tag,
  length,
  head,
  mark ? [STATES.indexOf(mark.state), mark.print, mark.proofs.map(linkOf)] : 0,
]

const cids = (links: readonly CID[]): OpCid[] => links.flatMap((link) => opCidOf(link) ?? [])

function readMark(wire: z.infer<typeof mark>): Mark | null {
  if (wire === 0) return null
  const [state, print, proofs] = wire
  return { state: STATES[state] ?? 'open', print, proofs: cids(proofs) }
}

const readers: { readonly [Name in keyof Parsed]: (parsed: Parsed[Name]) => SyncMessage } = {
  hello: ([, , digest, nonce, keys]) => ({ kind: 'hello', digest, nonce, keys }),
  buckets: ([, level, tables]) => ({ kind: 'buckets', level, tables }),
  entries: ([, more, buckets, entries]) => ({
    kind: 'entries',
    more,
    buckets,
    entries: entries.map(([tag, length, head, mark]) => ({
      tag,
      length,
      head,
      mark: readMark(mark),
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
