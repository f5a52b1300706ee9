/**
 * Gossip (design §2.6): one new operation a message, or for a large one its announcement. The codec
 * and the cheap part of the judgement; the signature is checked by whoever has the fast verifier.
 */
import { z } from 'zod'
import { CborReader, decodeValue, encodeValue, Malformed } from '../op/cbor.ts'
import { linkOf, opCidOf } from '../op/cid.ts'
import type { KeyId, OpCid } from '../op/ids.ts'
import { keyBytes, keyIdFromBytes } from '../op/key-id.ts'
import { MAX_AHEAD_MS } from '../op/limits.ts'
import { type Op, SIGNING_PREFIX_BYTES, type SignedOp, signingInput } from '../op/operation.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { bytesOf, looseCid } from '../op/type.ts'
import type { Replica } from '../replica/replica.ts'

/** Largest gossip message; gossipsub goes silent towards a peer after one oversized message. */
export const MAX_GOSSIP_BYTES = 32 * 1024

/** A gossiped operation; `bytes` is a part of `input`, which its signature is over. */
export interface GossipedOp extends SignedOp {
  readonly sig: Uint8Array
  readonly input: Uint8Array
}

/** A gossip message: the operation itself, or word that there is one to be pulled. */
export type GossipMessage =
  | { readonly kind: 'op'; readonly signed: GossipedOp }
  | {
      readonly kind: 'announcement'
      readonly key: KeyId
      readonly seq: number
      readonly cid: OpCid
    }

/** A list of three that begins with 0: an operation, its bytes and its signature follow. */
const SIGNED = Uint8Array.of(0x83, 0)
const SIG_BYTES = 64
const announcementSchema = z.tuple([z.literal(1), bytesOf(32), z.int().min(0), looseCid])

/** Encodes a signed operation; `undefined` when it is too large and must be announced. */
export function encodeGossip(signed: {
  readonly bytes: Uint8Array
  readonly sig: Uint8Array
}): Uint8Array | undefined {
  const message = encodeValue([0, signed.bytes, signed.sig])
  return message.length <= MAX_GOSSIP_BYTES ? message : undefined
}

/** Encodes the word that an operation exists. */
export const encodeAnnouncement = ({ key, seq, cid }: Op): Uint8Array =>
  encodeValue([1, keyBytes(key), seq, linkOf(cid)])

/** Decodes a message; refuses (`malformed`) anything else. */
export function decodeGossip(bytes: Uint8Array): Result<GossipMessage> {
  if (bytes.length > MAX_GOSSIP_BYTES) return refuse('malformed', 'gossip message too large')
  const signed = readSigned(bytes)
  if (signed) return accept({ kind: 'op', signed })
  const value = decodeValue(bytes)
  if (!value.ok) return value
  const announcement = announcementSchema.safeParse(value.value)
  const cid = announcement.success ? opCidOf(announcement.data[3]) : undefined
  if (!announcement.success || !cid) return refuse('malformed', 'no gossip message')
  const [, key, seq] = announcement.data
  return accept({ kind: 'announcement', key: keyIdFromBytes(key), seq, cid })
}

/** By hand, not by schema: this is on the way of every operation. */
function readSigned(message: Uint8Array): GossipedOp | undefined {
  if (message[0] !== SIGNED[0] || message[1] !== SIGNED[1]) return undefined
  try {
    const reader = new CborReader(message)
    reader.literal(SIGNED)
    const input = signingInput(reader.bytesView())
    const sig = reader.bytes()
    reader.end()
    const bytes = input.subarray(SIGNING_PREFIX_BYTES)
    return sig.length === SIG_BYTES ? { bytes, sig, input } : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/**
 * What a gossiped operation deserves before its signature is looked at: `verify` it and then accept
 * and forward; `ask` its sender by a sync session, because what it builds on is missing here; or
 * `ignore` it: held already, of an unknown key, of another coalition, from the future, ahead of its
 * key's rate. What is ahead comes by sync, and waits there: were it forwarded, whoever floods would
 * have the honest flood for it.
 */
export function prejudge(replica: Replica, op: Op): 'verify' | 'ask' | 'ignore' {
  const { ledger, coalition, clock } = replica
  if (ledger.byCid.has(op.cid) || (op.coalition ?? op.cid) !== coalition) return 'ignore'
  if (!ledger.keyring.knows(op.key) || op.at > clock.now() + MAX_AHEAD_MS) return 'ignore'
  const { cut, main } = ledger.chain(op.key)
  if (op.seq >= cut || ledger.rate.holdsBack(op.key, op.type, clock.now())) return 'ignore'
  // The next of its chain, or a fork of it at a place that we hold: both are worth a look.
  const isNext = op.seq === main.length && op.prev === (main.at(-1)?.op.cid ?? null)
  return isNext || op.seq < main.length ? 'verify' : 'ask'
}
