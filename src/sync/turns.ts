/**
 * In which order a peer is told what it lacks: many chains take turns, oldest first. So what it holds
 * hangs together at every moment, and a ballot is whole before the next opens. Chain by chain, all
 * that a coalition ever decided would look open until the last chain came.
 */
import type { Chain } from '../chain/held.ts'
import { type HeldRun, vouchersAfter } from './runs.ts'

/** Operations of one chain before it is another's turn; more where no signature comes earlier. */
export const TURN_OPS = 64

/** What is lacking of the gap-free part of a chain: from a seq on, below the cut. */
export interface Tail {
  readonly chain: Chain
  readonly from: number
}

/** The runs of all tails; first the chain whose next operation has been held longest, then as listed. */
export function* inTurns(tails: readonly Tail[]): Generator<HeldRun, void, void> {
  const turns = tails.map((tail, place) => new Turn(tail, place)).filter(({ isOver }) => !isOver)
  /** Whose turn it is comes last. */
  const queue = turns.sort((a, b) => (a.isBefore(b) ? 1 : -1))
  for (let turn = queue.pop(); turn; turn = queue.pop()) {
    yield turn.take()
    if (!turn.isOver) queue.splice(placeIn(queue, turn), 0, turn)
  }
}

/** Behind all whose turn comes later. */
function placeIn(queue: readonly Turn[], turn: Turn): number {
  let low = 0
  for (let high = queue.length; low < high; ) {
    const middle = (low + high) >> 1
    if (queue[middle]?.isBefore(turn)) high = middle
    else low = middle + 1
  }
  return low
}

/** How far one chain was told. It is looked at anew each time: it may have been cut meanwhile. */
class Turn {
  private readonly chain: Chain
  private readonly place: number
  private at: number
  /** When its next operation was first seen, in ms. */
  private since: number

  constructor({ chain, from }: Tail, place: number) {
    this.chain = chain
    this.place = place
    this.at = from
    this.since = this.seenAt()
  }

  get isOver(): boolean {
    return this.at >= this.length
  }

  /** True where this one's turn comes first. */
  isBefore(other: Turn): boolean {
    const { since, place } = other
    return this.since < since || (this.since === since && this.place < place)
  }

  /** The next run, with what vouches for it. */
  take(): HeldRun {
    const run = this.chain.main.slice(this.at, this.end())
    this.at += run.length
    this.since = this.seenAt()
    const last = run.at(-1)
    return last ? [...run, ...vouchersAfter(last, this.chain)] : run
  }

  private get length(): number {
    return Math.min(this.chain.main.length, this.chain.cut)
  }

  private seenAt(): number {
    return this.chain.main[this.at]?.seenAt ?? 0
  }

  /** Behind the last signature of this turn, or the first one after it. */
  private end(): number {
    const { main } = this.chain
    const { length } = this
    const soon = Math.min(length, this.at + TURN_OPS)
    for (let end = soon; end > this.at; end--) if (main[end - 1]?.signed) return end
    for (let end = soon + 1; end < length; end++) if (main[end - 1]?.signed) return end
    return length
  }
}
