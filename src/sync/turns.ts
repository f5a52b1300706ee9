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

/** The runs of all tails: the one whose next operation has been held longest is next; equals in turn, as listed. */
export function* oldestFirst(tails: readonly Tail[]): Generator<HeldRun, void, void> {
  const turns = tails.map((tail) => new Turn(tail)).filter(({ isOver }) => !isOver)
  /** Whose turn it is comes last. */
  const queue = turns.reverse().sort((a, b) => b.since - a.since)
  for (let turn = queue.pop(); turn; turn = queue.pop()) {
    yield turn.take()
    if (!turn.isOver) queue.splice(placeIn(queue, turn), 0, turn)
  }
}

/** Before all of which the next operation has been held as long or longer. */
function placeIn(queue: readonly Turn[], { since }: Turn): number {
  let low = 0
  for (let high = queue.length; low < high; ) {
    const middle = (low + high) >> 1
    if ((queue[middle]?.since ?? since) <= since) high = middle
    else low = middle + 1
  }
  return low
}

/** How far one chain was told. It is looked at anew each time: it may have been cut meanwhile. */
class Turn {
  /** When its next operation was first seen, in ms. */
  since: number
  private readonly chain: Chain
  private at: number

  constructor({ chain, from }: Tail) {
    this.chain = chain
    this.at = from
    this.since = this.seenAt()
  }

  get isOver(): boolean {
    return this.at >= this.length
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
