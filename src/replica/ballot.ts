/** One ballot, derived from the operations about it; local time has no part in it (design §3.5). */
import { Board, type SealRecord, type SettleRecord } from '../ballot/board.ts'
import { type Electorate, electorateOf } from '../ballot/electorate.ts'
import { type Positions, positions, type VoteRecord } from '../ballot/position.ts'
import type { SettleRules } from '../ballot/rules.ts'
import { type Tally, tally } from '../ballot/tally.ts'
import { type BallotWindows, windowFault } from '../ballot/timing.ts'
import { type Gate, type Verdict, verdict } from '../ballot/verdict.ts'
import type { Checkpoints, SeenFrontier } from '../chain/checkpoint.ts'
import type { Held } from '../chain/held.ts'
import type { Keyring } from '../chain/keyring.ts'
import { checkCharter } from '../charter/check.ts'
import { trackOf } from '../charter/lookup.ts'
import type { Charter, Track } from '../charter/schema.ts'
import type { KeyId, OpCid, StakeholderId } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import { accept, type Refusal, type Result, refuse } from '../op/refusal.ts'
import type { OpType } from '../op/type.ts'
import { digestOfText } from '../proposal/document.ts'
import { Eligibility } from './eligibility.ts'
import { gatesOf } from './gates.ts'
import { deriveProvisional, type Provisional } from './provisional.ts'
import type { Entry, ProposalBody, Topic } from './topics.ts'

