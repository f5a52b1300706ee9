/**
 * What keeps a node from endorsing a ballot that it closed as passing (design §3.6, 2; §3.3, in-flight
 * ballots and reconstitution). Pure decisions over the ballots and local facts.
 */
import type { StakeholderId } from '../op/ids.ts'
import type { Ballot } from './ballot.ts'
import { hasEndorsed } from './ballot-view.ts'
import { isOpen, type Scene } from './closing.ts'
import { passesOver } from './reconstitution.ts'
import { silencesOf } from './silence.ts'

/** Ballots that the stakeholder has endorsed. */
export const endorsedBy = (id: StakeholderId, ballots: readonly Ballot[]): Ballot[] =>
  ballots.filter((ballot) => hasEndorsed(ballot, id))

/** Why a node does not endorse what it closed as passing: for good, or for now. */
export interface Obstacle {
  readonly why: string
  readonly waits: boolean
}

/** What keeps a node from endorsing a ballot that it closed as passing. */
export function endorseObstacle(
  ballot: Ballot,
  self: StakeholderId,
  scene: Scene,
): Obstacle | undefined {
  const { standing } = scene
  const { slot, replaces } = ballot.generation
  const { rules } = ballot.board
  // More than F weight was faulty: nothing is endorsed until people found anew (§3.3).
  if (standing.violations.some(({ kind }) => kind === 'two-successor-charters'))
    return { why: 'two successors of the charter are certified', waits: false }
  const heard = rules.removesOnlySilent ? heardAfterAll(ballot, scene) : undefined
  if (heard) return heard
  const unsettled = unsettledOf(ballot, self, scene)
  const rival = unsettled.find(
    ({ generation }) => generation.slot === slot && generation.replaces === replaces,
  )
  if (rival && rules.slotLock) return { why: `it endorsed ${rival.id} in this slot`, waits: false }
  if ((standing.holders.get(slot) ?? null) !== replaces)
    return { why: `the slot's holder is not what it replaces`, waits: false }
  const ofCharter = unsettled.filter(({ charterId }) => charterId === ballot.charterId)
  const amendment = ofCharter.find(({ body }) => body.amendment)
  if (amendment && rules.amendmentWaits)
    return { why: `it endorsed amendment ${amendment.id}`, waits: false }
  const [first] = awaited(ballot, self, scene)
  if (first === undefined) return undefined
  return {
    why: isOpen(first, standing)
      ? `ballot ${first.id} that it endorsed must settle first`
      : `the settlement of ${first.id} is to be listed`,
    waits: true,
  }
}

/**
 * The ballots that an amendment waits for at a node which closed it as passing (§3.3): those of its
 * charter that the stakeholder endorsed and that are not settled, else those whose settlement the seal
 * must list and that nobody has recorded yet. None for other ballots.
 */
export function awaited(ballot: Ballot, self: StakeholderId, scene: Scene): Ballot[] {
  if (!ballot.body.amendment) return []
  const { charterId, board } = ballot
  const open = board.rules.amendmentWaits
    ? unsettledOf(ballot, self, scene).filter((other) => other.charterId === charterId)
    : []
  return open.length > 0 ? open : unrecorded(ballot, self, scene.ballots)
}

/** What binds the stakeholder and is open, but for what a reconstitution passes over. */
const unsettledOf = (ballot: Ballot, self: StakeholderId, scene: Scene): Ballot[] =>
  boundBy(
    ballot,
    self,
    scene.ballots.filter((other) => isOpen(other, scene.standing)),
  ).filter((other) => !passesOver(ballot, other, self))

/** Other ballots that a stakeholder's word may still adopt; for that a reconstitution asks more. */
const boundBy = ({ id, body }: Ballot, self: StakeholderId, ballots: readonly Ballot[]): Ballot[] =>
  ballots.filter(
    (other) =>
      other.id !== id &&
      (other.board.endorse.has(self) ||
        (body.removesSilent !== undefined && other.board.hasDecided(self))),
  )

/** A member whom a reconstitution names has spoken, by this node's own clock (§3.3). */
function heardAfterAll(ballot: Ballot, scene: Scene): Obstacle | undefined {
  const found = silencesOf(ballot, scene).find(({ isLong }) => !isLong)
  return found && { why: `${found.id} has not been silent for long enough here`, waits: false }
}

/**
 * Ballots of its charter whose outcome an amendment must not lose: those that the stakeholder endorsed.
 * With a reconstitution it is all that it knows of: one endorsed mostly by who is silent now might
 * else be in nobody's list (§3.3).
 */
export const carriedBy = (
  { id, charterId, body }: Ballot,
  self: StakeholderId,
  ballots: readonly Ballot[],
): Ballot[] =>
  (body.removesSilent ? ballots : endorsedBy(self, ballots)).filter(
    (other) => other.id !== id && other.charterId === charterId,
  )

/** Certified ones of these: the seal must list a settlement that records each, so there must be one. */
const unrecorded = (ballot: Ballot, self: StakeholderId, ballots: readonly Ballot[]): Ballot[] =>
  carriedBy(ballot, self, ballots).filter(
    (one) => one.settlements.length === 0 && one.board.settlements().length > 0,
  )
