/** One ballot, derived from the operations about it; local time has no part in it (design §3.5). */
import { Board, favoured, type SettleRecord } from '../ballot/board.ts'
import { type Position, positionOf, positions, type VoteRecord } from '../ballot/position.ts'
import { type Tally, tally } from '../ballot/tally.ts'
import { verdict } from '../ballot/verdict.ts'
import type { Held } from '../chain/held.ts'
import { charterAccept } from '../charter/ops.ts'
import type { OpCid, StakeholderId } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { countsUnder } from '../op/type.ts'
import type { AppealRecord } from '../proposal/appeal/appeal.ts'
import type { AttestationRecord } from '../proposal/attestation/record.ts'
import type { CommentRecord } from '../proposal/comment.ts'
import type { GateScene } from '../proposal/gates/scene.ts'
import {
  type Ballot,
  BallotView,
  type Judged,
  type SettlementRecord,
  type TallyRecord,
} from './ballot-view.ts'
import type { Entry } from './entry.ts'
import { type Frame, type FrameContext, readFrame } from './frame.ts'
import { attestationRecord, commentRecord, frozenRisks, gateScene, gatesOf } from './gates.ts'
import { deriveProvisional, type Provisional } from './provisional.ts'
import { type AppealReader, addAppeal, mayWithdraw, ownAppeals } from './recourse/appeal-record.ts'
import { RolloutCount } from './rollout/count.ts'
import type { Topic } from './topics.ts'

export type { Ballot, SettlementRecord, TallyRecord } from './ballot-view.ts'

/** Begins to count a topic, or says why its proposal is void. */
export function countTopic(topic: Topic, context: FrameContext): Result<BallotCount> {
  if (!topic.proposal) return refuse('unknown-proposal', `no proposal ${topic.id} is held`)
  const frame = readFrame(topic.proposal, context)
  return frame.ok ? accept(new BallotCount(topic, frame.value, context)) : frame
}

/**
 * Counts the statements of one topic, each once, in whatever order they come: what is counted is a
 * function of the set of them. Only a change of the keyring or of the charters asks for a new count.
 */
export class BallotCount {
  private readonly topic: Topic
  private readonly frame: Frame
  private readonly keyring: FrameContext['keyring']
  private readonly isFrozenRisks: GateScene['isFrozenRisks']
  private readonly ownAppeals: AppealReader
  private readonly board: Board
  private readonly votes = new Map<OpCid, VoteRecord>()
  private readonly votesBy = new Map<StakeholderId, VoteRecord[]>()
  private readonly positions: Map<StakeholderId, Position>
  private readonly tallies = new Map<OpCid, TallyRecord>()
  private readonly endorsing = new Map<OpCid, readonly StakeholderId[]>()
  private readonly auxiliaries = new Map<OpCid, Auxiliary>()
  private readonly settlements: SettlementRecord[] = []
  private readonly settledLists = new Map<StakeholderId, Set<OpCid>>()
  private readonly settledParts = new Map<StakeholderId, OpCid[]>()
  private readonly attestations: AttestationRecord[] = []
  private readonly comments: CommentRecord[] = []
  private readonly accepts: Topic['accepts'] = []
  private readonly appeals = new Map<StakeholderId, AppealRecord>()
  private readonly rollout: RolloutCount
  /** How much of each list has been counted. */
  private readonly counted = nothingCounted()
  private withdrawn = false
  private tallied: Tally | undefined
  private judged: Judged | undefined
  private reduced: Provisional | undefined
  private readAt = -1
  private readonly view: Ballot

  constructor(topic: Topic, frame: Frame, context: FrameContext) {
    const { keyring, rules } = context
    this.topic = topic
    this.frame = frame
    this.keyring = keyring
    this.isFrozenRisks = frozenRisks(frame.charterId, context)
    this.ownAppeals = ownAppeals(frame, context)
    this.rollout = new RolloutCount(frame)
    this.board = new Board(frame.electorate, rules)
    this.positions = new Map(positions([], frame.electorate))
    this.view = this.opened()
  }

  /** The ballot as of all that is filed under the topic. */
  ballot(): Ballot {
    const { topic } = this
    if (this.readAt === topic.version) return this.view
    this.readAt = topic.version
    if (this.hasNews(JUDGED)) this.judged = undefined
    if (this.hasNews(REDUCED)) this.reduced = undefined
    // Tallies before the seals that name them, and all that settlements name before these.
    for (const entry of this.fresh('votes', topic.votes)) this.countVote(entry)
    for (const entry of this.fresh('tallies', topic.tallies)) this.countTally(entry)
    for (const entry of this.fresh('seals', topic.seals)) this.countSeal(entry)
    for (const { held, body } of this.fresh('settledLists', topic.settledLists))
      this.listPart(held, body.settled)
    this.countStatements()
    for (const entry of this.fresh('settlements', topic.settlements)) this.countSettlement(entry)
    this.countWords()
    return this.view
  }

