/**
 * The operation: one signed, content-addressed statement in a key's chain (design §2.1).
 * Knows the envelope only; what a body means is the business of its type's schema.
 */
import { CID } from 'multiformats/cid'
import { CborReader, decodeValue, encodeValue, Malformed } from './cbor.ts'
import { type CborWriter, writtenBy } from './cbor-writer.ts'
import {
  CID_BYTES,
  cidBytes,
  cidOf,
  isOpCidBytes,
  linkOf,
  namedCidFromBytes,
  opCidFromBytes,
  opCidOf,
  type Sha256,
} from './cid.ts'
import type { CoalitionId, KeyId, OpCid, Value } from './ids.ts'
import { keyBytes, keyIdFromBytes } from './key-id.ts'
import { MAX_OP_BYTES, MAX_REFS, MAX_TYPE_LENGTH, MAX_WIDE_REFS } from './limits.ts'
import { accept, type Result, refuse, unwrap } from './refusal.ts'

/** What is signed: domain separation, then the encoded operation. */
const DOMAIN = new TextEncoder().encode('folkmoot/op/v1\0')

/** The map that is encoded, signed and named by its CID (design §2.1). */
export interface Envelope {
  /** Protocol of the body; the envelope is the same for every `v`. */
  readonly v: number
  /** `null` only in the founding operation. */
  readonly coalition: CoalitionId | null
  readonly key: KeyId
  readonly seq: number
  readonly prev: OpCid | null
  /** The author's wall clock in ms; a claim, never trusted for a verdict. */
  readonly at: number
  /** What this operation builds on: the only CIDs that pull (§2.2). */
  readonly refs: readonly OpCid[]
  readonly type: string
  readonly body: { readonly [key: string]: Value }
}

/** A decoded operation with its name. */
export interface Op extends Envelope {
  readonly cid: OpCid
}

/** What travels: the encoded operation and, unless a later operation vouches for it, its signature. */
export interface SignedOp {
  readonly bytes: Uint8Array
  readonly sig: Uint8Array | null
}

/** Signs the domain-separated bytes of an operation with one key. */
export interface Signer {
  readonly key: KeyId
  sign(message: Uint8Array): Uint8Array
}

/** Where an operation's own bytes begin in the message that its signature is over. */
export const SIGNING_PREFIX_BYTES = DOMAIN.length

/** The message that an operation's signature is over: a prefix of `SIGNING_PREFIX_BYTES`, its bytes. */
export function signingInput(bytes: Uint8Array): Uint8Array {
  const message = new Uint8Array(DOMAIN.length + bytes.length)
  message.set(DOMAIN)
  message.set(bytes, DOMAIN.length)
  return message
}

/** Encodes an envelope to canonical dag-cbor. */
export const encodeOp = (op: Envelope): Uint8Array =>
  writtenBy(
    (writer) => writeFields(writer, op),
    () => encodeValue(mapOf(op)),
  )

/** An envelope as the map that it is encoded as. */
const mapOf = (op: Envelope): Value => ({
  v: op.v,
  coalition: op.coalition === null ? null : linkOf(op.coalition),
  key: keyBytes(op.key),
  seq: op.seq,
  prev: op.prev === null ? null : linkOf(op.prev),
  at: op.at,
  refs: op.refs.map(linkOf),
  type: op.type,
  body: op.body,
})

/**
 * Encodes and signs an envelope. Throws `RefusedError` for what `decodeOp` would refuse (a
 * fraction, text that is not NFC, too many refs): once signed it would end the key's chain.
 */
export function signOp(
  envelope: Envelope,
  signer: Signer,
  hash?: Sha256,
): SignedOp & { readonly op: Op } {
  const bytes = encodeOp(envelope)
  const op = unwrap(decodeOp(bytes, hash))
  return { bytes, sig: signer.sign(signingInput(bytes)), op }
}

/** True for the types whose `refs` may name an electorate twice over (design §2.1). */
export const isWideType = (type: string): boolean =>
  type === 'tally' || type.startsWith('proposal.') || isSettleType(type)

