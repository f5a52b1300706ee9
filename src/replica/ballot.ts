/** One ballot, derived from the operations about it; local time has no part in it (design §3.5). */
import { Board, type SealRecord, type SettleRecord } from '../ballot/board.ts'
import { type Positions, positions, type VoteRecord } from '../ballot/position.ts'
import type { SettleRules } from '../ballot/rules.ts'
import { type Tally, tally } from '../ballot/tally.ts'
import { type Gate, type Verdict, verdict } from '../ballot/verdict.ts'
import type { Held } from '../chain/held.ts'
import type { OpCid, StakeholderId } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import type { GateScene } from '../proposal/gates/scene.ts'
import { type Frame, type FrameContext, readFrame } from './frame.ts'
import { attestationsOf, commentsOf, gateScene, gatesOf } from './gates.ts'
import { deriveProvisional, type Provisional } from './provisional.ts'
import type { Topic } from './topics.ts'

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
}

/** Everything about one ballot that is a function of the counted set. */
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
  readonly provisional?: Provisional
  /** Settlement operations that each stakeholder's endorsing seal lists (§3.3). */
  readonly settledLists: ReadonlyMap<StakeholderId, ReadonlySet<OpCid>>
}

/** What ballots are derived from, beside their own topic. */
export interface BallotContext extends FrameContext {
  readonly rules: SettleRules
}

/** Derives a ballot, or says why the proposal is void. */
export function deriveBallot(topic: Topic, context: BallotContext): Result<Ballot> {
  if (!topic.proposal) return refuse('unknown-proposal', `no proposal ${topic.id} is held`)
  const frame = readFrame(topic.proposal, context)
  if (!frame.ok) return frame
  return accept(new Derivation(topic, frame.value, context).ballot())
}

/** Counts the statements of one topic. */
class Derivation {
  private readonly topic: Topic
  private readonly frame: Frame
  private readonly context: BallotContext

  constructor(topic: Topic, frame: Frame, context: BallotContext) {
    this.topic = topic
    this.frame = frame
    this.context = context
  }

  ballot(): Ballot {
    const { frame, topic } = this
    const { electorate, charter, track, body } = frame
    const votes = this.votes()
    const held = positions(votes.values(), electorate)
    const counted = tally({
      positions: held,
      electorate,
      charter,
      components: body.components,
      track,
    })
    const withdrawn = topic.withdrawals.some(({ held: op }) => this.isAuthor(op))
    const scene = gateScene(frame, {
      attestations: attestationsOf(topic, frame.membership),
      comments: commentsOf(topic, frame.membership),
    })
    const gates = gatesOf(topic, scene, frame, this.context.keyring)
    const tallies = this.tallies()
    const board = new Board(electorate, this.context.rules, this.seals(tallies), this.statements())
    const input = { tally: counted, electorate, track, gates, withdrawn }
    const provisional = deriveProvisional(
      topic,
      { ...input, reversible: body.reversible },
      { speakers: (held) => this.speakers(held), tallies: new Set(tallies.keys()) },
    )
    return {
      ...frame,
      votes,
      positions: held,
      withdrawn,
      gateScene: scene,
      gates,
      tally: counted,
      verdict: verdict(input),
      board,
      tallies,
      settlements: this.settlements(board),
      ...(provisional && { provisional }),
      settledLists: this.settledLists(),
    }
  }

  private isAuthor(held: Held): boolean {
    const { keyring } = this.context
    return keyring.rootOf(held.op.key) === keyring.rootOf(this.frame.proposal.op.key)
  }

  private speakers(held: Held): StakeholderId[] {
    return this.frame.eligibility.speakersOf(held)
  }

  private votes(): Map<OpCid, VoteRecord> {
    const votes = new Map<OpCid, VoteRecord>()
    for (const { held, body } of this.topic.votes) {
      const stakeholder = this.frame.eligibility.speakerOf(held)
      if (!stakeholder) continue
      votes.set(held.op.cid, {
        cid: held.op.cid,
        stakeholder,
        choice: body.choice,
        supersedes: resolve(held, body.supersedes),
        at: held.op.at,
        ...(body.rationale !== undefined && { rationale: body.rationale }),
      })
    }
    return votes
  }

