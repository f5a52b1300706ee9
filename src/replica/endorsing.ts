/**
 * What keeps a node from endorsing a ballot that it closed as passing (design §3.6, 2; §3.3, in-flight
 * ballots and reconstitution). Pure decisions over the ballots and local facts.
 */
import type { StakeholderId } from '../op/ids.ts'
import type { Ballot } from './ballot.ts'
import { isOpen, type Scene } from './closing.ts'
import { passesOver } from './reconstitution.ts'
import { silencesOf } from './silence.ts'

/** Ballots that the stakeholder has endorsed. */
export const endorsedBy = (id: StakeholderId, ballots: readonly Ballot[]): Ballot[] =>
  ballots.filter(({ board }) => board.endorse.has(id))

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
  const { standing, ballots } = scene
  const { slot, replaces } = ballot.generation
  const { rules } = ballot.board
  // More than F weight was faulty: nothing is endorsed until people found anew (§3.3).
  if (standing.violations.some(({ kind }) => kind === 'two-successor-charters'))
    return { why: 'two successors of the charter are certified', waits: false }
  const heard = rules.removesOnlySilent ? heardAfterAll(ballot, scene) : undefined
  if (heard) return heard
  const unsettled = boundBy(ballot, self, ballots).filter(
    (other) => isOpen(other, standing) && !passesOver(ballot, other, self),
  )
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
  const [open] = ofCharter
  if (ballot.body.amendment && open && rules.amendmentWaits)
    return { why: `ballot ${open.id} that it endorsed must settle first`, waits: true }
  const unlisted = ballot.body.amendment && unrecorded(ballot, self, ballots)
  return unlisted
    ? { why: `the settlement of ${unlisted.id} is to be listed`, waits: true }
    : undefined
}

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

/** A certified one of these: the seal must list a settlement that records it, so there must be one. */
const unrecorded = (
  ballot: Ballot,
  self: StakeholderId,
  ballots: readonly Ballot[],
): Ballot | undefined =>
  carriedBy(ballot, self, ballots).find(
    ({ board, settlements }) => board.settlements().length > 0 && settlements.length === 0,
  )
