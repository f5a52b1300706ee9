/** A ballot at rest: what is asked of every ballot again and again it knows, all else is counted. */
import { trackOf } from '../../charter/lookup.ts'
import type { Charter } from '../../charter/schema.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { invariant } from '../../op/refusal.ts'
import type { AtRest, Ballot, SettlementRecord } from '../ballot-view.ts'
import type { RestingTopic } from './resting-topic.ts'

/** What a ballot at rest is read with. */
export interface RestingContext {
  readonly charterById: (id: OpCid) => Charter | undefined
  /** Counts it anew, or remembers that it was. */
  readonly whole: (topic: RestingTopic) => Ballot
}

/** A ballot of which little is in memory. */
export class RestingBallot implements Ballot {
  readonly id: OpCid
  readonly author: StakeholderId
  readonly charterId: OpCid
  readonly withdrawn: boolean
  readonly generation: Ballot['generation']
  readonly rest: AtRest
  private readonly topic: RestingTopic
  private readonly context: RestingContext

  constructor(topic: RestingTopic, context: RestingContext) {
    const { facts } = topic
    const { id, author, charterId, withdrawn, slot, replaces, outcome, round } = facts
    this.id = id
    this.author = author
    this.charterId = charterId
    this.withdrawn = withdrawn
    this.generation = { slot, replaces }
    this.topic = topic
    this.context = context
    const recordedBy = new Set(facts.settlements.map(([, stakeholder]) => stakeholder))
    this.rest = {
      ended: { outcome, round, recordedBy, isRecorded: true },
      track: facts.track,
      endorse: new Set(facts.endorse),
      stances: new Map(facts.stances),
      print: facts.print,
      whole: () => context.whole(topic),
    }
  }

  get proposal(): Ballot['proposal'] {
    return this.topic.held()
  }
  get body(): Ballot['body'] {
    return this.topic.proposal.body
  }
  get charter(): Charter {
    const charter = this.context.charterById(this.charterId)
    invariant(charter, 'a ballot rests under a charter that is held')
    return charter
  }
  get track(): Ballot['track'] {
    const track = trackOf(this.charter, this.topic.facts.track)
    invariant(track, 'a ballot rests on a track of its charter')
    return track
  }
  get settlements(): readonly SettlementRecord[] {
    const { settlements, outcome } = this.topic.facts
    return settlements.map(([cid, stakeholder, seenAt]) => ({ cid, stakeholder, outcome, seenAt }))
  }

  // Of these there is nothing (`facts.ts`, 2).
  get frozen(): undefined {
    return undefined
  }
  get planned(): undefined {
    return undefined
  }
  get appeals(): Ballot['appeals'] {
    return NOTHING
  }
  get settledLists(): Ballot['settledLists'] {
    return NOTHING
  }
  get settledParts(): Ballot['settledParts'] {
    return NOTHING
  }

  get electorate(): Ballot['electorate'] {
    return this.rest.whole().electorate
  }
  get windows(): Ballot['windows'] {
    return this.topic.facts.windows ?? this.track.windows
  }
  get basis(): Ballot['basis'] {
    return this.rest.whole().basis
  }
  get eligibility(): Ballot['eligibility'] {
    return this.rest.whole().eligibility
  }
  get membership(): Ballot['membership'] {
    return this.rest.whole().membership
  }
  get votes(): Ballot['votes'] {
    return this.rest.whole().votes
  }
  get positions(): Ballot['positions'] {
    return this.rest.whole().positions
  }
  get board(): Ballot['board'] {
    return this.rest.whole().board
  }
  get tallies(): Ballot['tallies'] {
    return this.rest.whole().tallies
  }
  get gateScene(): Ballot['gateScene'] {
    return this.rest.whole().gateScene
  }
  get gates(): Ballot['gates'] {
    return this.rest.whole().gates
  }
  get tally(): Ballot['tally'] {
    return this.rest.whole().tally
  }
  get verdict(): Ballot['verdict'] {
    return this.rest.whole().verdict
  }
  get provisional(): Ballot['provisional'] {
    return this.rest.whole().provisional
  }
  get rolloutSaid(): Ballot['rolloutSaid'] {
    return this.rest.whole().rolloutSaid
  }
}

const NOTHING: ReadonlyMap<never, never> = new Map<never, never>()
