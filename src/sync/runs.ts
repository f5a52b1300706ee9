/** Cutting what a replica holds into runs that a peer can verify (design §2.2). */
import type { Chain, Held } from '../chain/held.ts'
import { MAX_RUN_BYTES, RUN_BYTES_PER_OP } from '../chain/limits.ts'
import { Vouchers } from '../chain/vouchers.ts'
import type { OpCid } from '../op/ids.ts'
import { isSettleType, type SignedOp } from '../op/operation.ts'
import type { Replica } from '../replica/replica.ts'

/** Most bytes of operations in one frame; the rest is room for the framing. */
export const MAX_OPS_BYTES = MAX_RUN_BYTES

/** Consecutive operations of one key, the last one signed or vouched for by what is added. */
export type HeldRun = readonly Held[]

/** Operations that go into one frame together, or not at all. */
interface Parcel {
  readonly ops: readonly SignedOp[]
  readonly sizeBytes: number
}

/** Frames' worth of operations, oldest first, made as they are pulled. */
export function* framesOf(runs: Iterable<HeldRun>, replica: Replica): Generator<SignedOp[]> {
  let frame: SignedOp[] = []
  let sizeBytes = 0
  for (const run of runs)
    for (const parcel of parcelsOf(run, replica)) {
      if (sizeBytes + parcel.sizeBytes > MAX_OPS_BYTES && frame.length > 0) {
        yield frame
        frame = []
        sizeBytes = 0
      }
      frame.push(...parcel.ops)
      sizeBytes += parcel.sizeBytes
    }
  if (frame.length > 0) yield frame
}

/**
 * Splits a run at the last signature that still fits into one frame. Where none does, the way to
 * the signature turned into another branch: each operation then goes with its own vouchers, which
 * fit, because it came so.
 */
function* parcelsOf(run: HeldRun, replica: Replica): Generator<Parcel> {
  for (let at = 0; at < run.length; ) {
    const end = lastSigned(run, at)
    const first = run[at]
    const part = end < at && first ? vouchedRun(first, replica) : run.slice(at, end + 1)
    const parcel = parcelOf(part, replica)
    // The replica may have dropped a part meanwhile; half a run would vouch for nothing.
    if (!parcel) return
    yield parcel
    at = Math.max(end, at) + 1
  }
}

/** The furthest signed operation that fits with all before it; `from - 1` when none does. */
function lastSigned(run: HeldRun, from: number): number {
  let best = from - 1
  let sizeBytes = 0
  for (let i = from; i < run.length; i++) {
    sizeBytes += weight(run[i])
    if (sizeBytes > MAX_OPS_BYTES) return best
    if (run[i]?.signed) best = i
  }
  return best
}

const weight = (held: Held | undefined): number => (held?.sizeBytes ?? 0) + RUN_BYTES_PER_OP

function parcelOf(part: HeldRun, replica: Replica): Parcel | undefined {
  const ops: SignedOp[] = []
  for (const held of part) {
    // Also where it may not be sent before it is on disk.
    const stored = replica.sendable(held.op.cid)
    if (!stored) return undefined
    ops.push({ bytes: stored.bytes, sig: held === part.at(-1) ? stored.sig : null })
  }
  if (!ops.at(-1)?.sig) return undefined
  return { ops, sizeBytes: part.reduce((sum, held) => sum + weight(held), 0) }
}

/** An operation with what vouches for it. */
export function vouchedRun(held: Held, { ledger }: Replica): HeldRun {
  return [held, ...vouchersAfter(held, ledger.chain(held.op.key))]
}

/** Operations by their CIDs, each with what vouches for it; those not held are left out. */
export const vouchedRuns = (cids: readonly OpCid[], replica: Replica): HeldRun[] =>
  cids.flatMap((cid) => {
    const held = replica.ledger.byCid.get(cid)
    return held ? [vouchedRun(held, replica)] : []
  })

/**
 * An operation asked for by name: of a broken chain with all that leads to it from the cut on, but
 * for seals and settles; before it the delegations that alone make its key known. What `sent` holds
 * is left out, and what is sent is added.
 */
export function namedRuns(cid: OpCid, replica: Replica, sent: Set<OpCid>): HeldRun[] {
  const held = replica.ledger.byCid.get(cid)
  if (!held || sent.has(cid)) return []
  const { keyring } = replica.ledger
  const behind = keyring.strayDelegationsOf(held.op.key).map(({ op }) => op)
  const runs = vouchedRuns(
    behind.filter((delegation) => !sent.has(delegation)),
    replica,
  )
  const path = pathTo(held, replica)
  // Only from the front: a seal that went alone before must not leave a gap in the run.
  const rest = path.slice(path.findIndex(({ op }) => !sent.has(op.cid)))
  const run = [...rest, ...vouchedRun(held, replica).slice(1)]
  for (const { op } of [...runs.flat(), ...run]) sent.add(op.cid)
  return [...runs, run]
}

/** From the cut to an operation above it; the operation alone below, where chains are whole. */
function pathTo(held: Held, { ledger }: Replica): Held[] {
  const { cut } = ledger.chain(held.op.key)
  const path = [held]
  if (isSettleType(held.op.type)) return path
  for (let at = held; at.op.seq > cut && at.op.prev !== null; ) {
    const before = ledger.byCid.get(at.op.prev)
    if (!before) break
    path.push(before)
    at = before
  }
  return path.reverse()
}

/** What vouches for an operation that is not signed itself: those that lead on to a signature. */
export function vouchersAfter(held: Held, chain: Chain): Held[] {
  const path: Held[] = []
  let last = held
  while (!last.signed && chain.main[last.op.seq] === last) {
    const next = chain.main[last.op.seq + 1]
    if (!next) break
    path.push(next)
    last = next
  }
  return last.signed ? path : [...path, ...new Vouchers(chain.strays.values()).after(last)]
}
