/** Decoders of what peers send: operations, bodies, sync, gossip, artefacts, introductions. */

import { encode } from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import { decodeManifest } from '../../../src/artefact/manifest.ts'
import {
  decodeAnswer,
  decodeQuestion,
  encodeArtefactMessage,
} from '../../../src/artefact/message.ts'
import { decodeValue, encodeValue } from '../../../src/op/cbor.ts'
import type { Value } from '../../../src/op/ids.ts'
import { decodeOp, encodeOp } from '../../../src/op/operation.ts'
import type { Result } from '../../../src/op/refusal.ts'
import { REGISTRY } from '../../../src/replica/registry.ts'
import { decodeGossip, encodeAnnouncement, encodeGossip } from '../../../src/sync/gossip.ts'
import { decodeMessage, encodeMessage, NONCE_BYTES } from '../../../src/sync/message.ts'
import type { Dice } from '../../convergence/moot.ts'
import { opSet } from '../../convergence/op-sets.ts'
import { mangledBytes } from './bytes.ts'
import { runnable, type Target } from './fuzzer.ts'
import { valueFor } from './schema-values.ts'
import { type Loose, mangledValue } from './values.ts'

/** Sets of operations that seeds are taken from. */
const SEED_SETS = [1, 2, 3]
const made = SEED_SETS.flatMap((seed) => opSet(seed).ops)
/** One operation of each type that the sets hold, and a few more. */
export const SEED_OPS = [
  ...new Map(made.map((one) => [one.op.type, one])).values(),
  ...made.slice(0, 20),
]
const [first] = SEED_OPS
if (!first) throw new RangeError('a set has operations')

/** What a refusal or a value was, in a few words: what is new is fuzzed further. */
export const kindOf = (result: Result<unknown>): string =>
  result.ok ? 'good' : `${result.code}: ${result.message.replace(/\d+/g, '#').slice(0, 60)}`

/** A value as canonical as the library makes it; what it cannot say is left to byte changes. */
export function encoded(value: Loose): Uint8Array | undefined {
  try {
    return new Uint8Array(encode(value))
  } catch {
    return undefined
  }
}

const values = SEED_OPS.map(({ bytes }) => decodedValue(bytes))

function decodedValue(bytes: Uint8Array): Loose {
  const value = decodeValue(bytes)
  return value.ok ? value.value : null
}

