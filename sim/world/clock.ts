/** A node's clock: virtual time, and how wrong this node's reading of it is. */
import type { Clock } from '../../src/replica/reader.ts'
import { mixWord } from '../random/stream.ts'
import { EPOCH_MS } from './identity.ts'

/** How wrong a clock is. */
export interface Skew {
  readonly byMs: number
  readonly driftPpm: number
  readonly jitterMs: number
  /** Since when, in ms of virtual time: drift counts from there. */
  readonly since: number
}

/** Virtual time in µs, the same for all nodes. */
export interface VirtualTime {
  readonly nowUs: number
}

/** A clock that may be ahead, behind, too fast, or jump about. */
export class SkewedClock implements Clock {
  skew: Skew | undefined
  private readonly time: VirtualTime
  private readonly salt: number

  constructor(time: VirtualTime, salt: number) {
    this.time = time
    this.salt = salt
  }

  now(): number {
    const nowMs = Math.floor(this.time.nowUs / 1000)
    return EPOCH_MS + nowMs + this.offsetMs(nowMs)
  }

  /** A reading of this clock in ms of virtual time, as its error is now. */
  virtual(localMs: number): number {
    const nowMs = Math.floor(this.time.nowUs / 1000)
    return localMs - EPOCH_MS - this.offsetMs(nowMs)
  }

  private offsetMs(nowMs: number): number {
    const { skew } = this
    if (!skew) return 0
    const drifted = Math.round(((nowMs - skew.since) * skew.driftPpm) / 1e6)
    // Another error every second, but the same one whoever asks.
    const second = Math.floor(nowMs / 1000)
    const share = mixWord(second ^ Math.imul(this.salt + 1, 0x9e3779b1)) / 4_294_967_296
    return skew.byMs + drifted + Math.round((2 * share - 1) * skew.jitterMs)
  }
}
