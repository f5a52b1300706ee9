/**
 * The rate of a key (design §2.6): a token bucket over the author's own clock readings, so that it
 * judges a history and a live stream alike. It delays, it never drops; seal and settle operations
 * have their own bucket. A key that claims old times can use up no more than its rate allows for
 * the life of the coalition.
 */
import type { KeyId } from '../op/ids.ts'
import { isSettleType } from '../op/operation.ts'
import { RATE_BURST_MINUTES, SETTLE_RATE_FACTOR } from './limits.ts'
import type { Decoded } from './run.ts'

const MINUTE_MS = 60_000

/** Theoretical arrival times (generic cell rate algorithm, ITU-T I.371), in ms. */
interface Meter {
  ordinaryMs: number
  settleMs: number
}

/** Meters of all keys. */
export class RateMeter {
  private readonly meters = new Map<KeyId, Meter>()
  private opsPerMinute = Number.POSITIVE_INFINITY
  private sinceMs = 0

  /** Sets the charter's rate and when the coalition was founded, in ms. */
  configure(opsPerMinute: number, sinceMs: number): void {
    this.opsPerMinute = opsPerMinute
    this.sinceMs = sinceMs
  }

  /** True when the key has already said more than its rate allows by now: what comes next waits. */
  isAhead(key: KeyId, items: readonly Decoded[], now: number): boolean {
    const meter = this.meters.get(key)
    if (!meter) return false
    const latest = now + RATE_BURST_MINUTES * MINUTE_MS
    return items.some(({ op }) =>
      isSettleType(op.type) ? meter.settleMs > latest : meter.ordinaryMs > latest,
    )
  }

  /** Counts operations of a key. */
  spend(key: KeyId, items: readonly Decoded[], now: number): void {
    const meter = this.meters.get(key) ?? { ordinaryMs: this.sinceMs, settleMs: this.sinceMs }
    for (const { op } of items) {
      const at = Math.min(op.at, now)
      const stepMs = MINUTE_MS / this.opsPerMinute
      if (isSettleType(op.type))
        meter.settleMs = Math.max(meter.settleMs, at) + stepMs / SETTLE_RATE_FACTOR
      else meter.ordinaryMs = Math.max(meter.ordinaryMs, at) + stepMs
    }
    this.meters.set(key, meter)
  }

  /** Counts operations that a key's references pulled out of a broken chain (§2.2). */
  spendPulled(key: KeyId, count: number): void {
    const meter = this.meters.get(key)
    if (meter) meter.ordinaryMs += (count * MINUTE_MS) / this.opsPerMinute
  }
}