  private tallies(): Map<OpCid, TallyRecord> {
    const tallies = new Map<OpCid, TallyRecord>()
    for (const { held, body } of this.topic.tallies)
      if (this.speakers(held).length > 0)
        tallies.set(held.op.cid, { cid: held.op.cid, votes: resolve(held, body.votes).sort() })
    return tallies
  }

  private seals(tallies: ReadonlyMap<OpCid, TallyRecord>): SealRecord[] {
    return this.topic.seals.flatMap(({ held, body }) => {
      const { cid } = held.op
      const tally = held.op.refs[body.tally]
      if (!tally || !tallies.has(tally)) return []
      const { verdict } = body
      return this.speakers(held).map((stakeholder) => ({ cid, stakeholder, verdict, tally }))
    })
  }

  private statements(): SettleRecord[] {
    const { estimates, suggestions, auxiliaries } = this.topic
    return [
      ...estimates.flatMap(({ held, body }) =>
        this.statement('estimate', held, body.round, [body.value]),
      ),
      ...suggestions.flatMap(({ held, body }) =>
        this.statement('suggest', held, body.round, [body.value]),
      ),
      ...auxiliaries.flatMap(({ held, body }) =>
        this.statement('auxiliary', held, body.round, [...new Set(body.values)]),
      ),
    ]
  }

  private statement(
    kind: SettleRecord['kind'],
    held: Held,
    round: number,
    values: SettleRecord['values'],
  ): SettleRecord[] {
    const { cid } = held.op
    return this.speakers(held).map((stakeholder) => ({ kind, cid, stakeholder, round, values }))
  }

  /** Settlements that name statements of this ballot which amount to a certificate. */
  private settlements(board: Board): SettlementRecord[] {
    const proven = new Set(board.settlements().map(({ outcome }) => outcome))
    return this.topic.settlements.flatMap(({ held, body }) => {
      const { outcome, round } = body
      if (!proven.has(outcome)) return []
      const named = new Set(resolve(held, [...body.auxiliaries, ...body.endorsements]))
      if (!this.certifies(board, named, round, outcome)) return []
      const { cid } = held.op
      return this.speakers(held).map((stakeholder) => ({ cid, stakeholder, outcome }))
    })
  }

  private certifies(
    board: Board,
    named: ReadonlySet<OpCid>,
    round: number,
    outcome: 'adopted' | 'declined',
  ): boolean {
    const value = outcome === 'adopted' ? 'adopt' : 'decline'
    if ((round % 2 === 1) !== (value === 'adopt')) return false
    const auxiliaries = this.topic.auxiliaries.filter(
      ({ held, body }) =>
        named.has(held.op.cid) &&
        body.round === round &&
        body.values.every((said) => said === value),
    )
    const endorsing = this.topic.seals.filter(
      ({ held, body }) => named.has(held.op.cid) && body.verdict === 'endorse',
    )
    const weigh = (entries: readonly { readonly held: Held }[]): number =>
      board.weight(new Set(entries.flatMap(({ held }) => this.speakers(held))))
    return (
      weigh(auxiliaries) >= board.quorum &&
      (outcome === 'declined' || weigh(endorsing) >= board.quorum)
    )
  }

  private settledLists(): Map<StakeholderId, Set<OpCid>> {
    const lists = new Map<StakeholderId, Set<OpCid>>()
    const endorsing = this.topic.seals.filter(({ body }) => body.verdict === 'endorse')
    const listed = [
      ...endorsing.map(({ held, body }) => ({ held, settled: body.settled ?? [] })),
      ...this.topic.settledLists.map(({ held, body }) => ({ held, settled: body.settled })),
    ]
    for (const { held, settled } of listed)
      for (const stakeholder of this.speakers(held)) {
        const list = lists.get(stakeholder) ?? new Set()
        for (const cid of resolve(held, settled)) list.add(cid)
        lists.set(stakeholder, list)
      }
    return lists
  }
}

/** The references that positions point at; positions past the end point at nothing. */
const resolve = (held: Held, positions: readonly number[]): OpCid[] =>
  positions.flatMap((position) => held.op.refs[position] ?? [])
