/**
 * What our own root said: where its chain stands, which a lost store does not know (design §2.3),
 * and operations that the replica cannot place yet: of a joiner, until the amendment that names its
 * root is held (§3.3). Those are kept as a note, offered again at every start, and sent in
 * introductions, for nobody else has them.
 */
import { z } from 'zod'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { decodeOp, type SignedOp } from '../../src/op/operation.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import { heardOf } from './heard.ts'
import type { RootHead } from './node-api.ts'
import { ROOT_UNKNOWN_NOTE, staleNotes } from './stale-notes.ts'

const NOTE = 'own-root-ops'
/** Most operations of one root that are kept so: a root says little. */
export const MAX_ROOT_OPS = 1_000
const keptSchema = z.array(z.object({ bytes: z.base64(), sig: z.base64().nullable() }))

/** Operations of our root that are kept aside, in the order of their chain. */
export function keptRootOps(replica: Replica): SignedOp[] {
  const note = replica.local.get(NOTE)
  return note === undefined
    ? []
    : keptSchema.parse(JSON.parse(note)).map(({ bytes, sig }) => ({
        bytes: fromBase64(bytes),
        sig: sig === null ? null : fromBase64(sig),
      }))
}

/**
 * A home of a coalition whose store lacks even the founding operation has lost its store. Nothing
 * is signed then that might have been signed before: not with the node key, which is stale for ever,
 * nor with the root, until its chain has been learnt from others. Call when the replica opens.
 */
export function noticeLostStore(replica: Replica): void {
  if (replica.ledger.byCid.has(replica.coalition) || isRootUnknown(replica)) return
  replica.note(staleNotes('the store was lost'))
}

/** True while our root may have said more than we know. */
export const isRootUnknown = (replica: Replica): boolean =>
  replica.local.get(ROOT_UNKNOWN_NOTE) !== undefined

/**
 * A sync session completed. Once members were heard of whom one at least is honest, we hold what our
 * root said, as far as anybody does: a single one could keep it from us, and have us fork our root.
 * True when that is news.
 */
export function learntOwnRoot(replica: Replica): boolean {
  if (!isRootUnknown(replica) || !heardOf(replica).isEnough) return false
  replica.note([[ROOT_UNKNOWN_NOTE, null]])
  return true
}

/** Keeps what of these is our root's and not held, forgets what is held by now. Then flush. */
export function keepRootOps(replica: Replica, root: KeyId, ops: readonly SignedOp[]): void {
  const kept = new Map<OpCid, SignedOp & { readonly seq: number }>()
  for (const { bytes, sig } of [...keptRootOps(replica), ...ops]) {
    const op = decodeOp(bytes, nodeSha256)
    if (!op.ok || op.value.key !== root) continue
    if (!replica.ledger.byCid.has(op.value.cid))
      kept.set(op.value.cid, { bytes, sig, seq: op.value.seq })
  }
  const list = [...kept.values()].sort((a, b) => a.seq - b.seq).slice(0, MAX_ROOT_OPS)
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

/**
 * Where our root's chain stands: the seq that its next operation takes, and the CID before it.
 * Refuses `root-unknown` while the store may hold less than the root has said: what it would sign
 * might fork its chain.
 */
export function rootHeadOf(replica: Replica, root: KeyId): Result<RootHead> {
  if (isRootUnknown(replica)) return rootUnknown()
  const held = replica.ledger.chains.get(root)?.main.at(-1)?.op
  const kept = keptRootOps(replica).flatMap(({ bytes }) => {
    const op = decodeOp(bytes, nodeSha256)
    return op.ok ? op.value : []
  })
  const last = [...(held ? [held] : []), ...kept].sort((a, b) => a.seq - b.seq).at(-1)
  return accept(last ? { seq: last.seq + 1, prev: last.cid } : { seq: 0, prev: null })
}

const rootUnknown = () =>
  refuse(
    'root-unknown',
    'the store was lost, and what our root signed before is not known again yet',
    'run `folkmoot up` until it has synced with a member; if the node key is lost too, ask a member for a fresh invite and run `folkmoot join`',
  )

const toText = ({ bytes, sig }: SignedOp): z.infer<typeof keptSchema>[number] => ({
  bytes: Buffer.from(bytes).toString('base64'),
  sig: sig === null ? null : Buffer.from(sig).toString('base64'),
})

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))
