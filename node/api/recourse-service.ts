/** Ways to have decided what people disagree on (design §3.8), over an opened replica. */
import type { OpCid } from '../../src/op/ids.ts'
import { accept, type Result } from '../../src/op/refusal.ts'
import { againInput } from '../../src/replica/again.ts'
import { appealBallotInput, appealDraft } from '../../src/replica/recourse/appeal-acts.ts'
import { electionInput } from '../../src/replica/recourse/council-acts.ts'
import { escalationDraft, resolveDraft } from '../../src/replica/recourse/escalation-acts.ts'
import { overrideInput } from '../../src/replica/recourse/override-acts.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Acting } from './acting.ts'
import { councilView, escalationLines } from './escalation-view.ts'
import { findId } from './ids.ts'
import { overrideLines } from './override-view.ts'
import { proposalId } from './proposal-view.ts'
import type {
  Appealed,
  AppealInput,
  CouncilView,
  EscalationLine,
  EscalationRequest,
  OverrideInput,
  OverrideLine,
  RecourseApi,
} from './recourse-api.ts'
import type { ActOptions, Signed } from './signed.ts'

/** What the service works with. */
export interface RecourseServiceParts {
  readonly replica: Replica
  readonly acting: Acting
}

/** The one implementation of `RecourseApi`; the client only carries it. */
export class RecourseService implements RecourseApi {
  private readonly replica: Replica
  private readonly acting: Acting

  constructor({ replica, acting }: RecourseServiceParts) {
    this.replica = replica
    this.acting = acting
  }

  async again(
    { proposal, track }: Parameters<RecourseApi['again']>[0],
    options: ActOptions = {},
  ): Promise<Result<Signed>> {
    const id = proposalId(this.replica, proposal)
    if (!id.ok) return id
    const input = againInput(this.replica, id.value, track)
    return input.ok ? this.acting.propose(input.value, options) : input
  }

  async appeal(
    { proposal, grounds }: AppealInput,
    options: ActOptions = {},
  ): Promise<Result<Appealed>> {
    const id = proposalId(this.replica, proposal)
    if (!id.ok) return id
    const draft = appealDraft(this.replica, id.value, grounds)
    // Who has appealed and found nobody to open the ballot may try again.
    const isAgain = !draft.ok && draft.code === 'already-appealed' && !this.ballotOf(id.value)
    const appeal = isAgain ? accept(null) : this.acting.sign(draft, options)
    if (!appeal.ok) return appeal
    const opened = options.dryRun && !isAgain ? accept(null) : this.open(id.value, options)
    if (!opened.ok) return opened
    const ballot = opened.value?.cid ?? this.ballotOf(id.value) ?? null
    return accept({ appeal: appeal.value, opened: opened.value, ballot })
  }

  async override(
    { proposal, gate, because }: OverrideInput,
    options: ActOptions = {},
  ): Promise<Result<Signed>> {
    const id = proposalId(this.replica, proposal)
    if (!id.ok) return id
    const input = overrideInput(this.replica, { ballot: id.value, gate, because })
    return input.ok ? this.acting.propose(input.value, options) : input
  }

  async overrides(): Promise<Result<readonly OverrideLine[]>> {
    return accept(overrideLines(this.replica))
  }

  async council(): Promise<Result<CouncilView>> {
    return accept(councilView(this.replica))
  }

  async elect(
    { members, because }: Parameters<RecourseApi['elect']>[0],
    options: ActOptions = {},
  ): Promise<Result<Signed>> {
    const input = electionInput(this.replica, members, because)
    return input.ok ? this.acting.propose(input.value, options) : input
  }

  async escalations(): Promise<Result<readonly EscalationLine[]>> {
    return accept(escalationLines(this.replica))
  }

  async escalate(
    { about, ...input }: EscalationRequest,
    options: ActOptions = {},
  ): Promise<Result<Signed>> {
    const proposal = about === undefined ? undefined : proposalId(this.replica, about)
    if (proposal && !proposal.ok) return proposal
    const named = proposal && { about: proposal.value }
    return this.acting.sign(escalationDraft(this.replica, { ...input, ...named }), options)
  }

  async resolve(given: string, text: string, options: ActOptions = {}): Promise<Result<Signed>> {
    const ids = this.replica.views.matters.escalations().map(({ id }) => id)
    const id = findId(given, ids, 'escalation')
    return id.ok ? this.acting.sign(resolveDraft(this.replica, id.value, text), options) : id
  }

  /** Opens the ballot of appeals, where none is open. */
  private open(id: OpCid, options: ActOptions): Result<Signed | null> {
    const input = appealBallotInput(this.replica, id)
    if (!input.ok) return input
    return input.value === undefined ? accept(null) : this.acting.propose(input.value, options)
  }

  /** The ballot on which appeals against a ballot are decided. */
  private ballotOf(id: OpCid): OpCid | undefined {
    return this.replica.views.standing()?.appealed.get(id)?.[0]?.id
  }
}
