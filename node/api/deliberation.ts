/** Discussions and decision records, as a node answers for them (part of `NodeApi`). */
import { accept, type Result } from '../../src/op/refusal.ts'
import { type Thread, threadsOf } from '../../src/proposal/discussion.ts'
import { decisionRecord } from '../../src/replica/decision/gather.ts'
import type { DecisionRecord } from '../../src/replica/decision/record.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { proposalId } from './proposal-view.ts'

/** What was said on a proposal. */
export interface Discussion {
  readonly id: string
  readonly title: string
  /** Who may answer objections, beside whoever made them. */
  readonly author: string
  readonly criteria: { readonly track: readonly string[]; readonly proposal: readonly string[] }
  readonly threads: readonly Thread[]
}

/** Discussions and decision records; `id` may be a unique part of the proposal's. */
export interface DeliberationApi {
  discussion(id: string): Promise<Result<Discussion>>
  /** The same bytes at every node that holds the same operations about the ballot. */
  record(id: string): Promise<Result<DecisionRecord>>
}

/** The one implementation; the client only carries it. */
export class DeliberationService implements DeliberationApi {
  private readonly replica: Replica

  constructor(replica: Replica) {
    this.replica = replica
  }

  async discussion(given: string): Promise<Result<Discussion>> {
    const id = proposalId(this.replica, given)
    if (!id.ok) return id
    const ballot = this.replica.views.ballot(id.value)
    if (!ballot.ok) return ballot
    const { body, author, track, gateScene } = ballot.value
    return accept({
      id: id.value,
      title: body.title,
      author,
      criteria: { track: track.criteria ?? [], proposal: body.criteria ?? [] },
      threads: threadsOf(gateScene.comments, author),
    })
  }

  async record(given: string): Promise<Result<DecisionRecord>> {
    const id = proposalId(this.replica, given)
    return id.ok ? decisionRecord(this.replica, id.value) : id
  }
}