const SETTLE_TYPES: ReadonlySet<string> = new Set(['seal', 'settlement', 'provisional'])

/** Seal and settle operations: pulled with the run that vouches for them, not their chain (§2.2). */
export const isSettleType = (type: string): boolean =>
  SETTLE_TYPES.has(type) || type.startsWith('seal.') || type.startsWith('settle.')

/** Decodes an operation; refuses (`too-large`, `malformed`) what has no valid envelope. */
export function decodeOp(bytes: Uint8Array, hash?: Sha256): Result<Op> {
  if (bytes.length > MAX_OP_BYTES)
    return refuse('too-large', `operation of ${bytes.length} bytes; at most ${MAX_OP_BYTES}`)
  const read = readLayout(bytes)
  if (read) return accept(named(read, cidOf(bytes, hash)))
  const decoded = decodeValue(bytes)
  if (!decoded.ok) return decoded
  const envelope = readEnvelope(decoded.value)
  if (typeof envelope === 'string') return refuse('malformed', `envelope: ${envelope}`)
  return accept(named(envelope, cidOf(bytes, hash)))
}

/** Written out, because spreading costs as much as the hash. */
const named = (e: Envelope, cid: OpCid): Op => ({
  v: e.v,
  coalition: e.coalition,
  key: e.key,
  seq: e.seq,
  prev: e.prev,
  at: e.at,
  refs: e.refs,
  type: e.type,
  body: e.body,
  cid,
})

/** A map key as dag-cbor spells it, after the major type and length of the value before it. */
const spelt = (...parts: (string | number)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'number' ? part : [0x60 + part.length, ...new TextEncoder().encode(part)],
    ),
  )
const MAP_V = spelt(0xa9, 'v')
const AT = spelt('at')
const KEY_OF_32 = spelt('key', 0x58, 32)
const SEQ = spelt('seq')
const BODY = spelt('body')
const PREV = spelt('prev')
const REFS = spelt('refs')
const TYPE = spelt('type')
const COALITION = spelt('coalition')
/** Tag 42, a byte string of 37, the identity prefix; the CID follows. */
const LINK = Uint8Array.of(0xd8, 42, 0x58, 1 + CID_BYTES, 0)

/**
 * The fast way: canonical dag-cbor leaves an envelope one layout (map keys sort by length, then
 * bytewise), so its fields are where they must be and its CIDs go straight into text. `undefined`
 * for everything else, which `readEnvelope` then names; that one alone says what is an envelope.
 */
