/**
 * What a node owes now (design §2.7, §3.6, §6.4): data, not side effects. The steward asks, issues
 * the draft, stores the notes, and asks again.
 */

import { decisiveVotes } from '../ballot/position.ts'
import { nextSettleTime, type Self, type SettleClock, settleMove } from '../ballot/settle.ts'
import { hasEffect } from '../chain/held.ts'
import type { KeyId, OpCid, StakeholderId } from '../op/ids.ts'
import { MAX_REFS } from '../op/limits.ts'
import type { Ballot } from './ballot.ts'
import { closeDecision, isOpen, nextCloseTime, passingAmendment, type Scene } from './closing.ts'
import { type Draft, moveDraft, sealDraft, settledDraft, tallyDraft } from './draft.ts'
import { carriedBy, endorseObstacle, type Obstacle } from './endorsing.ts'
import { type Closing, closingNote, FRESH_KEY_NOTE } from './local.ts'
import type { Standing } from './outcomes.ts'
import { nextProvisionalTime, provisionalMove, tallyOf } from './provisional-duties.ts'
import { yieldsTo } from './reconstitution.ts'
import { settledAt } from './recourse/appeal-state.ts'

/** One thing that this node owes. */
export interface Duty {
  readonly kind:
    | 'close'
    | 'tally'
    | 'seal'
    | 'settle'
    | 'provisional-tally'
    | 'provisional-seal'
    | 'provisional'
    | 'checkpoint'
  /** The ballot; null for a checkpoint. */
  readonly ballot: OpCid | null
  readonly why: string
  /** What to sign; none when only a note is owed. */
  readonly draft?: Draft
  readonly notes?: readonly (readonly [string, string | null])[]
}

/** Duties that are due, and when to ask again at the latest (ms; Infinity: when something comes). */
export interface Duties {
  readonly due: readonly Duty[]
  readonly wakeAt: number
}

/** Who this node is on a ballot. */
export interface Identity {
  readonly key: KeyId
  /** The node's stakeholder on a ballot, where it may seal. */
  readonly sealsAs: (ballot: Ballot) => StakeholderId | undefined
  /** It records every settlement that it first saw from then on, in ms; Infinity: as few as may be. */
  readonly recordsFrom: number
}

/**
 * Duties on ballots: at most a seal and a settle statement each, the seal first. Whoever lets a seal
 * wait for a person still owes the settlement that others seal (§6.4); whatever is done, the
 * duties are to be asked for again, because each changes what the next must be.
 */
export function ballotDuties(scene: Scene, identity: Identity): Duties {
  const due: Duty[] = []
  let wakeAt = Number.POSITIVE_INFINITY
  for (const ballot of [...liveBallots(scene), ...unrecorded(scene, identity)]) {
    const self = identity.sealsAs(ballot)
    const actor = self && { ...identity, self }
    if (!actor || isRecordedBy(ballot, actor.self)) continue
    noteMoments(ballot, scene)
    const seal = sealDuty(ballot, scene, actor)
    const settle = settleDuty(ballot, scene, actor)
    const reduced = provisionalDuty(ballot, scene, actor)
    due.push(...[seal, settle, reduced].flatMap((duty) => duty ?? []))
    if (!reduced) wakeAt = Math.min(wakeAt, nextProvisionalTime(ballot, scene))
    if (!seal) wakeAt = Math.min(wakeAt, nextSealTime(ballot, scene, actor.self))
    if (!settle) wakeAt = Math.min(wakeAt, nextSettleTimeOf(ballot, scene, actor))
  }
  return { due, wakeAt }
}

interface Actor extends Identity {
  readonly self: StakeholderId
}

/** Ballots on which somebody may owe something: they change with the standing or the list. */
function liveBallots({ standing, ballots }: Scene): readonly Ballot[] {
  const known = live.get(standing)
  if (known?.of === ballots) return known.ballots
  const found = ballots.filter((ballot) => !isFinished(ballot, standing))
  live.set(standing, { of: ballots, ballots: found })
  return found
}

const live = new WeakMap<
  Standing,
  { readonly of: Scene['ballots']; readonly ballots: readonly Ballot[] }
>()