  /** The entries of a list that have not been counted. */
  private fresh<Body>(name: ListName, list: readonly Entry<Body>[]): readonly Entry<Body>[] {
    const before = this.counted[name]
    if (before === list.length) return NO_ENTRIES
    this.counted[name] = list.length
    return list.slice(before)
  }

  private hasNews(lists: readonly ListName[]): boolean {
    return lists.some((name) => this.topic[name].length > this.counted[name])
  }

  private countWords(): void {
    const { topic, frame } = this
    for (const { held } of this.fresh('withdrawals', topic.withdrawals))
      this.withdrawn ||=
        mayWithdraw(frame.body) && frame.membership.speakerOf(held) === frame.author
    for (const entry of this.fresh('comments', topic.comments))
      this.comments.push(...present(commentRecord(entry, frame.membership, this.ownAppeals)))
    for (const entry of this.fresh('attestations', topic.attestations))
      this.attestations.push(...present(attestationRecord(entry, frame.membership)))
    for (const entry of this.fresh('accepts', topic.accepts))
      if (countsUnder(frame.charter.protocol, entry.held.op, charterAccept))
        this.accepts.push(entry)
    for (const entry of this.fresh('appeals', topic.appeals)) addAppeal(this.appeals, entry, frame)
    for (const entry of this.fresh('reports', topic.reports)) this.rollout.hearReport(entry)
    for (const entry of this.fresh('halts', topic.halts)) this.rollout.hearHalt(entry)
    for (const entry of this.fresh('closes', topic.closes)) this.rollout.hearClose(entry)
    this.counted.provisionalSeals = topic.provisionalSeals.length
    this.counted.provisionals = topic.provisionals.length
  }

  private opened(): Ballot {
    return new BallotView(
      {
        ...this.frame,
        votes: this.votes,
        positions: this.positions,
        board: this.board,
        tallies: this.tallies,
        settlements: this.settlements,
        settledLists: this.settledLists,
        settledParts: this.settledParts,
        appeals: this.appeals,
        rolloutSaid: this.rollout.said,
      },
      {
        isWithdrawn: () => this.withdrawn,
        judged: () => {
          this.judged ??= this.judge()
          return this.judged
        },
        reduced: () => {
          this.reduced ??= this.reduce()
          return this.reduced
        },
      },
    )
  }

  private judge(): Judged {
    const { frame, positions, withdrawn } = this
    const { electorate, charter, track } = frame
    const { components } = frame.body
    this.tallied ??= tally({ positions, electorate, charter, components, track })
    const scene = gateScene(frame, {
      attestations: this.attestations.toSorted(byCid),
      comments: this.comments.toSorted(byCid),
      isFrozenRisks: this.isFrozenRisks,
    })
    const gates = gatesOf(this.accepts, scene, frame, this.keyring)
    const input = { tally: this.tallied, electorate, track, gates, withdrawn }
    return { gateScene: scene, gates, tally: input.tally, verdict: verdict(input) }
  }

  private reduce(): Provisional | undefined {
    const { frame, topic, view } = this
    return deriveProvisional(topic, frame, {
      speakers: (held) => this.speakers(held),
      tallies: this.tallies,
      input: () => view,
    })
  }

  private speakers(held: Held): StakeholderId[] {
    return this.frame.eligibility.speakersOf(held)
  }

  private countVote({ held, body }: Entry<Vote>): void {
    const stakeholder = this.frame.eligibility.speakerOf(held)
    if (!stakeholder) return
    const vote: VoteRecord = {
      cid: held.op.cid,
      stakeholder,
      choice: body.choice,
      supersedes: resolve(held, body.supersedes),
      at: held.op.at,
      ...(body.rationale !== undefined && { rationale: body.rationale }),
    }
    const own = this.votesBy.get(stakeholder) ?? []
    own.push(vote)
    this.votesBy.set(stakeholder, own)
    this.votes.set(vote.cid, vote)
    this.positions.set(stakeholder, positionOf(own))
    this.tallied = undefined
  }

  private countTally({ held, body }: Entry<TallyBody>): void {
    const { cid } = held.op
    if (this.speakers(held).length > 0)
      this.tallies.set(cid, { cid, votes: resolve(held, body.votes).sort() })
  }

  private countSeal({ held, body }: Entry<Seal>): void {
    const { cid } = held.op
    const tally = held.op.refs[body.tally]
    const { verdict } = body
    if (verdict === 'endorse') this.list(held, body.settled ?? [])
    if (!tally || !this.tallies.has(tally)) return
    const speakers = this.speakers(held)
    if (verdict === 'endorse') this.endorsing.set(cid, speakers)
    for (const stakeholder of speakers) this.board.hearSeal({ cid, stakeholder, verdict, tally })
  }

