/**
 * The rate of a key (design §2.6): a token bucket over the author's own clock readings, so that it
 * judges a history and a live stream alike. It delays, it never drops; seal and settle operations
 * have their own bucket. A key that claims old times can use up no more than its rate allows for
 * the life of the coalition.
 */
import type { KeyId, OpCid } from '../op/ids.ts'
import { isSettleType, type Op } from '../op/operation.ts'
import { LayeredMap } from './layered-map.ts'
import {
  LACKING_REFS_PER_OP,
  LEAST_BURST_OPS,
  RATE_BURST_MINUTES,
  RATE_BYTES_PER_OP,
  RECOUNT_OPS,
  SETTLE_RATE_FACTOR,
} from './limits.ts'
import { keyDelegate, keyRevoke } from './ops.ts'
import type { Decoded } from './run.ts'

const MINUTE_MS = 60_000

/** Theoretical arrival times (generic cell rate algorithm, ITU-T I.371), in ms. */
interface Meter {
  ordinaryMs: number
  settleMs: number
}

/**
 * A key that is delegated may be forked, and everybody counts anew: its root pays for that
 * beforehand. For a revocation all that the key said is looked through.
 */
const weightOf = (type: string, sizeBytes: number): number =>
  Math.max(1, Math.ceil(sizeBytes / RATE_BYTES_PER_OP)) +
  (type === keyDelegate.type || type === keyRevoke.type ? RECOUNT_OPS : 0)

function advance(meter: Meter, stepMs: number, isSettle: boolean): void {
  if (isSettle) meter.settleMs += stepMs / SETTLE_RATE_FACTOR
  else meter.ordinaryMs += stepMs
}

/** One operation as the meter sees it. */
interface Spent {
  readonly key: KeyId
  readonly atMs: number
  readonly isSettle: boolean
  /** How many operations it counts for, by its size. */
  readonly weight: number
}

/** Meters as plain data: key, ordinary and settle arrival times. */
export interface RateMemory {
  readonly opsPerMinute: number | null
  readonly sinceMs: number
  readonly meters: readonly (readonly [KeyId, number, number])[]
}

/** Meters of all keys. */
export class RateMeter {
  private readonly meters: LayeredMap<KeyId, Meter>
  /** What was taken in before the charter's rate was known: after a restart that is everything. */
  private backlog: Spent[] = []
  /** Operations that lack references, and how many were counted for. */
  private readonly lacking = new Map<OpCid, number>()
  private opsPerMinute: number | undefined
  private sinceMs = 0

  /** `like`: one that has counted the same so far. */
  constructor(like?: RateMeter) {
    this.meters = like?.meters.fork() ?? new LayeredMap()
    this.opsPerMinute = like?.opsPerMinute
    this.sinceMs = like?.sinceMs ?? 0
    this.backlog = [...(like?.backlog ?? [])]
  }

  /** Sets the charter's rate and when the coalition was founded, in ms. */
  configure(opsPerMinute: number, sinceMs: number): void {
    this.opsPerMinute = opsPerMinute
    this.sinceMs = sinceMs
    for (const spent of this.backlog.splice(0)) this.count(spent)
  }

  /** When the key may say these, in ms: later than now when it is ahead of its rate. */
  freeAt(key: KeyId, items: readonly Decoded[]): number {
    return items.reduce((at, { op }) => Math.max(at, this.freeAtFor(key, op.type)), 0)
  }

  /** True when the next operation of that type must wait. */
  holdsBack(key: KeyId, type: string, now: number): boolean {
    return this.freeAtFor(key, type) > now
  }

  private freeAtFor(key: KeyId, type: string): number {
    const meter = this.meters.get(key)
    if (!meter) return 0
    return (isSettleType(type) ? meter.settleMs : meter.ordinaryMs) - this.burstMs
  }

  private get burstMs(): number {
    const least = LEAST_BURST_OPS / (this.opsPerMinute ?? LEAST_BURST_OPS)
    return Math.max(RATE_BURST_MINUTES, least) * MINUTE_MS
  }

  /** Counts operations of a key. */
  spend(key: KeyId, items: readonly Decoded[], now: number): void {
    for (const { op, bytes } of items) {
      const weight = weightOf(op.type, bytes.length)
      this.count({ key, atMs: Math.min(op.at, now), isSettle: isSettleType(op.type), weight })
    }
  }

  private count(spent: Spent): void {
    const { opsPerMinute, sinceMs } = this
    if (opsPerMinute === undefined) {
      this.backlog.push(spent)
      return
    }
    const { key, atMs, isSettle, weight } = spent
    const meter = this.owned(key) ?? { ordinaryMs: sinceMs, settleMs: sinceMs }
    if (isSettle) meter.settleMs = Math.max(meter.settleMs, atMs)
    else meter.ordinaryMs = Math.max(meter.ordinaryMs, atMs)
    this.meters.set(key, meter)
    advance(meter, (weight * MINUTE_MS) / opsPerMinute, isSettle)
  }

  /** Counts so many operations more: what a key's references pulled (§2.2), or what it cost others. */
  charge(key: KeyId, count: number): void {
    this.chargeMeter(key, count, false)
  }

  /** Counts more for so many references of an operation that are not held. */
  chargeLacking(op: Op, refs: number): void {
    if (refs === 0) return
    this.lacking.set(op.cid, refs)
    this.chargeRefs(op, refs)
  }

  /** Something is counted for references that are not held. */
  get isAnyLacking(): boolean {
    return this.lacking.size > 0
  }

  /** Gives back what was counted for references that have come: who is told of things late is at no fault. */
  forgiveLacking(op: Op): void {
    const refs = this.lacking.get(op.cid)
    if (refs === undefined) return
    this.lacking.delete(op.cid)
    this.chargeRefs(op, -refs)
  }

  private chargeRefs({ key, type }: Op, refs: number): void {
    this.chargeMeter(key, refs / LACKING_REFS_PER_OP, isSettleType(type))
  }

  private chargeMeter(key: KeyId, count: number, isSettle: boolean): void {
    const meter = this.owned(key)
    if (meter && this.opsPerMinute)
      advance(meter, (count * MINUTE_MS) / this.opsPerMinute, isSettle)
  }

  /** What it has counted so far. */
  memory(): RateMemory {
    const { opsPerMinute, sinceMs } = this
    const meters = [...this.meters].map(
      ([key, { ordinaryMs, settleMs }]) => [key, ordinaryMs, settleMs] as const,
    )
    return { opsPerMinute: opsPerMinute ?? null, sinceMs, meters }
  }

  /** Goes on from what another had counted. */
  recall({ opsPerMinute, sinceMs, meters }: RateMemory): void {
    this.opsPerMinute = opsPerMinute ?? undefined
    this.sinceMs = sinceMs
    for (const [key, ordinaryMs, settleMs] of meters) this.meters.set(key, { ordinaryMs, settleMs })
  }

  private owned(key: KeyId): Meter | undefined {
    return this.meters.owned(key, (shared) => ({ ...shared }))
  }
}