/** Settled, and nobody's record of it is needed: nothing is owed any more. */
function isFinished(ballot: Ballot, standing: Standing): boolean {
  if (ballot.rest || finished.has(ballot)) return true
  if (ballot.board.settlements().length === 0) return !isOpen(ballot, standing)
  const recorded = new Set(ballot.settlements.map(({ stakeholder }) => stakeholder))
  const isRecorded = ballot.board.weight(recorded) >= ballot.electorate.faulty + 1
  if (isRecorded) finished.add(ballot)
  return isRecorded
}

/** What a ballot holds only grows: one that is finished by its records stays so. */
const finished = new WeakSet<Ballot>()

/** Settled, and its own record stands. */
const isRecordedBy = (ballot: Ballot, self: StakeholderId): boolean =>
  ballot.settlements.some(({ stakeholder }) => stakeholder === self)

/** Finished ballots that it records all the same, as panels may be drawn by its record (§3.8). */
const unrecorded = ({ standing, ballots }: Scene, { recordsFrom }: Identity): Ballot[] =>
  Number.isFinite(recordsFrom)
    ? ballots.filter(
        (ballot) => isFinished(ballot, standing) && (settledAt(ballot) ?? 0) >= recordsFrom,
      )
    : []

/** Clock readings that later decisions need: when a quorum, or F+1, was first seen to have sealed. */
function noteMoments({ id, board, electorate }: Ballot, { local, now }: Scene): void {
  const clock = local.clock(id)
  if (board.sealedWeight >= board.quorum) clock.quorumSealedAt ??= now
  if (board.sealedWeight >= electorate.faulty + 1) clock.othersClosedAt ??= now
}

function sealDuty(ballot: Ballot, scene: Scene, actor: Actor): Duty | undefined {
  const { board } = ballot
  if (board.endorse.has(actor.self) || board.decline.has(actor.self)) return undefined
  if (!isOpen(ballot, scene.standing)) return undefined
  const closing = closingOf(ballot, scene)
  if (!closing) return closeDuty(ballot, scene, actor)
  const tally = tallyOf(ballot, closing.votes)
  if (!tally)
    return { ...named(ballot, 'tally', closing.why), draft: tallyDraft(ballot.id, closing.votes) }
  if (!mayKeySeal(ballot, scene, actor.key)) return undefined
  return verdictDuty(ballot, scene, { ...actor, closing }, tally)
}

/**
 * How this node closed the ballot. While it waits to seal (§3.3) a fork may unmake a vote that it
 * judged: no tally could name that vote any more, so the ballot is to be judged anew.
 */
function closingOf({ id }: Ballot, { local, ledger }: Scene): Closing | undefined {
  const closing = local.closing(id)
  const isHeld = (cid: OpCid): boolean => {
    const held = ledger.byCid.get(cid)
    return held?.complete === true && hasEffect(held)
  }
  return closing?.votes.every(isHeld) ? closing : undefined
}

function closeDuty(ballot: Ballot, scene: Scene, actor: Actor): Duty | undefined {
  const decision = closeDecision(ballot, scene)
  if (!decision) return undefined
  const obstacle = decision.endorse ? endorseObstacle(ballot, actor.self, scene) : undefined
  const refuses = obstacle && !obstacle.waits
  const closing: Closing = {
    atMs: scene.now,
    votes: [...ballot.positions.values()]
      .flatMap((position) => decisiveVotes(position).map(({ cid }) => cid))
      .sort(),
    endorse: decision.endorse && !refuses,
    why: refuses ? obstacle.why : decision.why,
  }
  return {
    ...named(ballot, 'close', closing.why),
    notes: [[closingNote(ballot.id), JSON.stringify(closing)]],
  }
}

function verdictDuty(
  ballot: Ballot,
  scene: Scene,
  { self, closing }: Actor & { readonly closing: Closing },
  tally: OpCid,
): Duty | undefined {
  const obstacle = closing.endorse ? sealObstacle(ballot, self, scene) : undefined
  if (obstacle?.waits) return undefined
  const verdict = closing.endorse && !obstacle ? 'endorse' : 'decline'
  const duty = named(ballot, 'seal', obstacle?.why ?? closing.why)
  if (verdict === 'decline' || !ballot.body.amendment)
    return { ...duty, draft: sealDraft(ballot.id, verdict, tally, []) }
  return { ...duty, draft: amendmentSeal(ballot, scene, self, tally) }
}

