/**
 * How a node makes its key known to a peer that does not know it (design §6.3): the founding
 * operation, so that a newcomer learns the roots, then our own root's chain with our delegation. A peer
 * whose key was revoked hears from nobody else that it was, for nobody talks to it any more: it is told.
 */
import { z } from 'zod'
import { decodeValue, encodeValue } from '../../src/op/cbor.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { decodeOp, type Op, type SignedOp } from '../../src/op/operation.ts'
import { bytesOf } from '../../src/op/type.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { keptRootOps } from '../api/own-root.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'

/** Bytes of operations after which a frame ends at the next signature. */
const FRAME_BYTES = 256 * 1024
/** Most operations of one introduction: a root says little. */
export const MAX_INTRODUCTION_OPS = 1_024

const frameSchema = z.array(
  z.tuple([z.custom<Uint8Array>((value) => value instanceof Uint8Array), bytesOf(64).nullable()]),
)

/** Our introduction to a peer as frames; each is a list of operations that ends in a signed one. */
export function introduce(replica: Replica, root: KeyId, to: KeyId): Uint8Array[] {
  const founding = replica.sendable(replica.coalition)
  const ender = enderOf(replica, to)
  return [
    // By itself and first: only with it does a newcomer know whose words the others are.
    ...(founding ? framesOf([founding]) : []),
    ...framesOf(chainOf(replica, root)),
    ...framesOf(keptRootOps(replica)),
    ...(ender === undefined || ender === root ? [] : framesOf(chainOf(replica, ender))),
  ]
}

/** The root that has revoked a key. */
const enderOf = ({ ledger: { keyring } }: Replica, key: KeyId): KeyId | undefined =>
  keyring.revocationsOf(key).length > 0 ? keyring.rootOf(key) : undefined

/** What a root said, but for the founding. */
const chainOf = (replica: Replica, root: KeyId): SignedOp[] =>
  (replica.ledger.chains.get(root)?.main ?? [])
    .filter(({ op }) => op.cid !== replica.coalition)
    .flatMap(({ op }) => replica.sendable(op.cid) ?? [])

/** Takes in a peer's introduction: only what roots that we know said about founding and keys. */
export function hear(replica: Replica, frames: readonly Uint8Array[], from: KeyId): number {
  const runs = frames.map(readFrame)
  if (runs.reduce((sum, run) => sum + run.length, 0) > MAX_INTRODUCTION_OPS) return 0
  let taken = 0
  for (const run of runs)
    if (run.length > 0 && run.every(({ op }) => isRootOp(replica, op)))
      taken += replica.ingest(run, from).accepted.length
  return taken
}

function isRootOp({ ledger, coalition, types }: Replica, { cid, key, type }: Op): boolean {
  return cid === coalition || (ledger.keyring.isRoot(key) && types.get(type)?.needs === 'root')
}

function framesOf(ops: readonly SignedOp[]): Uint8Array[] {
  const frames: Uint8Array[] = []
  let frame: SignedOp[] = []
  let sizeBytes = 0
  for (const op of ops) {
    frame.push(op)
    sizeBytes += op.bytes.length
    if (op.sig === null || (sizeBytes < FRAME_BYTES && op !== ops.at(-1))) continue
    frames.push(encodeValue(frame.map(({ bytes, sig }) => [bytes, sig])))
    frame = []
    sizeBytes = 0
  }
  return frames
}

/** The operations of a frame, decoded; none when it is no frame of ours. */
function readFrame(frame: Uint8Array): (SignedOp & { readonly op: Op })[] {
  const value = decodeValue(frame)
  const parsed = value.ok ? frameSchema.safeParse(value.value) : undefined
  if (!parsed?.success) return []
  return parsed.data.flatMap(([bytes, sig]) => {
    const op = decodeOp(bytes, nodeSha256)
    return op.ok ? { bytes, sig, op: op.value } : []
  })
}
