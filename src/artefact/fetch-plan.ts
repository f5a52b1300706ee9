/**
 * Whom to ask for which chunk next: a pure state machine. Several peers are asked at once; one that
 * goes, stalls or lies loses what it was asked for to the others, and a liar is never asked again.
 */
import type { ChunkSet } from './chunk-set.ts'
import { MAX_ASKED, MAX_ASKED_PER_PEER, MAX_REST_MS, MIN_REST_MS } from './limits.ts'

/** A chunk to ask a peer for. */
export interface Ask<Peer extends string = string> {
  readonly peer: Peer
  readonly index: number
}

/** What to do now. */
export interface FetchStep<Peer extends string = string> {
  readonly asks: readonly Ask<Peer>[]
  /** Peers that owe a chunk for too long: nothing that they were asked for is expected any more. */
  readonly stalled: readonly Peer[]
}

interface Source {
  has: ChunkSet
  /** What it was asked for, and when, in ms. */
  readonly owes: Map<number, number>
}

/** How a peer behaved before; survives its connections. */
interface Conduct {
  stalls: number
  restsUntil: number
}

/** The plan of one fetch. Peers are named by their keys; times are ms of one clock. */
export class FetchPlan<Peer extends string = string> {
  private readonly held: ChunkSet
  private readonly patienceMs: number
  private readonly sources = new Map<Peer, Source>()
  private readonly conduct = new Map<Peer, Conduct>()
  private readonly liars = new Set<Peer>()
  private readonly asked = new Set<number>()
  /** All below are held. */
  private firstOpen = 0

  /** `held`: what is here already; `patienceMs`: how long a chunk may take. */
  constructor(held: ChunkSet, patienceMs: number) {
    this.held = held.copy()
    this.patienceMs = patienceMs
  }

  /** True when every chunk has come. */
  get isComplete(): boolean {
    return this.held.isFull
  }

  /** How many chunks have come, those included that were here before. */
  get count(): number {
    return this.held.count
  }

  /** True for a peer that may be connected to: no liar, known or resting. */
  mayUse(peer: Peer, nowMs: number): boolean {
    if (this.liars.has(peer) || this.sources.has(peer)) return false
    return (this.conduct.get(peer)?.restsUntil ?? 0) <= nowMs
  }

  /** A peer says what it has, for the first time or again. A liar is not heard. */
  peerHas(peer: Peer, has: ChunkSet): void {
    if (this.liars.has(peer)) return
    const source = this.sources.get(peer)
    if (source) source.has = has.copy()
    else this.sources.set(peer, { has: has.copy(), owes: new Map() })
  }

  /** A peer is gone; it may come back, after a rest if it owed something: it could go on for ever. */
  peerGone(peer: Peer, nowMs: number): void {
    if ((this.sources.get(peer)?.owes.size ?? 0) > 0) this.setAside(peer, nowMs)
    else this.sources.delete(peer)
  }

  /** A chunk came and was verified. */
  got(peer: Peer, index: number): void {
    this.settle(peer, index)
    this.held.add(index)
    this.conduct.delete(peer)
    while (this.held.has(this.firstOpen)) this.firstOpen++
  }

  /** A peer does not have a chunk after all. */
  lacks(peer: Peer, index: number): void {
    this.settle(peer, index)
    this.sources.get(peer)?.has.delete(index)
  }

  /** A peer sent bytes that are not the chunk: it is never asked again. */
  lied(peer: Peer): void {
    this.liars.add(peer)
    this.drop(peer)
  }

  /** What to ask now, and who has stalled. The asks count as made. */
  step(nowMs: number): FetchStep<Peer> {
    const stalled = [...this.sources.keys()].filter((peer) => this.isOverdue(peer, nowMs))
    for (const peer of stalled) this.setAside(peer, nowMs)
    return { asks: this.nextAsks(nowMs), stalled }
  }

  /** When to look again at the latest, in ms; Infinity while nobody owes anything. */
  get wakeAtMs(): number {
    const oldest = [...this.sources.values()].map(({ owes }) => Math.min(...owes.values()))
    return Math.min(...oldest) + this.patienceMs
  }

  private settle(peer: Peer, index: number): void {
    if (this.sources.get(peer)?.owes.delete(index)) this.asked.delete(index)
  }

  private isOverdue(peer: Peer, nowMs: number): boolean {
    const owes = this.sources.get(peer)?.owes ?? new Map<number, number>()
    return Math.min(...owes.values()) + this.patienceMs <= nowMs
  }

  private setAside(peer: Peer, nowMs: number): void {
    const stalls = (this.conduct.get(peer)?.stalls ?? 0) + 1
    const restMs = Math.min(MAX_REST_MS, MIN_REST_MS * 2 ** (stalls - 1))
    this.conduct.set(peer, { stalls, restsUntil: nowMs + restMs })
    this.drop(peer)
  }

  private drop(peer: Peer): void {
    for (const index of this.sources.get(peer)?.owes.keys() ?? []) this.asked.delete(index)
    this.sources.delete(peer)
  }

  /** One more chunk for each peer in turn, so that all of them work. */
  private nextAsks(nowMs: number): Ask<Peer>[] {
    const asks: Ask<Peer>[] = []
    for (let isIdle = false; !isIdle; ) {
      isIdle = true
      for (const [peer, source] of this.sources) {
        const index = this.nextFor(source)
        if (index === undefined) continue
        source.owes.set(index, nowMs)
        this.asked.add(index)
        asks.push({ peer, index })
        isIdle = false
      }
    }
    return asks
  }

  private nextFor({ has, owes }: Source): number | undefined {
    if (owes.size >= MAX_ASKED_PER_PEER || this.asked.size >= MAX_ASKED) return undefined
    for (let i = this.firstOpen; i < this.held.size; i++)
      if (!this.held.has(i) && !this.asked.has(i) && has.has(i)) return i
    return undefined
  }
}
