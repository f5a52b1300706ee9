/** What one side lacks of one key, and where two chains part (design §2.6). */
import type { Replica } from '../replica/replica.ts'
import { PROBE_POINTS, type SyncMessage, type WireEntry } from './message.ts'
import { type HeldRun, vouchedRun, vouchedRuns } from './runs.ts'
import { asText, isSame, type Tagged, type TaggedFrontier } from './tagged.ts'
import type { Tail } from './turns.ts'

/** The question where two chains part. */
export type Probe = Extract<SyncMessage, { kind: 'probe' }>

/** What follows from comparing two entries of one key. */
export interface ChainPlan {
  /** What makes the key known, and must come first: made when it is pulled. */
  readonly delegations: () => readonly HeldRun[]
  /** What the peer lacks of the chain, if anything. */
  readonly tail?: Tail
  /** What proves a fork: made when it is pulled. */
  readonly proofs: () => readonly HeldRun[]
  /** To be asked, where the two chains do not agree. */
  readonly probe?: Probe
}

/** What is said in answer to a probe: a closer one, or where the chains part (null: nowhere). */
export type ProbeAnswer = { readonly probe: Probe } | { readonly partedAt: number | null }

/** Compares this side's keys with the peer's. */
export class ChainDiff {
  private readonly replica: Replica
  private readonly frontier: TaggedFrontier

  constructor(replica: Replica, frontier: TaggedFrontier) {
    this.replica = replica
    this.frontier = frontier
  }

  /** What the peer lacks of a key, by what it says that it has. */
  plan(mine: Tagged, theirs: WireEntry | undefined): ChainPlan {
    const isMarked = theirs?.mark && isSame(theirs.mark.print, this.frontier.printOf(mine))
    const beside = {
      delegations: () => (isMarked ? [] : vouchedRuns(mine.delegations, this.replica)),
      proofs: () => this.proofs(mine, theirs),
    }
    if (!theirs) return { ...beside, tail: { chain: mine.chain, from: 0 } }
    if (mine.length < theirs.length) return beside
    if (this.agrees(mine, theirs)) {
      // Above the peer's cut nothing counts there, unless ours is a fork of which it does not know.
      const isWelcome = (theirs.mark?.state ?? 'open') === 'open' || mine.state !== 'open'
      return isWelcome ? { ...beside, tail: { chain: mine.chain, from: theirs.length } } : beside
    }
    // Both have as much and differ: one of the two asks.
    const isAsked =
      mine.length === theirs.length && asText(this.frontier.headPrint(mine)) < asText(theirs.head)
    return isAsked ? beside : { ...beside, probe: this.probe(mine, 0, theirs.length) }
  }

  private proofs({ proofs }: Tagged, theirs: WireEntry | undefined): HeldRun[] {
    const isProven = (theirs?.mark?.proofs ?? []).join() === proofs.join()
    return isProven ? [] : vouchedRuns(proofs, this.replica)
  }

  private agrees(mine: Tagged, { length, head }: WireEntry): boolean {
    if (length === 0) return true
    // Mostly both have as much, whose fingerprint is known.
    const isAll = length === mine.length
    const { frontier } = this
    return isSame(isAll ? frontier.headPrint(mine) : frontier.printAt(mine.chain, length - 1), head)
  }

  /** Fingerprints at up to PROBE_POINTS places of [from, to), the first one included. */
  private probe({ tag, chain }: Tagged, from: number, to: number): Probe {
    const step = Math.max(1, Math.ceil((to - from) / PROBE_POINTS))
    const prints: Uint8Array[] = []
    for (let seq = from; seq < to; seq += step) prints.push(this.frontier.printAt(chain, seq))
    return { kind: 'probe', tag, from, step, prints }
  }

  /** Looks for the first place at which our chain is not the probed one. */
  answer(mine: Tagged, { from, step, prints }: Probe): ProbeAnswer {
    const first = prints.findIndex((print, i) => !this.isAt(mine, from + i * step, print))
    if (first === 0) return { partedAt: from }
    const last = first < 0 ? prints.length : first
    const low = from + (last - 1) * step + 1
    const high = first < 0 ? Math.min(low + step - 1, mine.length) : from + first * step
    if (low >= high) return { partedAt: first < 0 ? null : low }
    return { probe: this.probe(mine, low, high + 1) }
  }

  private isAt({ chain }: Tagged, seq: number, print: Uint8Array): boolean {
    return seq < chain.main.length && isSame(print, this.frontier.printAt(chain, seq))
  }

  /**
   * Our operation at a seq with what vouches for it: half of a fork's proof. It is looked up at
   * once: when the peer's half comes in before ours is sent, ours is set aside.
   */
  branchFrom({ chain }: Tagged, seq: number | null): (() => readonly HeldRun[])[] {
    const held = seq === null ? undefined : chain.main[seq]
    return held ? [() => [vouchedRun(held, this.replica)]] : []
  }
}
