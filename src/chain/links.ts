/** How the operations of one key hang together: the gap-free chain, its forks, what lies beyond. */
import type { OpCid } from '../op/ids.ts'
import type { Op } from '../op/operation.ts'
import type { Chain, Held } from './held.ts'

/** True for the next operation of the gap-free chain. */
export const follows = ({ main, forkedAt }: Chain, { seq, prev }: Op): boolean =>
  seq === main.length && seq < forkedAt && prev === headOf(main)

const headOf = (main: readonly Held[]): OpCid | null => main.at(-1)?.op.cid ?? null

/** True when another operation is held at the seq of this one, below any fork known so far. */
export function hasTwin({ main, strays, forkedAt }: Chain, { seq, cid }: Op): boolean {
  if (seq >= forkedAt) return false
  if (seq < main.length) return main[seq]?.op.cid !== cid
  // Below the fork there are strays only where some were asked for ahead of their chain.
  for (const { op } of strays.values()) if (op.seq === seq && op.cid !== cid) return true
  return false
}

/** The chain forks at a seq: all from there on is set aside. */
export function setAside(chain: Chain, seq: number): void {
  chain.forkedAt = seq
  for (const held of chain.main.splice(seq)) chain.strays.set(held.op.cid, held)
}

/** What was asked for ahead of its chain joins it as soon as the gap is closed. */
export function absorb(chain: Chain): void {
  if (chain.main.length >= chain.forkedAt) return
  for (const held of [...chain.strays.values()].sort((a, b) => a.op.seq - b.op.seq))
    if (follows(chain, held.op)) {
      chain.strays.delete(held.op.cid)
      chain.main.push(held)
    }
}

/** True for an operation that belongs to the proof of a fork: of all so far at the forked seq. */
export function isProof({ strays, forkedAt }: Chain, { seq, cid }: Op): boolean {
  if (seq !== forkedAt) return false
  let lower = 0
  for (const { op } of strays.values()) if (op.seq === forkedAt && op.cid < cid) lower++
  return lower < 2
}