function readLayout(bytes: Uint8Array): Envelope | undefined {
  try {
    const reader = new CborReader(bytes)
    const envelope = readFields(reader)
    reader.end()
    return isSound(envelope) ? envelope : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

function readFields(reader: CborReader): Envelope {
  reader.literal(MAP_V)
  const v = reader.head(0)
  reader.literal(AT)
  const at = reader.head(0)
  reader.literal(KEY_OF_32)
  const key = keyIdFromBytes(reader.take(32))
  reader.literal(SEQ)
  const seq = reader.head(0)
  reader.literal(BODY)
  const body = reader.map(1)
  reader.literal(PREV)
  const prev = reader.skipNull() ? null : opCidFromBytes(takeLink(reader))
  reader.literal(REFS)
  const refs: OpCid[] = []
  for (let left = reader.head(4); left > 0; left--) refs.push(namedCidFromBytes(takeLink(reader)))
  reader.literal(TYPE)
  const type = reader.text(reader.head(3))
  reader.literal(COALITION)
  const coalition = reader.skipNull() ? null : namedCidFromBytes(takeLink(reader))
  return { v, coalition, key, seq, prev, at, refs, type, body }
}

/** `readFields`, backwards. */
function writeFields(writer: CborWriter, op: Envelope): void {
  writer.literal(MAP_V)
  writer.value(op.v)
  writer.literal(AT)
  writer.value(op.at)
  writer.literal(KEY_OF_32)
  writer.literal(keyBytes(op.key))
  writer.literal(SEQ)
  writer.value(op.seq)
  writer.literal(BODY)
  writer.value(op.body)
  writer.literal(PREV)
  putLink(writer, op.prev)
  writer.literal(REFS)
  writer.head(4, op.refs.length)
  for (const ref of op.refs) putLink(writer, ref)
  writer.literal(TYPE)
  writer.text(op.type)
  writer.literal(COALITION)
  putLink(writer, op.coalition)
}

function putLink(writer: CborWriter, cid: OpCid | null): void {
  if (cid === null) writer.value(null)
  else {
    writer.literal(LINK)
    writer.literal(cidBytes(cid))
  }
}

function takeLink(reader: CborReader): Uint8Array {
  reader.literal(LINK)
  const bytes = reader.take(CID_BYTES)
  if (!isOpCidBytes(bytes)) throw new Malformed('the CID of no operation')
  return bytes
}

/** The rules of an envelope whose fields have the right types. */
const isSound = ({ v, coalition, seq, prev, refs, type }: Envelope): boolean =>
  v > 0 &&
  type.length > 0 &&
  type.length <= MAX_TYPE_LENGTH &&
  (prev === null) === (seq === 0) &&
  (coalition !== null || seq === 0) &&
  refs.length <= (isWideType(type) ? MAX_WIDE_REFS : MAX_REFS) &&
  (refs.length < 2 || new Set(refs).size === refs.length)

const FIELDS = ['v', 'coalition', 'key', 'seq', 'prev', 'at', 'refs', 'type', 'body']

type Fields = { readonly [key: string]: Value }
const isMap = (value: Value | undefined): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof CID)
const isUint = (value: Value | undefined): value is number =>
  typeof value === 'number' && value >= 0
const isLink = (value: Value | undefined): value is CID => value instanceof CID

/** The envelope of a decoded map, or what is wrong with it. */
function readEnvelope(value: Value): Envelope | string {
  if (!isMap(value)) return 'not a map'
  const { v, key, seq, at, type, body } = value
  if (Object.keys(value).length !== FIELDS.length || !FIELDS.every((f) => f in value))
    return `fields must be exactly ${FIELDS.join(', ')}`
  if (!isUint(v) || v === 0) return 'v must be a positive integer'
  if (!isUint(seq) || !isUint(at)) return 'seq and at must be unsigned integers'
  if (!(key instanceof Uint8Array) || key.length !== 32) return 'key must be 32 bytes'
  if (typeof type !== 'string' || type.length === 0 || type.length > MAX_TYPE_LENGTH)
    return `type must be 1 to ${MAX_TYPE_LENGTH} characters`
  if (!isMap(body)) return 'body must be a map'
  const coalition = readLink(value.coalition)
  const prev = readLink(value.prev)
  if (coalition === undefined || prev === undefined)
    return 'coalition and prev must be CIDs or null'
  if ((prev === null) !== (seq === 0)) return 'prev must be null exactly when seq is 0'
  if (coalition === null && seq !== 0) return 'coalition may be null only in a founding operation'
  const refs = readRefs(value.refs, isWideType(type) ? MAX_WIDE_REFS : MAX_REFS)
  if (typeof refs === 'string') return refs
  return { v, coalition, key: keyIdFromBytes(key), seq, prev, at, refs, type, body }
}

const readLink = (value: Value | undefined): OpCid | null | undefined =>
  value === null ? null : isLink(value) ? opCidOf(value) : undefined

function readRefs(value: Value | undefined, max: number): readonly OpCid[] | string {
  if (!Array.isArray(value)) return 'refs must be a list'
  if (value.length > max) return `refs has ${value.length} entries; at most ${max}`
  const refs: OpCid[] = []
  for (const link of value as readonly Value[]) {
    const cid = isLink(link) ? opCidOf(link) : undefined
    if (cid === undefined) return 'refs must be CIDs of operations'
    refs.push(cid)
  }
  if (new Set(refs).size !== refs.length) return 'refs names an operation twice'
  return refs
}
