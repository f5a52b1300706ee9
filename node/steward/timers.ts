/** Waiting, passed in: the daemon has real timers, tests turn theirs by hand. */

/** Calls back later; the returned function cancels it. Delays in ms. */
export interface Timers {
  after(delayMs: number, run: () => void): () => void
}