  private countStatements(): void {
    const { estimates, suggestions, auxiliaries } = this.topic
    for (const { held, body } of this.fresh('estimates', estimates))
      this.say('estimate', held, body.round, [body.value])
    for (const { held, body } of this.fresh('suggestions', suggestions))
      this.say('suggest', held, body.round, [body.value])
    for (const { held, body } of this.fresh('auxiliaries', auxiliaries)) {
      const { round } = body
      const values = [...new Set(body.values)]
      const said = this.say('auxiliary', held, round, values)
      const only = values.length === 1 ? values[0] : undefined
      this.auxiliaries.set(held.op.cid, { round, only, by: said.map((one) => one.stakeholder) })
    }
  }

  private say(
    kind: SettleRecord['kind'],
    held: Held,
    round: number,
    values: SettleRecord['values'],
  ): SettleRecord[] {
    const { cid } = held.op
    const said = this.speakers(held).map((stakeholder) => ({
      kind,
      cid,
      stakeholder,
      round,
      values,
    }))
    for (const statement of said) this.board.hear(statement)
    return said
  }

  /** A settlement counts when the statements of this ballot that it names are a certificate. */
  private countSettlement({ held, body }: Entry<Settlement>): void {
    if (!this.isCertificate(held, body)) return
    const { outcome } = body
    const { cid } = held.op
    for (const stakeholder of this.speakers(held))
      this.settlements.push({ cid, stakeholder, outcome, seenAt: held.seenAt })
  }

  private isCertificate(held: Held, { outcome, round, ...named }: Settlement): boolean {
    const value = outcome === 'adopted' ? 'adopt' : 'decline'
    if (favoured(round) !== value) return false
    const auxiliaries = resolve(held, named.auxiliaries)
    const endorsements = resolve(held, named.endorsements)
    const deciding = (cid: OpCid): readonly StakeholderId[] => {
      const said = this.auxiliaries.get(cid)
      return said?.round === round && said.only === value ? said.by : NOBODY
    }
    const endorsing = (cid: OpCid): readonly StakeholderId[] => this.endorsing.get(cid) ?? NOBODY
    // Whichever list names them; but mostly each is in its own.
    return (
      this.isQuorum([...auxiliaries, ...endorsements], deciding) &&
      (outcome === 'declined' || this.isQuorum([...endorsements, ...auxiliaries], endorsing))
    )
  }

  /** True when those who said one of these weigh enough: the rest is not looked at any more. */
  private isQuorum(
    cids: readonly OpCid[],
    speakers: (cid: OpCid) => readonly StakeholderId[],
  ): boolean {
    const { board } = this
    const heard = new Set<StakeholderId>()
    let weight = 0
    for (const cid of cids)
      for (const id of speakers(cid)) {
        if (!heard.has(id)) weight += board.weightOf(id)
        if (weight >= board.quorum) return true
        heard.add(id)
      }
    return false
  }

  private listPart(held: Held, settled: readonly number[]): void {
    this.list(held, settled)
    for (const id of this.speakers(held)) {
      const parts = this.settledParts.get(id) ?? []
      this.settledParts.set(id, parts)
      parts.push(held.op.cid)
    }
  }

  private list(held: Held, settled: readonly number[]): void {
    if (settled.length === 0) return
    for (const stakeholder of this.speakers(held)) {
      const list = this.settledLists.get(stakeholder) ?? new Set()
      for (const cid of resolve(held, settled)) list.add(cid)
      this.settledLists.set(stakeholder, list)
    }
  }
}

/** Who said an auxiliary, in which round, and its value where it names one only. */
interface Auxiliary {
  readonly round: number
  readonly only: SettleRecord['values'][number] | undefined
  readonly by: readonly StakeholderId[]
}

/** The lists of a topic. */
type ListName = Exclude<keyof Topic, 'id' | 'version' | 'proposal' | 'whole'>

const nothingCounted = (): Record<ListName, number> => ({
  votes: 0,
  tallies: 0,
  seals: 0,
  settledLists: 0,
  estimates: 0,
  suggestions: 0,
  auxiliaries: 0,
  settlements: 0,
  provisionalSeals: 0,
  provisionals: 0,
  withdrawals: 0,
  comments: 0,
  attestations: 0,
  accepts: 0,
  appeals: 0,
  reports: 0,
  halts: 0,
  closes: 0,
})

const JUDGED = ['votes', 'withdrawals', 'comments', 'attestations', 'accepts'] as const
const REDUCED = [...JUDGED, 'tallies', 'provisionalSeals', 'provisionals'] as const
const NO_ENTRIES: readonly never[] = []
const NOBODY: readonly never[] = []

type BodyIn<List extends keyof Topic> = Topic[List] extends readonly Entry<infer Body>[]
  ? Body
  : never
type Vote = BodyIn<'votes'>
type TallyBody = BodyIn<'tallies'>
type Seal = BodyIn<'seals'>
type Settlement = BodyIn<'settlements'>

const present = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value])

const byCid = (a: { readonly cid: OpCid }, b: { readonly cid: OpCid }): number =>
  a.cid < b.cid ? -1 : 1

/** The references that positions point at; positions past the end point at nothing. */
const resolve = (held: Held, positions: readonly number[]): OpCid[] =>
  positions.flatMap((position) => held.op.refs[position] ?? [])
