/** How the operations of one key hang together: the gap-free chain, its forks, what lies beyond. */
import type { OpCid } from '../op/ids.ts'
import type { Op } from '../op/operation.ts'
import { type Chain, type Held, strayInto } from './held.ts'

/** True for the next operation of the gap-free chain. */
export const follows = ({ main, splitAt }: Chain, { seq, prev }: Op): boolean =>
  seq === main.length && seq < splitAt && prev === headOf(main)

const headOf = (main: readonly Held[]): OpCid | null => main.at(-1)?.op.cid ?? null

/** True when another operation is held at the seq of this one, below where the chain splits. */
export function hasTwin({ main, strays, splitAt }: Chain, { seq, cid }: Op): boolean {
  if (seq >= splitAt) return false
  if (seq < main.length) return main[seq]?.op.cid !== cid
  // Below the split there are few strays: a stranger, and what was asked for ahead of its chain.
  for (const { op } of strays.values()) if (op.seq === seq && op.cid !== cid) return true
  return false
}

/** The chain splits at a seq: all from there on is set aside. */
export function setAside(chain: Chain, seq: number): void {
  chain.splitAt = seq
  for (const held of chain.main.splice(seq)) strayInto(chain, held)
  recognise(chain)
}

/** A split is a fork once all that leads to it is held; until then both sides of it wait. */
export function recognise(chain: Chain): void {
  const isHeld = chain.main.length === chain.splitAt
  chain.forkedAt = isHeld ? chain.splitAt : Number.POSITIVE_INFINITY
}

/**
 * What was asked for ahead of its chain joins it as soon as the gap is closed. True when anything
 * did, or when that reaches a split: what counted because others build on it counts by itself now.
 */
export function absorb(chain: Chain): boolean {
  const before = { forkedAt: chain.forkedAt, length: chain.main.length }
  for (const held of [...chain.strays.values()].sort((a, b) => a.op.seq - b.op.seq))
    if (follows(chain, held.op)) {
      chain.strays.delete(held.op.cid)
      chain.main.push(held)
    }
  recognise(chain)
  return chain.main.length > before.length || chain.forkedAt !== before.forkedAt
}

/**
 * True for an operation right after the gap-free chain that does not follow its head: it came out of
 * a branch that parts further down, unseen. With whatever else comes at its seq it proves a fork.
 */
export const isStranger = (chain: Chain, op: Op): boolean =>
  op.seq === chain.main.length && op.seq < chain.splitAt && !follows(chain, op)

/** True for an operation that belongs to the proof of a fork: of all so far at the split. */
export function isProof({ strays, splitAt }: Chain, { seq, cid }: Op): boolean {
  if (seq !== splitAt) return false
  let lower = 0
  for (const { op } of strays.values()) if (op.seq === splitAt && op.cid < cid) lower++
  return lower < 2
}
