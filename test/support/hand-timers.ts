/** Timers that tests turn by hand, on the clock of the replica. */
import type { Timers } from '../../node/steward/timers.ts'
import type { TestClock } from './people.ts'

interface Pending {
  readonly dueAt: number
  readonly run: () => void
}

/** Runs what is due when time is advanced, in order of time. */
export class HandTimers implements Timers {
  private readonly clock: TestClock
  private readonly pending = new Set<Pending>()

  constructor(clock: TestClock) {
    this.clock = clock
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueAt: this.clock.now() + delayMs, run }
    this.pending.add(timer)
    return () => void this.pending.delete(timer)
  }

  /** How long until the next timer, in ms; Infinity when there is none. */
  get nextInMs(): number {
    return Math.min(...[...this.pending].map(({ dueAt }) => dueAt)) - this.clock.now()
  }

  /** Runs what is due now; throws when that never ends. */
  run(): void {
    this.advance(0)
  }

  /** Lets time pass. */
  advance(ms: number): void {
    const end = this.clock.now() + ms
    for (let count = 0; count < 10_000; count++) {
      const next = [...this.pending].sort((a, b) => a.dueAt - b.dueAt)[0]
      if (!next || next.dueAt > end) {
        this.clock.time = end
        return
      }
      this.clock.time = Math.max(this.clock.time, next.dueAt)
      this.pending.delete(next)
      next.run()
    }
    throw new RangeError('timers never end')
  }
}
