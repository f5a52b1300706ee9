/** What members do about disputes (design §3.8), checked against the rules and made drafts. */
import { cidBytes } from '../../op/cid.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import { drawPanel } from '../../proposal/dispute/draw.ts'
import {
  type DISPUTE_KINDS,
  disputeClose,
  disputeOpen,
  mediatorAccept,
  mediatorPropose,
  mediatorRule,
  panelRule,
  panelSeat,
} from '../../proposal/dispute/ops.ts'
import { ownStakeholder } from '../acts.ts'
import { checkedDraft, type Draft } from '../draft.ts'
import type { Replica } from '../replica.ts'
import { ownMandate } from './council-acts.ts'
import type { Dispute } from './disputes.ts'

/** A dispute as a member opens it. */
export interface DisputeInput {
  readonly kind: (typeof DISPUTE_KINDS)[number]
  readonly subject: string
  /** Ids of stakeholders. */
  readonly parties: readonly string[]
  readonly grounds: string
  /** An operation that it bears on. */
  readonly about?: OpCid
}

/** What is ruled, and why. */
export interface RulingInput {
  readonly ruling: string
  readonly text: string
}

/** Drafts a dispute among members of the charter in force. */
export function disputeDraft(replica: Replica, input: DisputeInput): Result<Draft> {
  const self = ownStakeholder(replica)
  const { charter } = replica
  if (!self.ok) return self
  if (!charter) return refuse('no-coalition', 'the founding operation is not held yet')
  const members = charter.charter.stakeholders.map(({ id }) => id)
  const { kind, subject, grounds, about } = input
  const stranger = input.parties.find((id) => !members.includes(id))
  if (stranger !== undefined)
    return refuse(
      'unknown-party',
      `no member is called "${stranger}"`,
      `there are ${members.join(', ')}`,
    )
  const parties = [...new Set(input.parties)]
  if (parties.length < 2)
    return refuse('too-few-parties', 'a dispute has two parties or more', 'name each with --party')
  if (about !== undefined && !replica.ledger.byCid.get(about)?.complete)
    return refuse('unknown-id', `no operation ${about} is held`, 'folkmoot log')
  return checkedDraft(disputeOpen, [charter.id, ...(about === undefined ? [] : [about])], {
    ...{ charter: 0, kind, subject, parties, grounds },
    ...(about !== undefined && { about: 1 }),
  })
}

/** Drafts that this party closes a dispute, or as a council member that may, closes it for all. */
export function disputeCloseDraft(replica: Replica, id: OpCid, text?: string): Result<Draft> {
  const found = forum(replica, id)
  if (!found.ok) return found
  const { dispute, self } = found.value
  const said = text !== undefined && { text }
  if (!dispute.parties.includes(self)) {
    const mandate = ownMandate(replica, disputeClose.type)
    if (!mandate) return refuse('not-a-party', NOT_A_PARTY)
    if (dispute.state.state === 'settled')
      return refuse('dispute-settled', `the dispute is settled by its ${dispute.state.by}`)
    return checkedDraft(disputeClose, [id, mandate], { dispute: 0, mandate: 1, ...said })
  }
  if (dispute.closedBy.includes(self))
    return refuse('already-closed', 'this stakeholder has closed it already')
  return checkedDraft(disputeClose, [id], { dispute: 0, ...said })
}

/**
 * Drafts the seating of a panel by a settlement that came after the dispute, by default the one that
 * this node saw first: so there is nothing to choose. Refuses (`no-seed`) while there is none.
 */
