/** Whom to dial when (design §6.3): every member, for ever, the living not delayed by the dead. */
import type { KeyId } from '../../src/op/ids.ts'
import { MAX_DIALS, type NetworkTimings, RETRY_DIALS_SHARE } from './limits.ts'

/** A peer to dial now and where. */
export interface DialTarget {
  readonly key: KeyId
  readonly addresses: readonly string[]
}

/** Where the plan gets its time (ms) and chance ([0, 1)). */
export interface DialClock {
  readonly now: () => number
  readonly random: () => number
}

interface DialState {
  fails: number
  nextAt: number
  dialling: boolean
  addresses: string
}

/** Dials that may begin: in all, and to peers whose last dial failed. */
interface DialRoom {
  all: number
  retries: number
}

/** A successful dial hastens the others at most this often, in ms. */
const HASTE_EVERY_MS = 10_000
/** Within how long the others are dialled then, in ms. */
const HASTE_WITHIN_MS = 2000
/** Bounds of the chance that waits are stretched by. */
const MIN_JITTER = 0.75
const MAX_JITTER = 1.25

/** Pure book-keeping: told what happened, says whom to dial. */
export class DialPlan {
  private readonly self: KeyId
  private readonly timings: NetworkTimings
  private readonly clock: DialClock
  private readonly maxDials: number
  private readonly states = new Map<KeyId, DialState>()
  private hastedAt = Number.NEGATIVE_INFINITY

  /** `maxDials` are under way at once, at most. */
  constructor(self: KeyId, timings: NetworkTimings, clock: DialClock, maxDials = MAX_DIALS) {
    this.self = self
    this.timings = timings
    this.clock = clock
    this.maxDials = maxDials
  }

  /**
   * The targets to dial now, which count as being dialled from here on until `dialled` or `failed`.
   * `targets` is everyone who should be connected, `isUp` says who is.
   */
  due(targets: ReadonlyMap<KeyId, readonly string[]>, isUp: (key: KeyId) => boolean): DialTarget[] {
    this.forgetAllBut(targets)
    const waiting = [...targets]
      .filter(([key, addresses]) => key !== this.self && addresses.length > 0)
      .map(([key, addresses]) => ({ key, addresses, state: this.stateOf(key, addresses) }))
      .filter(({ key, state }) => !state.dialling && this.isDue(state) && !isUp(key))
      .sort((a, b) => a.state.fails - b.state.fails)
    const room = this.room()
    return waiting.filter(({ state }) => takeSlot(state, room))
  }

  /** The dial ended in an open connection. */
  dialled(key: KeyId): void {
    const state = this.states.get(key)
    if (!state) return
    state.dialling = false
    state.nextAt = this.clock.now() + this.timings.dialMinMs
  }

  /** The dial failed: wait longer than the last time, up to `dialMaxMs`. */
  failed(key: KeyId): void {
    const state = this.states.get(key)
    if (!state) return
    state.dialling = false
    state.nextAt = this.clock.now() + this.backoffMs(state.fails)
    state.fails++
  }

  /**
   * A connection with the peer opened, whoever dialled. If it had failed before, whatever was in
   * the way may be gone for others too: they are dialled soon.
   */
  connected(key: KeyId): void {
    const failedBefore = (this.states.get(key)?.fails ?? 0) > 0
    if (!failedBefore || this.clock.now() - this.hastedAt < HASTE_EVERY_MS) return
    this.hastedAt = this.clock.now()
    for (const state of this.states.values()) {
      const soon = this.clock.now() + this.clock.random() * HASTE_WITHIN_MS
      state.nextAt = Math.min(state.nextAt, soon)
    }
  }

  /** The last connection with the peer closed; one that did not live long counts as a failure. */
  lost(key: KeyId, livedMs: number): void {
    const state = this.states.get(key)
    if (!state || state.dialling) return
    if (livedMs < this.timings.stableMs) this.failed(key)
    else this.restart(key, state)
  }

  /** Everyone is due now. */
  poke(): void {
    for (const state of this.states.values()) state.nextAt = this.clock.now()
  }

  /** Also when its time is farther off than any wait: then the clock was set back. */
  private isDue({ nextAt }: DialState): boolean {
    const { dialMinMs, dialMaxMs, dialGraceMs } = this.timings
    const longestMs = Math.max(dialMinMs, dialMaxMs) * MAX_JITTER + dialGraceMs
    const waitMs = nextAt - this.clock.now()
    return waitMs <= 0 || waitMs > longestMs
  }

  private restart(key: KeyId, state: DialState): void {
    state.fails = 0
    const jitterMs = this.clock.random() * this.timings.dialMinMs
    state.nextAt = this.clock.now() + jitterMs + this.graceMs(key)
  }

  private stateOf(key: KeyId, addresses: readonly string[]): DialState {
    const known = this.states.get(key)
    const text = addresses.join(' ')
    if (known?.addresses === text) return known
    // New here, or moved: a new address is worth a try at once.
    const graceMs = known || this.self < key ? 0 : this.timings.dialFirstGraceMs
    const nextAt = this.clock.now() + graceMs
    const state = { fails: 0, nextAt, dialling: known?.dialling ?? false, addresses: text }
    this.states.set(key, state)
    return state
  }

  /** The lower key dials first, or both would dial at once and hold two connections. */
  private graceMs(key: KeyId): number {
    return this.self < key ? 0 : this.timings.dialGraceMs
  }

  private backoffMs(fails: number): number {
    const { dialMinMs, dialMaxMs } = this.timings
    return (
      Math.min(dialMaxMs, dialMinMs * 2 ** Math.min(fails, 20)) *
      (MIN_JITTER + this.clock.random() * (MAX_JITTER - MIN_JITTER))
    )
  }

  /** Counted once a look: a member may announce thousands of keys. */
  private room(): DialRoom {
    const dialling = [...this.states.values()].filter((state) => state.dialling)
    const retries = dialling.filter(({ fails }) => fails > 0)
    return {
      all: this.maxDials - dialling.length,
      retries: Math.ceil(this.maxDials * RETRY_DIALS_SHARE) - retries.length,
    }
  }

  private forgetAllBut(targets: ReadonlyMap<KeyId, readonly string[]>): void {
    for (const key of this.states.keys()) if (!targets.has(key)) this.states.delete(key)
  }
}

function takeSlot(state: DialState, room: DialRoom): boolean {
  const isRetry = state.fails > 0
  if (room.all <= 0 || (isRetry && room.retries <= 0)) return false
  room.all--
  if (isRetry) room.retries--
  state.dialling = true
  return true
}
