/** A ballot as it is read (design §3.5): what is counted, and what that adds up to. */
import type { Board } from '../ballot/board.ts'
import type { Position, Positions, VoteRecord } from '../ballot/position.ts'
import type { Tally } from '../ballot/tally.ts'
import type { Gate, Verdict } from '../ballot/verdict.ts'
import type { OpCid, StakeholderId } from '../op/ids.ts'
import type { AppealRecord } from '../proposal/appeal/appeal.ts'
import type { GateScene } from '../proposal/gates/scene.ts'
import type { Frame } from './frame.ts'
import type { Provisional } from './provisional.ts'
import type { RolloutSaid } from './rollout/count.ts'

/** A tally operation, resolved. */
export interface TallyRecord {
  readonly cid: OpCid
  readonly votes: readonly OpCid[]
}

/** A settlement operation whose certificate holds. */
export interface SettlementRecord {
  readonly cid: OpCid
  readonly stakeholder: StakeholderId
  readonly outcome: 'adopted' | 'declined'
  /** When this node first saw it, in ms: local, in no digest. */
  readonly seenAt: number
}

/**
 * Everything about one ballot that is a function of the counted set. To be read at once: what it
 * holds grows with the next operation about it. What people's words add up to (gates, tally,
 * verdict) is worked out when it is asked for.
 */
export interface Ballot extends Frame {
  readonly votes: ReadonlyMap<OpCid, VoteRecord>
  readonly positions: Positions
  readonly withdrawn: boolean
  /** What counts of what was said and attested about it; gates are judged by these. */
  readonly gateScene: GateScene
  readonly gates: readonly Gate[]
  readonly tally: Tally
  readonly verdict: Verdict
  readonly board: Board
  readonly tallies: ReadonlyMap<OpCid, TallyRecord>
  readonly settlements: readonly SettlementRecord[]
  /** What a reduced coalition has done; absent where the track has no contingency (§3.7). */
  readonly provisional: Provisional | undefined
  /** Settlement operations that each stakeholder's endorsing seal lists (§3.3). */
  readonly settledLists: ReadonlyMap<StakeholderId, ReadonlySet<OpCid>>
  /** Operations by which each has listed what does not fit into its seal. */
  readonly settledParts: ReadonlyMap<StakeholderId, readonly OpCid[]>
  /** Who appeals against it, each once (§3.8). */
  readonly appeals: ReadonlyMap<StakeholderId, AppealRecord>
  /** What counts of what was said about its rollout (§3.9). */
  readonly rolloutSaid: RolloutSaid
  /** Of a ballot at rest alone: what is known of it without counting (`rest/facts.ts`). */
  readonly rest?: AtRest | undefined
}

/** What is known of a ballot at rest beside its fields. */
export interface AtRest {
  readonly ended: {
    readonly outcome: 'adopted' | 'declined'
    readonly round: number
    readonly recordedBy: ReadonlySet<StakeholderId>
    readonly isRecorded: true
  }
  /** The name of its track. */
  readonly track: string
  readonly endorse: ReadonlySet<StakeholderId>
  /** Of all who decide. */
  readonly stances: ReadonlyMap<StakeholderId, Position['stance']>
  /** Over all that counts (`counted-print.ts`). */
  readonly print: string
  /** The ballot counted from its operations: as large as it ever was. */
  readonly whole: () => Ballot
}

/** The same ballot, all of it in memory. */
export const wholeOf = (ballot: Ballot): Ballot => ballot.rest?.whole() ?? ballot

/** True when a stakeholder has endorsed a ballot. */
export const hasEndorsed = (ballot: Ballot, id: StakeholderId): boolean =>
  (ballot.rest?.endorse ?? ballot.board.endorse).has(id)

/** What follows from votes, comments and acceptance; settle rounds leave it as it is. */
export type Judged = Pick<Ballot, 'gateScene' | 'gates' | 'tally' | 'verdict'>

/** What is counted under a frame, in collections that grow. */
export type Counted = Omit<Ballot, keyof Judged | 'withdrawn' | 'provisional' | 'rest'>

/** What is worked out when it is asked for. */
export interface WorkedOut {
  readonly isWithdrawn: () => boolean
  readonly judged: () => Judged
  readonly reduced: () => Provisional | undefined
}

/** A ballot over what its count holds. */
export class BallotView implements Ballot {
  declare readonly id: Frame['id']
  declare readonly proposal: Frame['proposal']
  declare readonly body: Frame['body']
  declare readonly author: Frame['author']
  declare readonly charterId: Frame['charterId']
  declare readonly charter: Frame['charter']
  declare readonly track: Frame['track']
  declare readonly electorate: Frame['electorate']
  declare readonly windows: Frame['windows']
  declare readonly generation: Frame['generation']
  declare readonly basis: Frame['basis']
  declare readonly frozen: Frame['frozen']
  declare readonly eligibility: Frame['eligibility']
  declare readonly planned: Frame['planned']
  declare readonly membership: Frame['membership']
  declare readonly votes: Ballot['votes']
  declare readonly positions: Ballot['positions']
  declare readonly board: Ballot['board']
  declare readonly tallies: Ballot['tallies']
  declare readonly settlements: Ballot['settlements']
  declare readonly settledLists: Ballot['settledLists']
  declare readonly settledParts: Ballot['settledParts']
  declare readonly appeals: Ballot['appeals']
  declare readonly rolloutSaid: Ballot['rolloutSaid']
  readonly #out: WorkedOut

  constructor(counted: Counted, out: WorkedOut) {
    Object.assign(this, counted)
    this.#out = out
  }

  get withdrawn(): boolean {
    return this.#out.isWithdrawn()
  }

  get gateScene(): GateScene {
    return this.#out.judged().gateScene
  }

  get gates(): readonly Gate[] {
    return this.#out.judged().gates
  }

  get tally(): Tally {
    return this.#out.judged().tally
  }

  get verdict(): Verdict {
    return this.#out.judged().verdict
  }

  get provisional(): Provisional | undefined {
    return this.#out.reduced()
  }
}