export function panelDraft(replica: Replica, id: OpCid, settlement?: OpCid): Result<Draft> {
  const found = unsettled(replica, id)
  if (!found.ok) return found
  const { dispute, self } = found.value
  if (dispute.parties.includes(self))
    return refuse('is-a-party', 'a party seats no panel', 'ask a member that is no party')
  const [panel] = dispute.panels
  if (panel) return refuse('panel-seated', `${panel.members.join(', ')} are drawn already`)
  const seeds = replica.views.matters.seedsFor(dispute, self)
  const seed =
    settlement === undefined
      ? seeds.toSorted((a, b) => a.seenAt - b.seenAt)[0]
      : seeds.find(({ op }) => op.cid === settlement)
  if (!seed)
    return refuse(
      'no-seed',
      settlement === undefined
        ? 'no other member that is no party has recorded a settlement since it had seen the dispute'
        : `${settlement} is no settlement by another member that is no party and had seen the dispute before`,
      'the next ballot that settles draws the panel',
    )
  const drawn = drawPanel(found.value.charter, dispute.parties, cidBytes(seed.op.cid))
  if (!drawn.ok) return drawn
  return checkedDraft(panelSeat, [id, seed.op.cid], { matter: 0, settlement: 1 })
}

/** Drafts that this party proposes a mediator, or accepts the one that another proposed. */
export function mediatorDraft(replica: Replica, id: OpCid, mediator: string): Result<Draft> {
  const found = unsettled(replica, id)
  if (!found.ok) return found
  const { dispute, self, charter } = found.value
  if (!dispute.parties.includes(self)) return refuse('not-a-party', NOT_A_PARTY)
  if (!charter.stakeholders.some((member) => member.id === mediator))
    return refuse('unknown-mediator', `no member is called "${mediator}"`)
  if (dispute.parties.some((party) => party === mediator))
    return refuse('is-a-party', 'a party does not mediate', 'name a member that is no party')
  const known = dispute.mediators.find((one) => one.id === mediator)
  if (known?.acceptedBy.includes(self))
    return refuse('already-accepted', `this stakeholder has accepted ${mediator} already`)
  const [proposal] = known?.proposals ?? []
  return proposal === undefined
    ? checkedDraft(mediatorPropose, [id], { dispute: 0, mediator })
    : checkedDraft(mediatorAccept, [proposal], { proposal: 0 })
}

/** Drafts this member's ruling: on the panel that it sits on, else as the accepted mediator. */
export function rulingDraft(replica: Replica, id: OpCid, input: RulingInput): Result<Draft> {
  const found = unsettled(replica, id)
  if (!found.ok) return found
  const { dispute, self } = found.value
  const panel = dispute.panels.find(({ members }) => members.includes(self))
  const mediator = dispute.mediators.find((one) => one.id === self && one.isAccepted)
  const role = panel ?? mediator
  const { ruling, text } = input
  if (!role)
    return refuse(
      'may-not-rule',
      'this stakeholder sits on no panel of it, nor is it the mediator that all parties accepted',
      'folkmoot disputes show',
    )
  if (role.rulings.some(({ stakeholder }) => stakeholder === self))
    return refuse('already-ruled', 'this stakeholder has ruled already; a ruling stays')
  return panel
    ? checkedDraft(panelRule, [panel.id], { panel: 0, ruling, text })
    : checkedDraft(mediatorRule, [id], { dispute: 0, ruling, text })
}

const NOT_A_PARTY = 'this stakeholder is no party of the dispute'

interface Forum {
  readonly dispute: Dispute
  readonly self: StakeholderId
  readonly charter: Parameters<typeof drawPanel>[0]
}

/** A dispute, and who we are under its charter. */
function forum(replica: Replica, id: OpCid): Result<Forum> {
  const { views, signer } = replica
  const dispute = views.matters.dispute(id)
  if (!dispute) return refuse('unknown-id', `no dispute ${id} is held`, 'folkmoot disputes')
  const version = views.charters().find((one) => one.id === dispute.charterId)
  const self = version && signer && views.stakeholderOf(signer.key, version.charter)
  return self
    ? accept({ dispute, self, charter: version.charter })
    : refuse('no-member', 'this node belongs to no stakeholder of the charter of the dispute')
}

/** The same, while the dispute is not settled: with it panels dissolve, and mediators are done. */
function unsettled(replica: Replica, id: OpCid): Result<Forum> {
  const found = forum(replica, id)
  const state = found.ok ? found.value.dispute.state : undefined
  return state?.state === 'settled'
    ? refuse('dispute-settled', `the dispute is settled by its ${state.by}`)
    : found
}
