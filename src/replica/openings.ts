/**
 * Which proposals wait for others of their author (design §3.4): a stakeholder's next one opens only
 * while fewer than `limits.openBallots` of its earlier ones are unsettled. Local, like all stages: a
 * node counts what it held when the proposal came, and its clock starts when their number has fallen.
 */
import type { OpCid } from '../op/ids.ts'
import type { Ballot } from './ballot.ts'
import { isOpen } from './closing.ts'
import { type Local, startNote } from './local.ts'
import type { Standing } from './outcomes.ts'

/** The start of a ballot that waits: no clock comes to it, and every date can be written. */
export const NEVER_MS = Date.UTC(9999, 0)

/** A note to be kept. */
export type StartNote = readonly [name: string, value: string]

/** Looks once at every ballot, and at those that wait as often as something may have settled. */
export class Openings {
  private readonly judged = new Set<OpCid>()
  private readonly waiting = new Set<OpCid>()
  private readonly local: Local

  constructor(local: Local) {
    this.local = local
  }

  /** True while a settlement may let a ballot open. */
  get isWaitedFor(): boolean {
    return this.waiting.size > 0
  }

  /** When the stages of ballots begin that do not begin with their proposal. */
  notes(ballots: readonly Ballot[], standing: Standing, now: number): StartNote[] {
    const fresh = ballots.filter(({ id }) => !this.judged.has(id))
    for (const { id } of fresh) this.judged.add(id)
    const looked = [...fresh, ...ballots.filter(({ id }) => this.waiting.has(id))]
    if (looked.length === 0) return []
    // Once for all: most ballots of an old coalition are settled.
    const unsettled = unsettledOf(ballots, standing)
    const notes = looked.map((ballot) => this.note(ballot, unsettled, now))
    return notes.filter((note) => note !== undefined)
  }

  private note(ballot: Ballot, unsettled: readonly Ballot[], now: number): StartNote | undefined {
    const before = this.local.startOf(ballot.id)
    if (before !== undefined && before < NEVER_MS) return undefined
    const waits = mustWait(ballot, unsettled)
    if (waits) this.waiting.add(ballot.id)
    else this.waiting.delete(ballot.id)
    if (waits) return before === undefined ? [startNote(ballot.id), String(NEVER_MS)] : undefined
    return before === undefined ? undefined : [startNote(ballot.id), String(now)]
  }
}

/** The ballots of charters in line that may still settle. */
function unsettledOf(ballots: readonly Ballot[], standing: Standing): Ballot[] {
  const inLine = new Set(standing.line.map(({ id }) => id))
  return ballots.filter(({ charterId }) => inLine.has(charterId)).filter((b) => isOpen(b, standing))
}

function mustWait(ballot: Ballot, unsettled: readonly Ballot[]): boolean {
  const before = unsettled.filter(
    (other) => other.author === ballot.author && isEarlier(other, ballot),
  )
  return before.length >= ballot.charter.limits.openBallots
}

/** By when they came, and within one key as its author ordered them. */
function isEarlier({ proposal: a }: Ballot, { proposal: b }: Ballot): boolean {
  if (a.op.key === b.op.key) return a.op.seq < b.op.seq
  return a.seenAt < b.seenAt || (a.seenAt === b.seenAt && a.op.cid < b.op.cid)
}
