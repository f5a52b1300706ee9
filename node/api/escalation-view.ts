/** The council and escalations for people (design §3.8), by this node's clock. */
import type { CouncilAct } from '../../src/replica/recourse/council.ts'
import { cameInOffice } from '../../src/replica/recourse/council.ts'
import { councilNow } from '../../src/replica/recourse/council-acts.ts'
import { type Escalation, overdueAt } from '../../src/replica/recourse/escalations.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { CouncilActLine } from './dispute-api.ts'
import type { CouncilView, EscalationLine } from './recourse-api.ts'

/** What the charter in force says of a council, and who is in office. */
export function councilView(replica: Replica): CouncilView {
  const rules = replica.charter?.charter.council
  const council = councilNow(replica)
  return {
    charter: rules
      ? { seats: rules.seats, termMs: rules.term, track: rules.track, powers: rules.powers }
      : null,
    inOffice: council ?? null,
  }
}

/** All escalations, oldest first by their authors' clocks. */
export const escalationLines = (replica: Replica): EscalationLine[] =>
  replica.views.matters
    .escalations()
    .map((escalation) => escalationLine(replica, escalation))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))

function escalationLine(replica: Replica, escalation: Escalation): EscalationLine {
  const { id, held, kind, subject, text, openedBy, owners, about } = escalation
  const resolutions = escalation.resolutions.map((resolution) => ({
    stakeholder: resolution.stakeholder,
    text: resolution.text,
    at: resolution.at,
    council: resolution.council && councilActLine(replica, resolution.council),
  }))
  const dueAt = overdueAt(escalation)
  // What the council did after its term moves nothing here.
  const isResolved = resolutions.some(({ council }) => council?.inOffice ?? true)
  const isOverdue = replica.clock.now() >= dueAt
  return {
    ...{ id, kind, subject, text, openedBy, owners, about, dueAt, resolutions },
    at: held.op.at,
    state: isResolved ? 'resolved' : isOverdue ? 'overdue' : 'open',
  }
}

/** What a council member did, and whether it was in office here. */
export function councilActLine(replica: Replica, act: CouncilAct): CouncilActLine {
  const standing = replica.views.standing()
  const { stakeholder, election } = act
  const inOffice = standing !== undefined && cameInOffice(act, replica.views.ballots(), standing)
  return { stakeholder, election, inOffice }
}
