/**
 * What a node owes when a ballot is stuck and its track has a contingency (design §3.7): its
 * provisional seal, and the record of a provisional outcome.
 */
import { decisiveVotes } from '../ballot/position.ts'
import type { OpCid, StakeholderId } from '../op/ids.ts'
import type { Ballot } from './ballot.ts'
import { isOpen, refusalReason, type Scene, timetableOf } from './closing.ts'
import { type Draft, provisionalDraft, provisionalSealDraft, tallyDraft } from './draft.ts'
import { endorsedBy } from './endorsing.ts'
import { isSameGeneration } from './overlay.ts'
import type { Provisional } from './provisional.ts'

/** A provisional seal, its tally, or the record of a provisional outcome, to be issued. */
export interface ProvisionalMove {
  readonly kind: 'provisional-tally' | 'provisional-seal' | 'provisional'
  readonly why: string
  readonly draft: Draft
}

/** What the stakeholder owes now under the ballot's contingency: nothing once the ballot is settled. */
export function provisionalMove(
  ballot: Ballot,
  self: StakeholderId,
  scene: Scene,
): ProvisionalMove | undefined {
  const { provisional } = ballot
  if (!provisional || !isOpen(ballot, scene.standing)) return undefined
  if (provisional.formedAt !== undefined) return recordMove(ballot, provisional, self)
  return maySeal(ballot, provisional, self, scene) ? sealMove(ballot) : undefined
}

/** When the contingency may begin, in ms by this node's clock; Infinity where there is none. */
export const nextProvisionalTime = (ballot: Ballot, { local, now }: Scene): number => {
  const { provisional } = ballot
  if (!provisional || provisional.formedAt !== undefined) return Number.POSITIVE_INFINITY
  const at = timetableOf(ballot, local).closesAt + provisional.contingency.after
  return at > now ? at : Number.POSITIVE_INFINITY
}

/**
 * The conditions of a provisional seal that are not rules of the contingency: its time, an own word
 * on this ballot or on another of the slot generation, a provisional outcome there, the slot's holder.
 */
export function provisionalObstacle(
  ballot: Ballot,
  self: StakeholderId,
  scene: Scene,
): string | undefined {
  const { provisional, generation, board } = ballot
  if (!provisional) return 'its track has no contingency'
  const { standing, ballots, now } = scene
  const times = timetableOf(ballot, scene.local)
  if (now < times.closesAt + provisional.contingency.after) return 'its time has not come'
  if (now >= times.expiresAt) return 'its validity ran out'
  if (standing.violations.length > 0) return 'the coalition has seen a safety violation'
  const refused = refusalReason(ballot, scene)
  if (refused !== undefined) return refused
  if (board.decline.has(self)) return 'this stakeholder declined it'
  if ((standing.holders.get(generation.slot) ?? null) !== generation.replaces)
    return "the slot's holder is not what it replaces"
  const rivals = ballots.filter(
    (other) =>
      other.id !== ballot.id &&
      isSameGeneration(other.generation, generation) &&
      isOpen(other, standing),
  )
  const formed = rivals.find((rival) => rival.provisional?.formedAt !== undefined)
  if (formed) return `ballot ${formed.id} holds the slot provisionally`
  const own = [
    ...endorsedBy(self, rivals),
    ...rivals.filter(({ provisional: other }) => hasSealed(other, self)),
  ][0]
  return own && `this stakeholder sealed ballot ${own.id} of the same slot`
}

function maySeal(
  ballot: Ballot,
  provisional: Provisional,
  self: StakeholderId,
  scene: Scene,
): boolean {
  // Asked after every operation: the rules are judged once their time has come.
  return (
    !hasSealed(provisional, self) &&
    provisionalObstacle(ballot, self, scene) === undefined &&
    provisional.rules.every(({ met }) => met)
  )
}

const hasSealed = (provisional: Provisional | undefined, id: StakeholderId): boolean =>
  provisional?.seals.some(({ stakeholder }) => stakeholder === id) ?? false

const WHY = 'the ballot is stuck, and the reduced coalition may go ahead'

function sealMove(ballot: Ballot): ProvisionalMove {
  const votes = [...ballot.positions.values()]
    .flatMap((position) => decisiveVotes(position).map(({ cid }) => cid))
    .sort()
  const tally = tallyOf(ballot, votes)
  return tally === undefined
    ? { kind: 'provisional-tally', why: WHY, draft: tallyDraft(ballot.id, votes) }
    : { kind: 'provisional-seal', why: WHY, draft: provisionalSealDraft(ballot.id, tally) }
}

/** A tally operation, of whomever, that lists exactly these votes. */
export function tallyOf(ballot: Ballot, votes: readonly OpCid[]): OpCid | undefined {
  const wanted = votes.join()
  const same = [...ballot.tallies.values()].filter((tally) => tally.votes.join() === wanted)
  return same.map(({ cid }) => cid).sort()[0]
}

/** As with settlements: everyone records it until F+1 have, one of whom is honest (§3.6, §3.7). */
function recordMove(
  ballot: Ballot,
  { recordedBy, seals }: Provisional,
  self: StakeholderId,
): ProvisionalMove | undefined {
  const { electorate, board } = ballot
  if (recordedBy.has(self) || board.weight(recordedBy) >= electorate.faulty + 1) return undefined
  const first = new Map<StakeholderId, OpCid>()
  for (const { stakeholder, cid } of seals) {
    const before = first.get(stakeholder)
    if (before === undefined || cid < before) first.set(stakeholder, cid)
  }
  const draft = provisionalDraft(ballot.id, [...new Set(first.values())].sort())
  return { kind: 'provisional', why: 'the reduced coalition has adopted it provisionally', draft }
}
