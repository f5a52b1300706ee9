/** What was said about a ballot at rest: known to be there, read when somebody asks for it. */
import type { Archive, ArchivedHeld } from '../../chain/archive/archive.ts'
import type { OpCid } from '../../op/ids.ts'
import { invariant } from '../../op/refusal.ts'
import { proposalOpen } from '../../proposal/ops.ts'
import { bodyReader, type Entry } from '../entry.ts'
import { type ProposalBody, type Topic, Topics } from '../topics.ts'
import type { RestFacts } from './facts.ts'

const readProposal = bodyReader(proposalOpen)

/** A topic whose operations are rows of an index. */
export class RestingTopic implements Topic {
  readonly id: OpCid
  readonly facts: RestFacts
  /** Of all of it, the proposal among it. */
  readonly rows: Uint32Array
  readonly version: number
  private readonly archive: Archive
  /** Remembers whole topics for a while. */
  private readonly remember: (topic: RestingTopic, read: () => Topic) => Topic

  constructor(
    facts: RestFacts,
    rows: Uint32Array,
    archive: Archive,
    remember: (topic: RestingTopic, read: () => Topic) => Topic,
  ) {
    this.id = facts.id
    this.facts = facts
    this.rows = rows
    this.version = rows.length
    this.archive = archive
    this.remember = remember
  }

  /** The proposal alone. */
  get proposal(): Entry<ProposalBody> {
    const held = this.held()
    const body = readProposal(held.op)
    invariant(body.ok, 'what rests was understood')
    return { held, body: body.value }
  }

  /** The operation that opened it. */
  held(): ArchivedHeld {
    const held = this.archive.get(this.id)
    invariant(held, 'a ballot at rest has its proposal')
    return held
  }

  /** All of it, filed as ever. */
  whole(): Topic {
    const topics = new Topics()
    for (const row of this.rows) {
      const held = this.archive.helds[row]
      if (held) topics.add(held)
    }
    const topic = topics.proposals.get(this.id)
    invariant(topic?.version === this.version, 'what rests is filed as it was')
    return topic
  }

  get votes(): Topic['votes'] {
    return this.list('votes')
  }
  get tallies(): Topic['tallies'] {
    return this.list('tallies')
  }
  get seals(): Topic['seals'] {
    return this.list('seals')
  }
  get estimates(): Topic['estimates'] {
    return this.list('estimates')
  }
  get suggestions(): Topic['suggestions'] {
    return this.list('suggestions')
  }
  get auxiliaries(): Topic['auxiliaries'] {
    return this.list('auxiliaries')
  }
  get settlements(): Topic['settlements'] {
    return this.list('settlements')
  }
  get withdrawals(): Topic['withdrawals'] {
    return this.list('withdrawals')
  }
  get comments(): Topic['comments'] {
    return this.list('comments')
  }
  get attestations(): Topic['attestations'] {
    return this.list('attestations')
  }

  // Of these there are none (`facts.ts`, 2).
  readonly settledLists: Topic['settledLists'] = []
  readonly provisionalSeals: Topic['provisionalSeals'] = []
  readonly provisionals: Topic['provisionals'] = []
  readonly accepts: Topic['accepts'] = []
  readonly appeals: Topic['appeals'] = []
  readonly reports: Topic['reports'] = []
  readonly halts: Topic['halts'] = []
  readonly closes: Topic['closes'] = []

  private list<Name extends RestFacts['lists'][number]>(name: Name): Topic[Name] {
    if (!this.facts.lists.includes(name)) return []
    return this.remember(this, () => this.whole())[name]
  }
}
