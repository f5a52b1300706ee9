/**
 * Tells a history that is being learnt from news. Half-way through one, thousands of ballots that
 * ended long ago look open: a node that catches up waits until it has heard how they ended.
 */

/** Operations that come at once where a history is learnt. */
export const MANY_OPS = 256
/** After so many came, the node waits for more, in ms; */
export const QUIET_MS = 1_000
/** but no longer than this, in ms: whoever has much to tell must not keep others from acting. */
export const MAX_PUT_OFF_MS = 60_000

/** What came, and until when to wait. */
export class FloodOfNews {
  private sinceMs: number | undefined
  private heardAtMs = 0

  /** So many operations came at once. */
  hear(operations: number, nowMs: number): void {
    if (operations < MANY_OPS) return
    this.sinceMs ??= nowMs
    this.heardAtMs = nowMs
  }

  /** How long to wait before anything is done, in ms; 0 ends the wait. */
  waitMs(nowMs: number): number {
    const { sinceMs, heardAtMs } = this
    if (sinceMs === undefined) return 0
    const rest = Math.min(heardAtMs + QUIET_MS, sinceMs + MAX_PUT_OFF_MS) - nowMs
    // A clock that was set back says nothing of how long it has been quiet.
    if (rest > 0 && nowMs >= heardAtMs) return rest
    this.sinceMs = undefined
    return 0
  }
}
