/**
 * Tells a history that is being learnt from news. Half-way through one, thousands of ballots that
 * ended long ago look open: a node that catches up waits until it has heard how they ended.
 */

/** Operations within a second where a history is learnt. */
export const MANY_OPS = 256
/** After so many came, the node waits for more, in ms; */
export const QUIET_MS = 1_000
/**
 * but no longer than this, in ms, and then it acts for as long: whoever has much to tell must not
 * keep others from acting.
 */
export const MAX_PUT_OFF_MS = 60_000

/** What came, and until when to wait. */
export class FloodOfNews {
  private sinceMs: number | undefined
  private heardAtMs = 0
  /** Operations since it was quiet, and when the last of them came. */
  private count = 0
  private countedAtMs = 0
  /** After the longest wait the node acts for as long. */
  private freeUntilMs = 0

  /** So many operations came at once. */
  hear(operations: number, nowMs: number): void {
    const isQuiet = Math.abs(nowMs - this.countedAtMs) >= QUIET_MS
    this.count = isQuiet ? operations : this.count + operations
    this.countedAtMs = nowMs
    const isFree = nowMs < this.freeUntilMs && nowMs >= this.freeUntilMs - MAX_PUT_OFF_MS
    if (this.count < MANY_OPS || isFree) return
    this.count = 0
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
    if (nowMs >= sinceMs + MAX_PUT_OFF_MS) this.freeUntilMs = nowMs + MAX_PUT_OFF_MS
    this.sinceMs = undefined
    return 0
  }
}
