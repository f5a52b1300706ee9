/** Runs: consecutive operations of one key that one signature, at the end, vouches for (§2.2). */
import type { Sha256 } from '../op/cid.ts'
import type { KeyId, OpCid } from '../op/ids.ts'
import { decodeOp, type Op, type SignedOp } from '../op/operation.ts'
import { accept, type Refusal, type Result, refuse } from '../op/refusal.ts'
import { RUN_BYTES_PER_OP } from './limits.ts'

/** An operation on its way in. `op` and `verified` spare work that the caller has done already. */
export interface Incoming extends SignedOp {
  readonly op?: Op
  /** The caller checked `sig` with the one predicate. */
  readonly verified?: boolean
}

/** A decoded operation with its encoding. */
export interface Decoded {
  readonly op: Op
  readonly bytes: Uint8Array
}

/** Consecutive operations of one key, vouched for by the signature over the last. */
export interface Run {
  readonly key: KeyId
  readonly ops: readonly Decoded[]
  readonly sig: Uint8Array
  readonly verified: boolean
  /** As it travels, framing included. */
  readonly sizeBytes: number
}

/** The operation whose signature vouches for a run. */
export const cidOfLast = ({ ops }: Run): OpCid => ops.at(-1)?.op.cid ?? ('' as OpCid)

/** The operations of a run from the first one on that is not among these. */
export function freshOf(
  { ops }: Run,
  held: { readonly has: (cid: OpCid) => boolean },
): readonly Decoded[] {
  const first = ops.findIndex(({ op }) => !held.has(op.cid))
  return first < 0 ? [] : ops.slice(first)
}

/** Cuts incoming operations into runs: each ends at the first operation that carries a signature. */
export function* runsOf(
  incoming: Iterable<Incoming>,
  hash?: Sha256,
): Generator<Result<Run>, void, void> {
  let ops: Decoded[] = []
  let sizeBytes = 0
  for (const item of incoming) {
    const decoded = item.op ? accept(item.op) : decodeOp(item.bytes, hash)
    const broken = decoded.ok ? linkFault(ops.at(-1)?.op, decoded.value) : decoded
    if (broken) {
      yield broken
      return
    }
    if (!decoded.ok) return
    ops.push({ op: decoded.value, bytes: item.bytes })
    sizeBytes += item.bytes.length + RUN_BYTES_PER_OP
    if (item.sig === null) continue
    const verified = item.verified === true
    yield accept({ key: decoded.value.key, ops, sig: item.sig, verified, sizeBytes })
    ops = []
    sizeBytes = 0
  }
  if (ops.length > 0) yield refuse('unvouched', 'the last operation of a run has no signature')
}

/** What is wrong between an operation and the one before it in its run, if anything. */
function linkFault(before: Op | undefined, op: Op): Refusal | undefined {
  if (before === undefined) return undefined
  if (before.key === op.key && op.seq === before.seq + 1 && op.prev === before.cid) return undefined
  return refuse('unvouched', `operation ${op.cid} does not follow ${before.cid} in its run`)
}