/** Half the time the value is changed and encoded anew, half the time its bytes are. */
export function mangledCbor(bytes: Uint8Array, dice: Dice, other: Uint8Array): Uint8Array {
  if (dice.chance(0.5)) return mangledBytes(bytes, dice, other)
  const value = decodeValue(bytes)
  const changed = value.ok && encoded(mangledValue(value.value, dice, values))
  return changed || mangledBytes(bytes, dice, other)
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const fromHex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

/** Throws unless what was taken encodes to the very bytes: one value has one spelling. */
function sameAgain(what: string, before: Uint8Array, after: Uint8Array): void {
  if (Buffer.compare(before, after) !== 0)
    throw new RangeError(`${what} was taken from other bytes than it encodes to: ${hex(after)}`)
}

/** A decoder of bytes as a target. */
const cborTarget = (
  name: string,
  share: number,
  seeds: readonly Uint8Array[],
  run: (bytes: Uint8Array) => string,
): Target<Uint8Array> => ({
  name,
  share,
  seeds,
  mangle: mangledCbor,
  run,
  show: hex,
  read: fromHex,
})

const ops = SEED_OPS.map(({ bytes }) => bytes)

const opTarget = cborTarget('op', 50, ops, (bytes) => {
  const op = decodeOp(bytes)
  if (op.ok) sameAgain('an operation', bytes, encodeOp(op.value))
  return kindOf(op)
})

const valueTarget = cborTarget('value', 30, ops, (bytes) => {
  const value = decodeValue(bytes)
  if (value.ok) sameAgain('a value', bytes, encodeValue(value.value))
  return kindOf(value)
})

const tag = new Uint8Array(6).fill(1)
const cid = first.op.cid
const messages = [
  encodeMessage({
    kind: 'hello',
    digest: new Uint8Array(32),
    nonce: new Uint8Array(NONCE_BYTES),
    keys: 3,
  }),
  encodeMessage({ kind: 'want', cids: [cid] }),
  encodeMessage({ kind: 'probe', tag, from: 0, step: 2, prints: [tag, tag] }),
  encodeMessage({ kind: 'parted', tag, seq: 3 }),
  encodeMessage({ kind: 'ops', ops: [{ bytes: first.bytes, sig: first.sig }] }),
  encodeMessage({ kind: 'pushed' }),
  encodeMessage({ kind: 'bye' }),
]

/** Every sync message that is taken is one that could have been sent. */
const messageTarget = cborTarget('sync message', 36, messages, (bytes) => {
  const message = decodeMessage(bytes)
  if (message.ok) sameAgain('a message', bytes, encodeMessage(message.value))
  return kindOf(message)
})

const gossip = [
  ...SEED_OPS.flatMap(({ bytes, sig }) => (sig && encodeGossip({ bytes, sig })) || []),
  encodeAnnouncement(first.op),
]

const gossipTarget = cborTarget('gossip', 30, gossip, (bytes) => {
  const message = decodeGossip(bytes)
  if (message.ok && message.value.kind === 'op') decodeOp(message.value.signed.bytes)
  return kindOf(message)
})

const questions = [
  encodeArtefactMessage({ is: 'open', digest: new Uint8Array(32), manifest: new Uint8Array(32) }),
  encodeArtefactMessage({ is: 'have' }),
  encodeArtefactMessage({ is: 'manifest' }),
  encodeArtefactMessage({ is: 'chunk', index: 3 }),
  encodeArtefactMessage({ is: 'have', chunks: new Uint8Array(3) }),
  encodeArtefactMessage({ is: 'manifest', bytes: encodeValue([new Uint8Array(32)]) }),
  encodeArtefactMessage({ is: 'chunk', index: 1, bytes: new Uint8Array(99) }),
  encodeArtefactMessage({ is: 'lack' }),
]

const artefactTarget = cborTarget(
  'artefact message',
  20,
  questions,
  (bytes) => `${kindOf(decodeQuestion(bytes))}; ${kindOf(decodeAnswer(bytes))}`,
)

const MANIFEST_SIZES = [0, 1, 262_144, 700_000, Number.MAX_SAFE_INTEGER]
const digest = new Uint8Array(32).fill(3)
const manifests = [0, 1, 3].map((chunks) => encodeValue(Array<Value>(chunks).fill(digest)))

/** The size comes from an operation, which bounds it; the list from whoever answers. */
const manifestTarget = cborTarget('manifest', 12, manifests, (bytes) =>
  MANIFEST_SIZES.slice(0, 4)
    .map((size) => kindOf(decodeManifest(bytes, size)))
    .join('; '),
)

/** A type of operation and a body for it. */
interface Body {
  readonly type: string
  readonly body: Loose
}

const bodies: Body[] = [
  ...SEED_OPS.map(({ op }) => ({ type: op.type, body: op.body })),
  ...[...REGISTRY.keys()].map((type) => ({ type, body: {} })),
]

/** The body of every type that there is: generated from its schema, then changed. */
const bodyTarget: Target<Body> = {
  name: 'body of each type',
  share: 40,
  seeds: bodies,
  mangle: ({ type, body }, dice, other) => {
    const known = REGISTRY.get(type)
    if (known && dice.chance(0.5)) {
      const fresh = valueFor(known.body, dice)
      return { type, body: dice.chance(0.4) ? fresh : mangledValue(fresh, dice, [body]) }
    }
    return { type, body: mangledValue(body, dice, [other.body]) }
  },
  run: ({ type, body }) => {
    const parsed = REGISTRY.get(type)?.body.safeParse(body)
    const issue = parsed?.error?.issues[0]
    return `${type}: ${issue ? `${issue.path.join('.')} ${issue.message}`.slice(0, 60) : 'good'}`
  },
  show: ({ type, body }) => `${type} ${JSON.stringify(body, showBytes)}`,
}

const showBytes = (_name: string, value: Loose): Loose =>
  value instanceof Uint8Array ? hex(value) : CID.asCID(value) ? String(value) : value

/** Decoders of what peers send. */
export const WIRE_TARGETS = [
  runnable(opTarget),
  runnable(valueTarget),
  runnable(bodyTarget),
  runnable(messageTarget),
  runnable(gossipTarget),
  runnable(artefactTarget),
  runnable(manifestTarget),
]
