/** Disputes over an opened replica (design §3.8). */
import type { OpCid } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { Draft } from '../../src/replica/draft.ts'
import {
  disputeCloseDraft,
  disputeDraft,
  mediatorDraft,
  panelDraft,
  rulingDraft,
} from '../../src/replica/recourse/dispute-acts.ts'
import type { Dispute } from '../../src/replica/recourse/disputes.ts'
import type { Ruling } from '../../src/replica/recourse/matter-speech.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Acting } from './acting.ts'
import type {
  DisputeApi,
  DisputeLine,
  DisputeRequest,
  RulingLine,
  RulingRequest,
} from './dispute-api.ts'
import { councilActLine } from './escalation-view.ts'
import { findId } from './ids.ts'
import { ownStakeholder } from './naming.ts'
import { proposalId } from './proposal-view.ts'
import type { ActOptions, Signed } from './signed.ts'

/** What the service works with. */
export interface DisputeServiceParts {
  readonly replica: Replica
  readonly acting: Acting
}

/** The one implementation of `DisputeApi`; the client only carries it. */
export class DisputeService implements DisputeApi {
  private readonly replica: Replica
  private readonly acting: Acting

  constructor({ replica, acting }: DisputeServiceParts) {
    this.replica = replica
    this.acting = acting
  }

  async list(): Promise<Result<readonly DisputeLine[]>> {
    const lines = this.all().map((dispute) => disputeLine(this.replica, dispute))
    return accept(lines.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)))
  }

  async one(given: string): Promise<Result<DisputeLine>> {
    const found = this.find(given)
    return found.ok ? accept(disputeLine(this.replica, found.value)) : found
  }

  async open({ about, ...input }: DisputeRequest, options?: ActOptions): Promise<Result<Signed>> {
    const proposal = about === undefined ? undefined : proposalId(this.replica, about)
    if (proposal && !proposal.ok) return proposal
    const draft = disputeDraft(this.replica, {
      ...input,
      ...(proposal && { about: proposal.value }),
    })
    return this.acting.sign(draft, options ?? {})
  }

  close(given: string, text: string | undefined, options?: ActOptions): Promise<Result<Signed>> {
    return this.act(given, options, (id) => disputeCloseDraft(this.replica, id, text))
  }

  seat(
    given: string,
    settlement: string | undefined,
    options?: ActOptions,
  ): Promise<Result<Signed>> {
    return this.act(given, options, (id) => {
      if (settlement === undefined) return panelDraft(this.replica, id)
      const { matters } = this.replica.views
      const [dispute, self] = [matters.dispute(id), ownStakeholder(this.replica)]
      const seeds = dispute && self ? matters.seedsFor(dispute, self) : []
      const cited = findId(
        settlement,
        seeds.map(({ op }) => op.cid),
        'settlement',
      )
      return cited.ok ? panelDraft(this.replica, id, cited.value) : cited
    })
  }

  mediate(given: string, mediator: string, options?: ActOptions): Promise<Result<Signed>> {
    return this.act(given, options, (id) => mediatorDraft(this.replica, id, mediator))
  }

  rule({ dispute, ...input }: RulingRequest, options?: ActOptions): Promise<Result<Signed>> {
    return this.act(dispute, options, (id) => rulingDraft(this.replica, id, input))
  }

  private async act(
    given: string,
    options: ActOptions = {},
    draft: (id: OpCid) => Result<Draft>,
  ): Promise<Result<Signed>> {
    const found = this.find(given)
    return found.ok ? this.acting.sign(draft(found.value.id), options) : found
  }

  private all(): readonly Dispute[] {
    return this.replica.views.matters.disputes()
  }

  private find(given: string): Result<Dispute> {
    const all = new Map(this.all().map((dispute) => [dispute.id, dispute]))
    const id = findId(given, all.keys(), 'dispute')
    const found = id.ok ? all.get(id.value) : undefined
    if (!id.ok) return id
    return found ? accept(found) : refuse('unknown-id', `no dispute ${given}`)
  }
}

const disputeLine = (
  replica: Replica,
  { held, panels, mediators, ...rest }: Dispute,
): DisputeLine => ({
  id: rest.id,
  kind: rest.kind,
  subject: rest.subject,
  grounds: rest.grounds,
  openedBy: rest.openedBy,
  at: held.op.at,
  parties: rest.parties,
  about: rest.about,
  closedBy: rest.closedBy,
  closedByCouncil: rest.closedByCouncil.map((act) => councilActLine(replica, act)),
  panels: panels.map(({ ruled: _ruled, rulings, ...panel }) => ({
    ...panel,
    rulings: rulings.map(rulingLine),
  })),
  mediators: mediators.map(({ id, acceptedBy, isAccepted, rulings }) => ({
    ...{ id, acceptedBy, isAccepted },
    rulings: rulings.map(rulingLine),
  })),
  mediationBinds: rest.mediationBinds,
  state: rest.state,
})

const rulingLine = ({ cid, stakeholder, ruling, text, at }: Ruling): RulingLine => ({
  ...{ id: cid, stakeholder, ruling, text, at },
})
