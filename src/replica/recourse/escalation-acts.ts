/** How members escalate, and how that is resolved (design §3.8). */
import type { OpCid } from '../../op/ids.ts'
import { type Result, refuse } from '../../op/refusal.ts'
import { escalationOpen, escalationResolve } from '../../proposal/escalation/ops.ts'
import { ownStakeholder } from '../acts.ts'
import { checkedDraft, type Draft } from '../draft.ts'
import type { Replica } from '../replica.ts'
import { ownMandate } from './council-acts.ts'

/** An escalation as a member opens it. */
export interface EscalationInput {
  readonly kind: 'overlap' | 'waiting'
  readonly subject: string
  /** Ids of the stakeholders whose move it is. */
  readonly owners: readonly string[]
  readonly text: string
  /** How long until it is overdue, in ms. */
  readonly dueInMs: number
  readonly about?: OpCid
}

/** Drafts an escalation under the charter in force. */
export function escalationDraft(replica: Replica, input: EscalationInput): Result<Draft> {
  const self = ownStakeholder(replica)
  const { charter } = replica
  if (!self.ok) return self
  if (!charter) return refuse('no-coalition', 'the founding operation is not held yet')
  const members = charter.charter.stakeholders.map(({ id }) => id)
  const stranger = input.owners.find((id) => !members.includes(id))
  if (stranger !== undefined)
    return refuse(
      'unknown-owner',
      `no member is called "${stranger}"`,
      `there are ${members.join(', ')}`,
    )
  const { kind, subject, text, dueInMs, about } = input
  const owners = [...new Set(input.owners)]
  return checkedDraft(escalationOpen, [charter.id, ...(about === undefined ? [] : [about])], {
    ...{ charter: 0, kind, subject, owners, text, dueIn: dueInMs },
    ...(about !== undefined && { about: 1 }),
  })
}

/** Drafts that an escalation is resolved: as its author, an owner, or by the council's mandate. */
export function resolveDraft(replica: Replica, id: OpCid, text: string): Result<Draft> {
  const { views, signer } = replica
  const escalation = views.matters.escalations().find((one) => one.id === id)
  if (!escalation)
    return refuse('unknown-id', `no escalation ${id} is held`, 'folkmoot escalations')
  const version = views.charters().find((one) => one.id === escalation.charterId)
  const self = version && signer && views.stakeholderOf(signer.key, version.charter)
  if (!self) return refuse('no-member', 'this node belongs to no stakeholder of its charter')
  const [resolution] = escalation.resolutions
  if (resolution) return refuse('already-resolved', `${resolution.stakeholder} has resolved it`)
  if (self === escalation.openedBy || escalation.owners.includes(self))
    return checkedDraft(escalationResolve, [id], { escalation: 0, text })
  const mandate = ownMandate(replica, escalationResolve.type)
  if (!mandate)
    return refuse(
      'may-not-resolve',
      `it is for ${[escalation.openedBy, ...escalation.owners].join(', ')} to resolve, or the council`,
    )
  return checkedDraft(escalationResolve, [id, mandate], { escalation: 0, text, mandate: 1 })
}
