/** Operations signed elsewhere: taken in, stored, and sent on (design §6.6, "carry the file"). */
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { decodeOp, type Op, type SignedOp } from '../../src/op/operation.ts'
import type { Issued, Replica } from '../../src/replica/replica.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import type { SubmitReport, WireOp } from './node-api.ts'
import { keepRootOps } from './own-root.ts'
import type { Surroundings } from './surroundings.ts'

/** Takes in operations on behalf of our root; throws `store-read-only` as the store does. */
export function submitOps(
  replica: Replica,
  root: KeyId,
  ops: readonly WireOp[],
  surroundings: Surroundings,
): SubmitReport {
  const incoming = ops.map(fromWire)
  const report = replica.ingest(incoming)
  keepRootOps(replica, root, incoming)
  replica.flush()
  surroundings.publish(signedAmong(report.accepted, incoming))
  surroundings.poke()
  return {
    accepted: report.accepted.map(({ cid }) => cid),
    waiting: report.waiting,
    refused: report.refused.map(({ cid, reason: { code, message } }) => ({ cid, code, message })),
    evidence: report.evidence,
  }
}

const fromWire = ({ bytes, sig }: WireOp): SignedOp => ({
  bytes: Uint8Array.from(Buffer.from(bytes, 'base64')),
  sig: sig === null ? null : Uint8Array.from(Buffer.from(sig, 'base64')),
})

/** Gossip carries single operations: those that only a later one vouches for travel by sync. */
function signedAmong(accepted: readonly Op[], incoming: readonly SignedOp[]): Issued[] {
  const wanted = new Map<OpCid, Op>(accepted.map((op) => [op.cid, op]))
  return incoming.flatMap(({ bytes, sig }) => {
    const decoded = decodeOp(bytes, nodeSha256)
    const op = decoded.ok ? wanted.get(decoded.value.cid) : undefined
    return op && sig ? { op, bytes, sig } : []
  })
}