/**
 * What keeps a node from sealing as it closed. While an amendment that passes waits to be endorsed,
 * or settled, nothing else of its charter is, nor what was closed before and is not sealed (§3.3).
 */
function sealObstacle(ballot: Ballot, self: StakeholderId, scene: Scene): Obstacle | undefined {
  const passing = passingAmendment(ballot, scene)
  return passing
    ? { why: `amendment ${passing} passes; it must settle first`, waits: false }
    : endorseObstacle(ballot, self, scene)
}

/**
 * An endorsed amendment lists the settlements of the ballots of its charter that it must not lose; what does not fit into the seal goes before it in `seal.settled` (§3.3).
 */
function amendmentSeal(ballot: Ballot, scene: Scene, self: StakeholderId, tally: OpCid): Draft {
  const listed = ballot.settledLists.get(self) ?? new Set<OpCid>()
  const owed = carriedBy(ballot, self, scene.ballots)
    .flatMap(({ settlements }) => settlements.map(({ cid }) => cid).sort()[0] ?? [])
    .filter((cid) => !listed.has(cid))
  // The seal refers to the other parts: who holds it, also out of a broken chain, holds the list.
  const parts = ballot.settledParts.get(self) ?? []
  const room = Math.max(MAX_REFS, 2 * ballot.electorate.members.length) - 2
  if (owed.length > 0 && owed.length + parts.length > room)
    return settledDraft(ballot.id, owed.slice(0, room))
  const draft = sealDraft(ballot.id, 'endorse', tally, owed)
  return { ...draft, refs: [...draft.refs, ...parts.slice(0, room)] }
}

function settleDuty(ballot: Ballot, scene: Scene, actor: Actor): Duty | undefined {
  if (yieldsTo(ballot, actor.self, scene)) return undefined
  const move = settleMove(ballot.board, selfOn(ballot, actor), clockOn(ballot, scene))
  if (!move) return undefined
  const why =
    move.kind === 'settlement' ? `settled: ${move.certificate.outcome}` : `round ${move.round}`
  return { ...named(ballot, 'settle', why), draft: moveDraft(ballot.id, move) }
}

const selfOn = ({ board }: Ballot, { self: id }: Actor): Self => ({
  id,
  hasAdopted: board.hasAdopted(id),
})

function clockOn({ id, windows }: Ballot, { local, now }: Scene): SettleClock {
  const clock = local.clock(id)
  return {
    now,
    quorumSealedAt: clock.quorumSealedAt,
    patienceMs: windows.settle,
    enteredAt: (round) => {
      const entered = clock.enteredAt.get(round) ?? now
      clock.enteredAt.set(round, entered)
      return entered
    },
  }
}

/** A provisional seal or its record (§3.7); the key that may not seal may not seal provisionally. */
function provisionalDuty(ballot: Ballot, scene: Scene, { self, key }: Actor): Duty | undefined {
  const move = provisionalMove(ballot, self, scene)
  if (!move || !mayKeySeal(ballot, scene, key)) return undefined
  return { ...named(ballot, move.kind, move.why), draft: move.draft }
}

/** A key that replaced a stale one seals only ballots whose basis holds it (§2.3). */
function mayKeySeal(ballot: Ballot, { ledger, local }: Scene, key: KeyId): boolean {
  if (local.get(FRESH_KEY_NOTE) !== key) return true
  const { keyring } = ledger
  return keyring
    .delegationsOf(key)
    .some(({ root, seq }) => (ballot.basis.get(root)?.seq ?? -1) >= seq)
}

/** When the ballot may be closed; never once it is, for then only something that comes counts. */
function nextSealTime(ballot: Ballot, scene: Scene, id: StakeholderId): number {
  const sealed = ballot.board.endorse.has(id) || ballot.board.decline.has(id)
  const closed = sealed || closingOf(ballot, scene) !== undefined
  return closed ? Number.POSITIVE_INFINITY : nextCloseTime(ballot, scene)
}

const nextSettleTimeOf = (ballot: Ballot, scene: Scene, actor: Actor): number =>
  yieldsTo(ballot, actor.self, scene)
    ? Number.POSITIVE_INFINITY
    : nextSettleTime(ballot.board, selfOn(ballot, actor), clockOn(ballot, scene))

const named = (ballot: Ballot, kind: Duty['kind'], why: string): Duty => ({
  kind,
  ballot: ballot.id,
  why,
})
