/**
 * Who is the council (design §3.8). That an election was adopted, whom it elects and what they may do
 * follows from the counted set. When a term is over is each node's own clock's to say, and decides
 * only what this node does and how it shows what came later.
 */
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { COUNCIL_SLOT } from '../../proposal/council.ts'
import type { Ballot } from '../ballot.ts'
import type { Standing } from '../outcomes.ts'
import { settledAt } from './appeal-state.ts'

/** What an adopted election gives. */
export interface Mandate {
  readonly election: OpCid
  readonly members: readonly StakeholderId[]
  /** Types of operations by which they may do more than other members. */
  readonly powers: readonly string[]
}

/** A council in office here. */
export interface Council extends Mandate {
  /** In ms by this node's clock. */
  readonly until: number
}

/** What a council member did by its mandate. */
export interface CouncilAct {
  readonly cid: OpCid
  readonly stakeholder: StakeholderId
  readonly election: OpCid
  /** When this node first saw it, in ms: local, in no digest. */
  readonly seenAt: number
}

/** What a ballot gives that is an adopted election. */
export function mandateOf(ballot: Ballot | undefined, standing: Standing): Mandate | undefined {
  const elects = ballot?.body.elects
  if (!ballot || !elects || standing.outcomes.get(ballot.id)?.outcome !== 'adopted')
    return undefined
  const members = elects.map((id) => id as StakeholderId)
  return { election: ballot.id, members, powers: ballot.charter.council?.powers ?? [] }
}

/** When the term of an election ends, by this node's clock in ms; by recall it ends sooner. */
export function termEnd(election: Ballot, ballots: readonly Ballot[], standing: Standing): number {
  const term = election.charter.council?.term ?? 0
  const next = ballots.find(
    ({ id, generation }) =>
      generation.slot === COUNCIL_SLOT &&
      generation.replaces === election.id &&
      standing.outcomes.get(id)?.outcome === 'adopted',
  )
  const over = (settledAt(election) ?? Number.POSITIVE_INFINITY) + term
  return Math.min(over, (next && settledAt(next)) ?? Number.POSITIVE_INFINITY)
}

/** The council in office at a moment of this node's clock; none where the charter in force has none. */
export function councilAt(
  now: number,
  ballots: readonly Ballot[],
  standing: Standing,
): Council | undefined {
  const holder = standing.holders.get(COUNCIL_SLOT)
  const election = ballots.find(({ id }) => id === holder)
  const mandate = mandateOf(election, standing)
  if (!election || !mandate || !standing.current.charter.council) return undefined
  const until = termEnd(election, ballots, standing)
  return mandate.members.length > 0 && now < until ? { ...mandate, until } : undefined
}

/** True when a council member's act came while it was in office here. */
export function cameInOffice(
  { election, seenAt }: CouncilAct,
  ballots: readonly Ballot[],
  standing: Standing,
): boolean {
  const ballot = ballots.find(({ id }) => id === election)
  return ballot !== undefined && seenAt < termEnd(ballot, ballots, standing)
}