/** A slot generation: what two ballots must not both win. */
export interface Generation {
  readonly slot: string
  readonly replaces: OpCid | null
}

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
export interface Ballot {
  readonly id: OpCid
  readonly proposal: Held
  readonly body: ProposalBody
  readonly author: StakeholderId
  readonly charterId: OpCid
  readonly charter: Charter
  readonly track: Track
  readonly electorate: Electorate
  readonly windows: BallotWindows
  readonly generation: Generation
  readonly basis: SeenFrontier
  readonly eligibility: Eligibility
  readonly votes: ReadonlyMap<OpCid, VoteRecord>
  readonly positions: Positions
  readonly withdrawn: boolean
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
export interface BallotContext {
  readonly keyring: Keyring
  readonly checkpoints: Checkpoints
  readonly types: ReadonlyMap<string, OpType<unknown>>
  readonly rules: SettleRules
  readonly held: (cid: OpCid) => Held | undefined
  readonly charterById: (id: OpCid) => Charter | undefined
  readonly lastSeqOf: (key: KeyId) => number
}

/** Derives a ballot, or says why the proposal is void. */
export function deriveBallot(topic: Topic, context: BallotContext): Result<Ballot> {
  if (!topic.proposal) return refuse('unknown-proposal', `no proposal ${topic.id} is held`)
  const frame = readFrame(topic.proposal, context)
  if (!frame.ok) return frame
  return accept(new Derivation(topic, frame.value, context).ballot())
}

type Frame = Omit<
  Ballot,
  | 'votes'
  | 'positions'
  | 'withdrawn'
  | 'gates'
  | 'tally'
  | 'verdict'
  | 'board'
  | 'tallies'
  | 'settlements'
  | 'provisional'
  | 'settledLists'
>

/** The part of a ballot that its proposal fixes: electorate, windows, slot, basis. */
function readFrame({ held, body }: Entry<ProposalBody>, context: BallotContext): Result<Frame> {
  const charterId = held.op.refs[body.charter]
  const charter = charterId && context.charterById(charterId)
  if (!charterId || !charter)
    return refuse('invalid-proposal', 'names no charter of this coalition')
  const track = trackOf(charter, body.track)
  if (!track) return refuse('invalid-proposal', `the charter has no track "${body.track}"`)
  const electorate = electorateOf(charter, body.track, body.components, body.slot)
  if (!electorate.ok) return electorate
  const basis = readBasis(held, body, charter, context)
  if (!basis.ok) return basis
  const fault = contentFault(held, body, charter, track)
  if (fault) return fault
  const { keyring, types, lastSeqOf } = context
  const everyone = { ...electorate.value, members: allMembers(charter) }
  const eligible = { keyring, types, lastSeqOf, basis: basis.value }
  const author = new Eligibility({ ...eligible, electorate: everyone }).speakerOf(held)
  if (!author) return refuse('invalid-proposal', 'its author may not propose under its charter')
  const replaces = body.replaces === null ? null : held.op.refs[body.replaces]
  if (replaces === undefined) return refuse('invalid-proposal', 'replaces names no reference')
  return accept({
    id: held.op.cid,
    proposal: held,
    body,
    author,
    charterId,
    charter,
    track,
    electorate: electorate.value,
    windows: body.windows ?? track.windows,
    generation: { slot: body.slot, replaces },
    basis: basis.value,
    eligibility: new Eligibility({ ...eligible, electorate: electorate.value }),
  })
}

const allMembers = (charter: Charter): Electorate['members'] =>
  charter.stakeholders.map((member) => ({
    id: member.id as StakeholderId,
    root: keyIdFromBytes(member.root),
    weight: member.weight,
    functions: member.functions,
  }))

/** The basis is an earlier checkpoint of the proposer's own chain (§3.4). */
function readBasis(
  held: Held,
  body: ProposalBody,
  charter: Charter,
  context: BallotContext,
): Result<SeenFrontier> {
  const cid = held.op.refs[body.basis]
  const basis = cid && context.held(cid)
  const frontier =
    basis && basis.op.key === held.op.key && basis.op.seq < held.op.seq
      ? context.checkpoints.frontierOf(basis.op.cid)
      : undefined
  if (!frontier)
    return refuse('invalid-proposal', 'its basis is no earlier checkpoint of its author')
  // What it shows of roots must be named, so that nothing on the ballot counts before it is held;
  // and be true, or a root's later revocation might count as one that the basis shows.
  const unnamed = charter.stakeholders.find(({ root }) => {
    const seen = frontier.get(keyIdFromBytes(root))
    const shown = seen ? [seen.cid, ...(seen.twin ? [seen.twin] : [])] : []
    return shown.some((cid) => {
      const op = held.op.refs.includes(cid) ? context.held(cid)?.op : undefined
      return op?.key !== keyIdFromBytes(root) || op.seq !== seen?.seq
    })
  })
  return unnamed
    ? refuse('invalid-proposal', `its refs leave out what its basis shows of ${unnamed.id}'s root`)
    : accept(frontier)
}

function contentFault(
  held: Held,
  body: ProposalBody,
  charter: Charter,
  track: Track,
): Refusal | undefined {
  if (body.document.digest !== digestOfText(body.document.text))
    return refuse('invalid-proposal', 'the document does not match its digest')
  const fault = body.windows && windowFault(body.windows, track)
  if (fault) return refuse('invalid-proposal', fault)
  if (held.op.refs.length > Math.max(64, 2 * charter.stakeholders.length))
    return refuse('invalid-proposal', 'refs names more than twice the electorate')
  return amendmentFault(body, charter)
}

function amendmentFault(body: ProposalBody, charter: Charter): Refusal | undefined {
  const isAmendment = body.kind === 'amendment'
  if (isAmendment !== (body.amendment !== undefined) || isAmendment !== (body.slot === 'charter'))
    return refuse('invalid-proposal', 'slot charter, kind amendment and a next charter go together')
  if (!body.amendment) return undefined
  if (body.amendment.version !== charter.version + 1)
    return refuse('invalid-proposal', `the next charter must be version ${charter.version + 1}`)
  if (body.amendment.protocol < charter.protocol)
    return refuse('invalid-proposal', 'the next charter must not lower the protocol')
  const [problem] = checkCharter(body.amendment)
  return problem && refuse('invalid-proposal', `the next charter: ${problem.message}`)
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
    const gates = gatesOf(topic, frame, this.context.keyring)
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
