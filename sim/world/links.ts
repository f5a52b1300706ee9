/** The network between nodes: who can reach whom now, how long a message takes, whether it is lost. */
import { draw } from '../random/distribution.ts'
import { mixWord, type Stream } from '../random/stream.ts'
import type { PartitionShape } from '../scenario/event.ts'
import type { Latency, NetworkPlan } from '../scenario/scenario.ts'

/** One-way delays between regions in ms, roughly those of today's long-distance fibre. */
const MATRIX: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  eu: { us: 45, asia: 110, africa: 70, 'south-america': 105, oceania: 140 },
  us: { asia: 85, africa: 110, 'south-america': 65, oceania: 90 },
  asia: { africa: 130, 'south-america': 160, oceania: 60 },
  africa: { 'south-america': 165, oceania: 170 },
  'south-america': { oceania: 150 },
}
const WITHIN_REGION_MS = 12
const UNKNOWN_REGION_MS = 120
/** Queues make a message up to so much slower than the matrix says. */
const QUEUEING = 0.25

/** What a link needs to know of a node. */
export interface LinkEnd {
  readonly index: number
  readonly region: string
  /** Randomness of what it sends. */
  readonly stream: Stream
}

interface Cut {
  /** The side of each node by its number; −1 for nodes that reach all sides. */
  readonly sides: Int16Array
  readonly shape: PartitionShape
  readonly share: number
  readonly salt: number
}

/** A message that does not arrive. */
export const LOST = -1

/** The links of a run. */
export class Links {
  private readonly plan: NetworkPlan
  private readonly cuts = new Map<number, Cut>()
  private readonly losses = new Map<number, number>()
  private readonly slow = new Map<number, number>()
  private extraLoss = 0

  constructor(plan: NetworkPlan) {
    this.plan = plan
  }

  /** Parts sides from each other; `name` ends it. */
  part(name: number, cut: Omit<Cut, 'salt'>): void {
    this.cuts.set(name, { ...cut, salt: mixWord(name + 1) })
  }

  /** Ends a partition. */
  join(name: number): void {
    this.cuts.delete(name)
  }

  /** Sets the share of messages that a burst of loss takes, 0 for its end. */
  lose(name: number, share: number): void {
    this.losses.set(name, share)
    let kept = 1
    for (const lost of this.losses.values()) kept *= 1 - lost
    this.extraLoss = 1 - kept
  }

  /** Makes every link of a node slower by so many ms. */
  slowDown(node: number, byMs: number): void {
    this.slow.set(node, (this.slow.get(node) ?? 0) + byMs)
  }

  /** No partition and no burst of loss any more. */
  heal(): void {
    this.cuts.clear()
    this.losses.clear()
    this.slow.clear()
    this.extraLoss = 0
  }

  /** True while some link is cut. */
  get isParted(): boolean {
    return this.cuts.size > 0
  }

  /** Sides that nodes are on, as one word each: who has the same reaches the same. */
  zoneOf(node: number): string {
    let zone = ''
    for (const { sides } of this.cuts.values()) zone += `${sides[node]},`
    return zone
  }

  /** Who is on one side has streams to the same nodes: so it is but where links are cut by chance. */
  get isPlain(): boolean {
    for (const { shape } of this.cuts.values()) if (shape === 'partial') return false
    return true
  }

  /** Messages from one node can reach another. */
  reaches(from: number, to: number): boolean {
    if (this.cuts.size === 0) return true
    for (const cut of this.cuts.values()) if (isCut(cut, from, to)) return false
    return true
  }

  /** Both can reach each other, as a stream needs. */
  connects(a: number, b: number): boolean {
    return this.cuts.size === 0 || (this.reaches(a, b) && this.reaches(b, a))
  }

  /** How long a message takes, in µs; `LOST` when it does not arrive. */
  delay(from: LinkEnd, to: LinkEnd, sizeBytes: number): number {
    if (!this.reaches(from.index, to.index)) return LOST
    const loss = this.plan.loss + this.extraLoss
    if (loss > 0 && from.stream.chance(loss)) return LOST
    return this.transit(from, to, sizeBytes)
  }

  /** The same for a stream that repeats what is lost: never lost, but later. */
  streamDelay(from: LinkEnd, to: LinkEnd, sizeBytes: number): number {
    const loss = this.plan.loss + this.extraLoss
    let total = this.transit(from, to, sizeBytes)
    for (let tries = 0; tries < 8 && loss > 0 && from.stream.chance(loss); tries++)
      total += RESEND_US << tries
    return total
  }

  /** This message arrives twice. */
  isDoubled(from: LinkEnd): boolean {
    return this.plan.duplication > 0 && from.stream.chance(this.plan.duplication)
  }

  private transit(from: LinkEnd, to: LinkEnd, sizeBytes: number): number {
    const slower = this.slow.size === 0 ? 0 : this.slowness(from.index) + this.slowness(to.index)
    const ms = latencyMs(this.plan.latency, from, to) + slower
    const { bandwidth } = this.plan
    const wire = bandwidth === null ? 0 : (8e6 * sizeBytes) / bandwidth
    return Math.max(1, Math.round(ms * 1000 + wire))
  }

  private slowness(node: number): number {
    return this.slow.get(node) ?? 0
  }
}

/** First wait before a stream sends again what was lost, in µs. */
const RESEND_US = 200_000

function isCut({ sides, shape, share, salt }: Cut, from: number, to: number): boolean {
  const a = sides[from] ?? -1
  const b = sides[to] ?? -1
  if (a < 0 || b < 0 || a === b) return false
  if (shape === 'symmetric') return true
  if (shape === 'one-way') return a === 0
  const [low, high] = from < to ? [from, to] : [to, from]
  return mixWord(salt ^ Math.imul(low + 1, 0x85ebca6b) ^ high) / 4_294_967_296 < share
}

function latencyMs(latency: Latency, from: LinkEnd, to: LinkEnd): number {
  if (latency.kind === 'drawn') return draw(latency.from, from.stream)
  return between(from.region, to.region) * (1 + QUEUEING * from.stream.next())
}

function between(a: string, b: string): number {
  if (a === b) return WITHIN_REGION_MS
  return MATRIX[a]?.[b] ?? MATRIX[b]?.[a] ?? UNKNOWN_REGION_MS
}
