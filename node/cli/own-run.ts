/** The part of our own chain that the others may not have yet. */
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { decodeOp } from '../../src/op/operation.ts'
import type { Bundle, BundledOp } from '../api/bundle.ts'
import type { WireOp } from '../api/node-api.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'

/** Operations on their way, and the last of them. */
export interface OwnRun {
  readonly ops: readonly WireOp[]
  readonly last: OpCid | undefined
}

/**
 * Operations of a key from a seq on, oldest first: what is below it some other member has shown that
 * it has. Too much does no harm: what is held already is passed over.
 */
export function ownRun({ ops }: Bundle, key: KeyId, fromSeq: number): OwnRun {
  const own = ops.flatMap((bundled) => {
    const op = decodeOp(bundled.bytes, nodeSha256)
    const isOurs = op.ok && op.value.key === key && op.value.seq >= fromSeq
    return isOurs ? { seq: op.value.seq, cid: op.value.cid, wire: toWire(bundled) } : []
  })
  own.sort((a, b) => a.seq - b.seq)
  return { ops: own.map(({ wire }) => wire), last: own.at(-1)?.cid }
}

const toWire = ({ bytes, sig }: BundledOp): WireOp => ({
  bytes: Buffer.from(bytes).toString('base64'),
  sig: sig === null ? null : Buffer.from(sig).toString('base64'),
})
