/** The part of our own chain that leads to an operation and that the others may not have yet. */
import type { KeyId } from '../../src/op/ids.ts'
import { decodeOp } from '../../src/op/operation.ts'
import type { Bundle, BundledOp } from '../api/bundle.ts'
import type { WireOp } from '../api/node-api.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'

/**
 * Operations of a key from after its last checkpoint up to the one named, oldest first. A daemon
 * issues a checkpoint when it has news and gossips it at once, so what came before one is known.
 * Too much does no harm: what is held already is passed over.
 */
export function ownRun({ ops }: Bundle, key: KeyId, last: string | null): WireOp[] {
  const own = ops.flatMap((bundled) => {
    const op = decodeOp(bundled.bytes, nodeSha256)
    return op.ok && op.value.key === key ? { ...op.value, bundled } : []
  })
  const end = own.findIndex(({ cid }) => cid === last)
  const upTo = own.slice(0, end + 1)
  const start = upTo.findLastIndex(({ type }) => type === 'checkpoint')
  return upTo.slice(Math.max(0, start)).map(({ bundled }) => toWire(bundled))
}

const toWire = ({ bytes, sig }: BundledOp): WireOp => ({
  bytes: Buffer.from(bytes).toString('base64'),
  sig: sig === null ? null : Buffer.from(sig).toString('base64'),
})
