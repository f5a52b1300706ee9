/**
 * A node that comes back listens before it speaks (design §2.3). A store put back by other means than
 * `restore` looks like any other; a member that holds more of our chain tells, and then the key is
 * never used again. So after a start nothing is signed by itself until a member was heard or a
 * moment has passed; nobody who can be reached is overheard.
 */
import type { Replica } from '../../src/replica/replica.ts'
import type { Timers } from '../steward/timers.ts'

/** Longest that a node waits for a member before it does its duties, in ms. */
export const LISTEN_MS = 3_000

/** What listens. */
export interface ListeningParts {
  readonly replica: Replica
  readonly timers: Timers
  /** Called once, when it is over. */
  readonly onOver: () => void
}

/** The first moments of a daemon. */
export class Listening {
  private readonly parts: ListeningParts
  private isDone = false
  private cancel: () => void = () => {}

  constructor(parts: ListeningParts) {
    this.parts = parts
    this.isDone = !hasSpoken(parts.replica)
  }

  /** True once duties may be done. */
  get isOver(): boolean {
    return this.isDone
  }

  /** Begins; the network is up. */
  start(): void {
    if (!this.isDone) this.cancel = this.parts.timers.after(LISTEN_MS, () => this.end())
  }

  /** A session with a member completed: what it had of our chain, we have. */
  heard(): void {
    this.end()
  }

  private end(): void {
    if (this.isDone) return
    this.isDone = true
    this.cancel()
    this.parts.onOver()
  }
}

/** Whose key never said anything cannot say it twice. */
const hasSpoken = ({ signer, ledger }: Replica): boolean =>
  signer !== undefined && (ledger.chains.get(signer.key)?.main.length ?? 0) > 0
