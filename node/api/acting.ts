/** Acts of a person: drafted by the rules, shown or signed, then sent (design §6.6). */
import type { Choice } from '../../src/ballot/ops.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import {
  type CommentInput,
  castDraft,
  commentDraft,
  type ProposalInput,
  proposalDraft,
  withdrawDraft,
} from '../../src/replica/acts.ts'
import type { Draft } from '../../src/replica/draft.ts'
import type { Issued, Replica } from '../../src/replica/replica.ts'
import { StoreError } from '../store/errors.ts'
import { reached } from '../store/steps.ts'
import { findId } from './ids.ts'
import { plainValue } from './json-values.ts'
import { ownRemoval } from './leaving.ts'
import type { ActOptions, Signed } from './node-api.ts'
import { proposalId } from './proposal-view.ts'
import type { Surroundings } from './surroundings.ts'

/** Drafts, signs and sends for one replica. */
export class Acting {
  private readonly replica: Replica
  private readonly surroundings: Surroundings
  /** Signed in this turn of the event loop, and whether the one write for all of it went well. */
  private together:
    | { readonly issued: Issued[]; readonly stored: Promise<Result<null>> }
    | undefined

  constructor(replica: Replica, surroundings: Surroundings) {
    this.replica = replica
    this.surroundings = surroundings
  }

  /** Opens a proposal, on a checkpoint that is made for it where there is news (§2.4). */
  propose(input: ProposalInput, options: ActOptions = {}): Result<Signed> {
    const { replica } = this
    const refused = this.refusalOf('proposal.open')
    if (refused) return refused
    const first = proposalDraft(replica, input)
    if (options.dryRun || (!first.ok && first.code !== 'no-basis')) return shown(first)
    const basis = this.issueAll(replica.checkpointNow())
    if (!basis.ok) return basis
    return this.sign(proposalDraft(replica, input), options)
  }

  /** Takes back our own proposal. */
  withdraw(given: string, reason: string | undefined, options: ActOptions = {}): Result<Signed> {
    const id = proposalId(this.replica, given)
    return id.ok ? this.sign(withdrawDraft(this.replica, id.value, reason), options) : id
  }

  /** Votes; replaces our standing votes. */
  vote(
    given: string,
    choice: Choice,
    rationale: string | undefined,
    options: ActOptions = {},
  ): Promise<Result<Signed>> {
    const id = proposalId(this.replica, given)
    if (!id.ok) return Promise.resolve(id)
    return this.signTogether(castDraft(this.replica, id.value, choice, rationale), options)
  }

  /** Comments on a proposal, or answers a comment on it. */
  async comment(input: CommentInput, options: ActOptions = {}): Promise<Result<Signed>> {
    const proposal = proposalId(this.replica, input.proposal)
    if (!proposal.ok) return proposal
    const answers =
      input.answers === undefined ? undefined : this.commentId(proposal.value, input.answers)
    if (answers && !answers.ok) return answers
    const resolved = {
      ...input,
      proposal: proposal.value,
      ...(answers && { answers: answers.value }),
    }
    return this.signTogether(commentDraft(this.replica, resolved), options)
  }

  private commentId(proposal: OpCid, given: string): Result<OpCid> {
    const comments = this.replica.views.topics.proposals.get(proposal)?.comments ?? []
    return findId(
      given,
      comments.map(({ held }) => held.op.cid),
      'comment',
    )
  }

  /** Signs a draft, or with `dryRun` shows what would be signed. */
  sign(draft: Result<Draft>, { dryRun = false }: ActOptions): Result<Signed> {
    if (!draft.ok) return draft
    const refused = this.refusalOf(draft.value.type)
    if (refused) return refused
    if (dryRun) return shown(draft)
    const issued = this.issueAll([draft.value])
    if (!issued.ok) return issued
    return accept(signedOf(draft.value, issued.value[0]?.op.cid ?? null))
  }

  /**
   * As `sign`, where many may come at once: what is signed in one turn of the event loop shares one
   * write to the disk. It is answered, and sent, after that.
   */
  async signTogether(draft: Result<Draft>, options: ActOptions): Promise<Result<Signed>> {
    if (!draft.ok || options.dryRun) return this.sign(draft, options)
    const refused = this.refusalOf(draft.value.type)
    if (refused) return refused
    const issued = this.replica.sign(draft.value)
    if (!issued.ok) return issued
    this.together ??= this.gather()
    this.together.issued.push(issued.value)
    const stored = await this.together.stored
    return stored.ok ? accept(signedOf(draft.value, issued.value.op.cid)) : stored
  }

  private gather() {
    const issued: Issued[] = []
    const { promise: stored, resolve } = Promise.withResolvers<Result<null>>()
    setImmediate(() => {
      this.together = undefined
      resolve(this.storeAll(issued))
    })
    return { issued, stored }
  }

  private storeAll(issued: readonly Issued[]): Result<null> {
    const stored = refusingStoreErrors(() => {
      this.replica.flush()
      return accept(null)
    })
    if (stored.ok) this.sent(issued)
    else this.surroundings.storeFailed()
    return stored
  }

  private refusalOf(type: string) {
    if (this.surroundings.isReadOnly())
      return refuse('store-read-only', 'nothing can be stored at the moment', 'free disk space')
    return ownRemoval(this.replica) ?? this.replica.mayIssue(type)
  }

  private issueAll(drafts: readonly Draft[]): Result<Issued[]> {
    const issued: Issued[] = []
    for (const draft of drafts) {
      const one = refusingStoreErrors(() => this.replica.issue(draft))
      if (!one.ok) {
        this.surroundings.storeFailed()
        return one
      }
      issued.push(one.value)
    }
    this.sent(issued)
    return accept(issued)
  }

  private sent(issued: readonly Issued[]): void {
    reached('act.stored')
    this.surroundings.publish(issued)
    this.surroundings.poke()
  }
}

/** A store that fails refuses the act; any other exception is a bug and goes on its way. */
export function refusingStoreErrors<T>(act: () => Result<T>): Result<T> {
  try {
    return act()
  } catch (error) {
    if (error instanceof StoreError) return refuse(error.code, error.message, error.hint)
    throw error
  }
}

const shown = (draft: Result<Draft>): Result<Signed> =>
  draft.ok ? accept(signedOf(draft.value, null)) : draft

const signedOf = ({ type, refs, body }: Draft, cid: OpCid | null): Signed => ({
  cid,
  type,
  refs,
  body: plainValue(body),
  dryRun: cid === null,
})
