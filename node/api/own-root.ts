/**
 * Operations of our own root that the replica cannot place yet: of a joiner, until the amendment
 * that names its root is held (design §3.3). They are kept as a note, offered again at every start,
 * and sent in introductions, for nobody else has them.
 */
import { z } from 'zod'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { decodeOp, type SignedOp } from '../../src/op/operation.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'

const NOTE = 'own-root-ops'
/** Most operations kept so: a delegation and an acceptance are two. */
const MAX_KEPT = 16
const keptSchema = z.array(z.object({ bytes: z.base64(), sig: z.base64() }))

/** A root operation with its own signature. */
export type RootOp = SignedOp & { readonly sig: Uint8Array }

/** Operations of our root that are kept aside, in the order of their chain. */
export function keptRootOps(replica: Replica): RootOp[] {
  const note = replica.local.get(NOTE)
  return note === undefined
    ? []
    : keptSchema.parse(JSON.parse(note)).map(({ bytes, sig }) => ({
        bytes: fromBase64(bytes),
        sig: fromBase64(sig),
      }))
}

/** Keeps what of these is our root's and not held, forgets what is held by now. Then flush. */
export function keepRootOps(replica: Replica, root: KeyId, ops: readonly SignedOp[]): void {
  const kept = new Map<OpCid, RootOp & { readonly seq: number }>()
  for (const { bytes, sig } of [...keptRootOps(replica), ...ops]) {
    const op = decodeOp(bytes, nodeSha256)
    if (!op.ok || sig === null || op.value.key !== root) continue
    if (!replica.ledger.byCid.has(op.value.cid))
      kept.set(op.value.cid, { bytes, sig, seq: op.value.seq })
  }
  const list = [...kept.values()].sort((a, b) => a.seq - b.seq).slice(0, MAX_KEPT)
  const text = list.length === 0 ? null : JSON.stringify(list.map(toText))
  if ((replica.local.get(NOTE) ?? null) !== text) replica.note([[NOTE, text]])
}

/** Offers what is kept to the replica again; call at the start. */
export function offerRootOps(replica: Replica, root: KeyId): void {
  const kept = keptRootOps(replica)
  if (kept.length === 0) return
  replica.ingest(kept, root)
  keepRootOps(replica, root, [])
}

/** Where our root's chain stands: the seq that its next operation takes, and the CID before it. */
export function rootHeadOf(replica: Replica, root: KeyId): { seq: number; prev: OpCid | null } {
  const held = replica.ledger.chains.get(root)?.main.at(-1)?.op
  const kept = keptRootOps(replica).flatMap(({ bytes }) => {
    const op = decodeOp(bytes, nodeSha256)
    return op.ok ? op.value : []
  })
  const last = [...(held ? [held] : []), ...kept].sort((a, b) => a.seq - b.seq).at(-1)
  return last ? { seq: last.seq + 1, prev: last.cid } : { seq: 0, prev: null }
}

const toText = ({ bytes, sig }: RootOp): { bytes: string; sig: string } => ({
  bytes: Buffer.from(bytes).toString('base64'),
  sig: Buffer.from(sig).toString('base64'),
})

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))
