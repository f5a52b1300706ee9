/** Discussions and decision records, as a node answers for them. */
import { accept, type Result } from '../../src/op/refusal.ts'
import { threadsOf } from '../../src/proposal/discussion.ts'
import { decisionRecord } from '../../src/replica/decision/gather.ts'
import type { DecisionRecord } from '../../src/replica/decision/record.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { DeliberationApi, Discussion } from './deliberation-api.ts'
import { proposalId } from './proposal-view.ts'

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
