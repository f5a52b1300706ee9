/**
 * Local facts: what this node has noticed and when, by its own clock. They steer its duties and are
 * in no digest (design §2.7). What must survive a restart is a note in the store; the rest is not.
 */
import type { KeyId, OpCid } from '../op/ids.ts'

/** How a node closed a ballot; the seal may follow later (§3.3: an amendment waits). */
export interface Closing {
  readonly atMs: number
  /** The votes that it judged. */
  readonly votes: readonly OpCid[]
  /** The verdict passes and nothing forbids to endorse. */
  readonly endorse: boolean
  readonly why: string
}

/** Clock readings on one ballot that need not survive a restart. */
export interface BallotClock {
  quorumSealedAt: number | undefined
  /** When seals of weight ≥ F+1 showed that some honest node has closed. */
  othersClosedAt: number | undefined
  readonly enteredAt: Map<number, number>
}

/** Notes and clock readings of one node. */
export class Local {
  private readonly notes = new Map<string, string>()
  /** What notes on ballots say, once they were read: asked after every operation. */
  private readonly closings = new Map<OpCid, Closing | null>()
  private readonly starts = new Map<OpCid, number | null>()
  private readonly clocks = new Map<OpCid, BallotClock>()
  /** When a sync session with each peer's key last completed. */
  readonly syncedAt = new Map<KeyId, number>()

  constructor(notes: Iterable<readonly [string, string]>) {
    for (const [name, value] of notes) this.notes.set(name, value)
  }

  /** A note's value. */
  get(name: string): string | undefined {
    return this.notes.get(name)
  }

  /** Remembers a note; the caller has it stored. */
  set(name: string, value: string | null): void {
    if (name.startsWith(CLOSED)) this.closings.delete(name.slice(CLOSED.length) as OpCid)
    if (name.startsWith(START)) this.starts.delete(name.slice(START.length) as OpCid)
    if (value === null) this.notes.delete(name)
    else this.notes.set(name, value)
  }

  /** How this node closed a ballot, if it did. */
  closing(ballot: OpCid): Closing | undefined {
    const known = this.closings.get(ballot)
    if (known !== undefined) return known ?? undefined
    const note = this.notes.get(closingNote(ballot))
    const closing = note === undefined ? null : (JSON.parse(note) as Closing)
    this.closings.set(ballot, closing)
    return closing ?? undefined
  }

  /** When a ballot's stages began, in ms, where its author's earlier ones delayed it. */
  startOf(ballot: OpCid): number | undefined {
    const known = this.starts.get(ballot)
    if (known !== undefined) return known ?? undefined
    const start = this.moment(startNote(ballot))
    this.starts.set(ballot, start ?? null)
    return start
  }

  /**
   * Notes of the charters that became current here, and of when the coalition became active, where
   * they are lacking. A charter leads back through one line only: with its note all are there.
   */
  newMoments(
    charters: readonly { readonly id: OpCid }[],
    isActive: () => boolean,
    now: number,
  ): (readonly [string, string])[] {
    const names = charters.map(({ id }) => charterNote(id))
    const lacking = names.filter((name) => !this.notes.has(name))
    if (!this.notes.has(ACTIVE_NOTE) && isActive()) lacking.push(ACTIVE_NOTE)
    return lacking.map((name) => [name, String(now)] as const)
  }

  /** A moment that was noted, in ms. */
  moment(name: string): number | undefined {
    const note = this.notes.get(name)
    return note === undefined ? undefined : Number(note)
  }

  /** Clock readings on a ballot. */
  clock(ballot: OpCid): BallotClock {
    let clock = this.clocks.get(ballot)
    if (!clock) {
      clock = { quorumSealedAt: undefined, othersClosedAt: undefined, enteredAt: new Map() }
      this.clocks.set(ballot, clock)
    }
    return clock
  }
}

const CLOSED = 'closed:'
const START = 'start:'
/** Name of the note on how a ballot was closed. */
export const closingNote = (ballot: OpCid): string => `${CLOSED}${ballot}`
/** Name of the note on when a charter became the current one here. */
export const charterNote = (charter: OpCid): string => `charter:${charter}`
/** Name of the note on when the coalition became active here. */
export const ACTIVE_NOTE = 'active'
/** Name of the note on when a ballot's stages began, where its author's earlier ones delayed it. */
export const startNote = (ballot: OpCid): string => `${START}${ballot}`
/** Name of the note that this node's key must not be used again, and why (§2.3, amnesia guard). */
export const STALE_NOTE = 'stale-key'
/** Name of the note on a key that replaced a stale one: it seals only where the basis holds it. */
export const FRESH_KEY_NOTE = 'fresh-key'
