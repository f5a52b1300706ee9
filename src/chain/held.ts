/** An operation as the ledger holds it in memory: decoded, linked, with its standing. */
import type { KeyId, OpCid } from '../op/ids.ts'
import type { Op } from '../op/operation.ts'

/**
 * How an operation stands in the counted set (design §2.2).
 * `regular`: below its key's cut. `pulled`: above it, but an operation of the counted set builds on
 * it. `evidence`: one of the two that prove a fork, without effect. `support`: kept only because it
 * vouches for another; in no digest.
 */
export type Standing = 'regular' | 'pulled' | 'evidence' | 'support'

/** A held operation. */
export interface Held {
  readonly op: Op
  readonly sizeBytes: number
  readonly seenAt: number
  /** Roots that it makes known, once it counts. */
  readonly roots: readonly KeyId[]
  /** A verified signature over this very operation is kept. */
  signed: boolean
  standing: Standing
  /** How many of its `refs` are not complete yet. */
  waitsFor: number
  /** It and all it builds on are held: its effect may be read. */
  complete: boolean
}

/** An operation that was just taken in, before anything is counted. */
export const freshHeld = (
  op: Op,
  known: Pick<Held, 'sizeBytes' | 'seenAt' | 'roots' | 'signed'>,
): Held => ({
  op,
  sizeBytes: known.sizeBytes,
  seenAt: known.seenAt,
  roots: known.roots,
  signed: known.signed,
  standing: 'support',
  waitsFor: 0,
  complete: false,
})

/** In the counted set: digests and verdicts are functions of these. */
export const isCounted = (held: Held): boolean => held.standing !== 'support'

/** In the counted set with effect, not as mere evidence. */
export const hasEffect = (held: Held): boolean =>
  held.standing === 'regular' || held.standing === 'pulled'

/** True where each of these counts by itself. */
export function areRegular(all: Iterable<Held>): boolean {
  for (const { standing } of all) if (standing !== 'regular') return false
  return true
}

/** Whether the `refs` of a type pull: a checkpoint names nothing (design §2.2). */
export const isPulling = (type: string): boolean => type !== 'checkpoint'

/** The `refs` that pull. */
export const pullingRefs = (op: Op): readonly OpCid[] => (isPulling(op.type) ? op.refs : [])

/** One key's operations. */
export interface Chain {
  readonly key: KeyId
  /** The gap-free chain below the cut, by seq. */
  readonly main: Held[]
  /** What is held at or above the cut: pulled, evidence, support; `strayInto` adds to it. */
  strays: Map<OpCid, Held>
  /** Lowest seq at which two vouched operations are held; Infinity where there are none. */
  splitAt: number
  /** The same once the chain up to there is held: then it is a fork, and freezes the key (§2.2). */
  forkedAt: number
  /** First seq that does not count by itself: the fork, a revocation, a double claim (§2.2). */
  cut: number
}

/** Few chains have strays: the others share this. */
const NO_STRAYS = new Map<OpCid, Held>()

/** Holds an operation at or above the cut. */
export function strayInto(chain: Chain, held: Held): void {
  if (chain.strays === NO_STRAYS) chain.strays = new Map()
  chain.strays.set(held.op.cid, held)
}

/** True when nothing is held of the chain at or above a seq. */
export const isAllBelow = ({ main, strays }: Chain, seq: number): boolean =>
  main.length <= seq && strays.size === 0

/** The same chain, to be changed by itself. */
export const chainCopy = (chain: Chain): Chain => ({
  ...chain,
  main: [...chain.main],
  strays: chain.strays.size === 0 ? NO_STRAYS : new Map(chain.strays),
})

/** A chain without operations. */
export const emptyChain = (key: KeyId): Chain => ({
  key,
  main: [],
  strays: NO_STRAYS,
  splitAt: Number.POSITIVE_INFINITY,
  forkedAt: Number.POSITIVE_INFINITY,
  cut: Number.POSITIVE_INFINITY,
})
