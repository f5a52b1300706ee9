/** Cutting what a replica holds into runs that a peer can verify (design §2.2). */
import type { Chain, Held } from '../chain/held.ts'
import type { OpCid } from '../op/ids.ts'
import { isSettleType, type SignedOp } from '../op/operation.ts'
import type { Replica } from '../replica/replica.ts'
import { MAX_FRAME_BYTES } from './session-types.ts'

/** Most bytes of operations in one frame; the rest is room for the framing. */
export const MAX_OPS_BYTES = MAX_FRAME_BYTES - 64 * 1024
/** Most predecessors that are sent along with an operation that was asked for by name. */
export const MAX_PATH = 256

/** Operations to send together, with their sizes. */
interface Parcel {
  readonly ops: readonly SignedOp[]
  readonly sizeBytes: number
}

/** Frames' worth of operations, oldest first, made as they are pulled. */
export function* framesOf(
  runs: Iterable<readonly Held[]>,
  replica: Replica,
): Generator<SignedOp[]> {
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

/** Splits consecutive operations at the last signature that still fits into one frame. */
function* parcelsOf(run: readonly Held[], replica: Replica): Generator<Parcel> {
  let at = 0
  while (at < run.length) {
    const end = lastSigned(run, at)
    if (end < at) return
    const part = run.slice(at, end + 1)
    yield {
      ops: part.flatMap((held) => stored(held, replica, held === part.at(-1))),
      sizeBytes: part.reduce((sum, held) => sum + held.sizeBytes + 80, 0),
    }
    at = end + 1
  }
}

/** The furthest signed operation that fits with all before it; at least the first signed one. */
function lastSigned(run: readonly Held[], from: number): number {
  let best = from - 1
  let sizeBytes = 0
  for (let i = from; i < run.length; i++) {
    sizeBytes += (run[i]?.sizeBytes ?? 0) + 80
    if (sizeBytes > MAX_OPS_BYTES && best >= from) return best
    if (run[i]?.signed) best = i
  }
  return best
}

function stored(held: Held, replica: Replica, withSignature: boolean): SignedOp[] {
  const op = replica.stored(held.op.cid)
  return op ? [{ bytes: op.bytes, sig: withSignature ? op.sig : null }] : []
}

/** Operations of a chain from a seq on, below its cut, with what vouches for the last of them. */
export function tailOf(chain: Chain, from: number): Held[] {
  const length = Math.min(chain.main.length, chain.cut)
  const run = chain.main.slice(from, length)
  const last = run.at(-1)
  return last && !last.signed ? [...run, ...vouchersAfter(last, chain)] : run
}

/** An operation of a broken chain with what vouches for it. */
export const vouchedRun = (held: Held, chain: Chain): Held[] =>
  held.signed ? [held] : [held, ...vouchersAfter(held, chain)]

/** The two runs that prove a fork. */
export const proofRuns = (proofs: readonly Held[], chain: Chain): Held[][] =>
  proofs.map((held) => vouchedRun(held, chain))

/** An operation asked for by name: with the chain that leads to it, but for seals and settles. */
export function namedRun(held: Held, replica: Replica): Held[] {
  const chain = replica.ledger.chain(held.op.key)
  const path = [held]
  if (!isSettleType(held.op.type))
    while (path.length < MAX_PATH) {
      const before = heldBefore(path[0], replica)
      if (!before || before.op.seq < chain.cut) break
      path.unshift(before)
    }
  const run = [...path, ...vouchedRun(held, chain).slice(1)]
  return run
}

const heldBefore = (held: Held | undefined, replica: Replica): Held | undefined =>
  held?.op.prev ? replica.ledger.byCid.get(held.op.prev) : undefined

function vouchersAfter(held: Held, chain: Chain): Held[] {
  const after = new Map<OpCid, Held[]>()
  for (const next of [...chain.main.slice(held.op.seq + 1), ...chain.strays.values()])
    if (next.op.prev !== null) after.set(next.op.prev, [...(after.get(next.op.prev) ?? []), next])
  return pathToSigned(held, after) ?? []
}

function pathToSigned(held: Held, after: ReadonlyMap<OpCid, Held[]>): Held[] | undefined {
  const queue: Held[][] = (after.get(held.op.cid) ?? []).map((next) => [next])
  for (let path = queue.shift(); path; path = queue.shift()) {
    const last = path.at(-1)
    if (!last || last.signed) return path
    for (const next of after.get(last.op.cid) ?? []) queue.push([...path, next])
  }
  return undefined
}
