/**
 * A stakeholder that lies: signed operations by hand, on any number of branches of its keys' chains,
 * each told to some nodes only. It sees whatever any honest node says, at once.
 */
import { type Board, other } from '../../src/ballot/board.ts'
import { MAX_ROUND, type SettleValue } from '../../src/ballot/ops.ts'
import type { Incoming } from '../../src/chain/run.ts'
import { linkOf } from '../../src/op/cid.ts'
import type { KeyId, OpCid, StakeholderId } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import type { Op, SignedOp, Signer } from '../../src/op/operation.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import {
  type Draft,
  moveDraft,
  provisionalDraft,
  provisionalSealDraft,
  sealDraft,
  settledDraft,
  tallyDraft,
  voteDraft,
} from '../../src/replica/draft.ts'
import { Author, delegation, type Member } from '../support/coalition.ts'
import { signerNumber } from '../support/people.ts'
import type { Chance } from './chance.ts'
import type { SettleNode } from './node.ts'
import type { Plan } from './plan.ts'

/** What a liar can do to a run. */
export interface LiarWorld {
  readonly plan: Plan
  /** Reads all that honest nodes and liars say; says nothing. */
  readonly spy: SettleNode
  readonly honest: readonly SettleNode[]
  /** The author's clock in ms. */
  now(): number
  send(ops: readonly Incoming[], to: SettleNode, from: Sender): void
}

/** Whose operations a liar sends. */
export interface Sender {
  readonly member: StakeholderId
  readonly key: KeyId
}

/** One branch of one key's chain, and who is told of it. */
interface Branch {
  readonly author: Author
  readonly audience: Set<SettleNode>
  readonly bias: SettleValue | 'either'
  /** Endorses only when somebody's patience has run out: some adopt, others have declined. */
  readonly isLate: boolean
  readonly sent: Map<SettleNode, number>
}

/** Most operations that one liar signs: a run has to end. */
const MAX_SAID = 150

type Said = SignedOp & { readonly op: Op }

/** A lying stakeholder. */
export class Liar {
  readonly member: Member
  /** Some key of it said two things at one seq. */
  hasForked = false
  private readonly world: LiarWorld
  private readonly chance: Chance
  private readonly branches: Branch[] = []
  private readonly root: Author
  private left = MAX_SAID
  private readonly hasAccepted = new Set<OpCid>()
  private hasForkedRoot = false

  constructor(world: LiarWorld, member: Member, keys: readonly Signer[]) {
    this.world = world
    this.chance = world.plan.chance
    this.member = member
    const root = world.plan.founded.roots.get(member.id)
    if (!root) throw new RangeError('a liar is a member')
    this.root = root
    for (const [i, signer] of keys.entries()) {
      if (i > 0) this.delegate(signer)
      this.branches.push(this.branch(new Author(signer, world.plan.founded.coalition)))
    }
    if (this.chance.chance(0.25)) this.fork()
  }

  /** Proposes on a checkpoint of its own; the draft's second reference is the basis. */
  propose(checkpoint: Draft, { refs: [charter, , ...others], ...draft }: Draft): void {
    const branch = this.chance.pick(this.branches)
    const basis = branch && this.say(branch, checkpoint)
    if (!branch || !basis || !charter) return
    this.say(branch, { ...draft, refs: [charter, basis.op.cid, ...others] })
  }

  /** Accepts an amendment, or not. */
  accept(amendment: OpCid): void {
    const { chance } = this
    if (this.hasAccepted.has(amendment) || chance.chance(0.5)) return
    this.hasAccepted.add(amendment)
    this.sayAsRoot({ type: 'charter.accept', refs: [amendment], body: { amendment: 0 } })
  }

  /** Answers to what was said on a ballot, on each branch by itself. */
  answer(id: OpCid): void {
    const ballot = this.world.spy.replica.views.ballot(id)
    if (!ballot.ok) return
    for (const branch of [...this.branches])
      if (this.left > 0 && this.chance.chance(0.7)) this.lie(branch, ballot.value)
  }

  /** Does something bad. */
  act(): void {
    const { chance } = this
    const { spy } = this.world
    const branch = chance.pick(this.branches)
    const ballot = chance.pick(spy.replica.views.ballots())
    if (!branch || this.left <= 0) return
    const dice = chance.next()
    if (dice < 0.05) this.fork()
    else if (dice < 0.07) this.revoke(branch.author)
    else if (dice < 0.09) this.forkRoot()
    else if (dice < 0.15) this.leak(branch)
    else if (ballot) this.lie(branch, ballot)
  }

  /** When all is settled: forks each key from its first word on, for everybody, or revokes it. */
  betray(): void {
    const { honest, plan } = this.world
    const keys = new Map(this.branches.map(({ author }) => [author.signer.key, author]))
    for (const author of keys.values()) {
      if (this.chance.chance(0.4)) this.revoke(author)
      const twin = new Author(author.signer, plan.founded.coalition)
      const told = { ...this.branch(twin), audience: new Set(honest) }
      this.left = Math.max(this.left, 1)
      this.say(told, { type: 'node.address', refs: [], body: { addresses: [] } })
    }
  }

  private lie(branch: Branch, ballot: Ballot): void {
    const { chance } = this
    const hasSealed = branch.author.ops.some(
      ({ op }) => op.type === 'seal' && op.refs[0] === ballot.id,
    )
    const dice = chance.next()
    if (ballot.provisional && chance.chance(0.2)) this.sealProvisionally(branch, ballot)
    if (!hasSealed && branch.isLate) this.sealLate(branch, ballot)
    else if (!hasSealed && chance.chance(0.7)) this.seal(branch, ballot, this.value(branch))
    else if (dice < 0.12) this.vote(branch, ballot)
    else if (dice < 0.24) this.seal(branch, ballot, chance.chance(0.5) ? 'adopt' : 'decline')
    else if (dice < 0.32) this.settle(branch, ballot)
    else if (dice < 0.36) this.junk(branch, ballot)
    else this.round(branch, ballot)
  }

  private value({ bias }: Branch): SettleValue {
    const { chance } = this
    if (bias === 'either') return chance.chance(0.5) ? 'adopt' : 'decline'
    return chance.chance(0.85) ? bias : other(bias)
  }

  private vote(branch: Branch, { id, positions }: Ballot): void {
    const { chance } = this
    const before = positions.get(this.member.id)?.votes ?? []
    const choice = chance.pick(['yes', 'no', 'abstain', 'veto'] as const) ?? 'no'
    const supersedes = chance.chance(0.5) ? before.slice(0, 8).map(({ cid }) => cid) : []
    this.say(branch, voteDraft(id, choice, undefined, supersedes))
  }

  private seal(branch: Branch, ballot: Ballot, value: SettleValue): void {
    const { chance } = this
    const others = [...ballot.tallies.values()].map(({ cid }) => cid)
    const votes = chance.shuffled([...ballot.votes.keys()]).slice(0, 16)
    const tallied = chance.chance(0.6)
      ? chance.pick(others)
      : this.say(branch, tallyDraft(ballot.id, votes))?.op.cid
    if (tallied === undefined) return
    const verdict = value === 'adopt' ? 'endorse' : 'decline'
    this.say(branch, sealDraft(ballot.id, verdict, tallied, this.falseList(ballot)))
  }

  /** Seals provisionally what it likes, whatever its votes, or records what is not there. */
  private sealProvisionally(branch: Branch, ballot: Ballot): void {
    const { chance } = this
    const { id, votes, provisional } = ballot
    if (chance.chance(0.3)) {
      const seals = provisional?.seals.map(({ cid }) => cid) ?? []
      this.say(branch, provisionalDraft(id, chance.shuffled(seals).slice(0, 16)))
      return
    }
    const tallied = this.say(branch, tallyDraft(id, chance.shuffled([...votes.keys()]).slice(0, 4)))
    if (tallied) this.say(branch, provisionalSealDraft(id, tallied.op.cid))
  }

  private sealLate(branch: Branch, ballot: Ballot): void {
    if (ballot.board.estimateWeight(1, 'decline') > 0) this.seal(branch, ballot, 'adopt')
  }

  /** Settlements that an amendment's seal lists: some, none, or such as settle nothing. */
  private falseList(ballot: Ballot): OpCid[] {
    const { chance } = this
    const { spy } = this.world
    if (!ballot.body.amendment || chance.chance(0.5)) return []
    const all = spy.replica.views
      .ballots()
      .flatMap(({ id }) => spy.replica.views.topics.topic(id).settlements)
    return all.filter(() => chance.chance(0.5)).map(({ held }) => held.op.cid)
  }

  private round(branch: Branch, { id, board }: Ballot): void {
    const { chance } = this
    const value = this.value(branch)
    const round = Math.max(1, roundOf(board) + (chance.pick([0, 0, 0, 0, 1, -1]) ?? 0))
    const dice = chance.next()
    const endorsements = value === 'adopt' && chance.chance(0.5) ? [...board.endorse.values()] : []
    if (dice < 0.45)
      this.say(branch, moveDraft(id, { kind: 'estimate', round, value, endorsements }))
    else if (dice < 0.6) this.say(branch, moveDraft(id, { kind: 'suggest', round, value }))
    else {
      const values = chance.chance(0.2) ? [value, other(value)] : [value]
      this.say(branch, moveDraft(id, { kind: 'auxiliary', round, values }))
    }
  }

  /** Rounds far ahead, references to nothing, lists in an operation of their own. */
  private junk(branch: Branch, ballot: Ballot): void {
    const { chance } = this
    const value = this.value(branch)
    const round = chance.pick([7, 50, 51, 1000, MAX_ROUND]) ?? 50
    const drafts: Draft[] = [
      moveDraft(ballot.id, { kind: 'estimate', round, value, endorsements: [] }),
      moveDraft(ballot.id, { kind: 'auxiliary', round, values: [value] }),
      settledDraft(ballot.id, this.falseList(ballot)),
      { type: 'settle.auxiliary', refs: [ballot.id], body: { ballot: 1, round, values: [value] } },
    ]
    const draft = chance.pick(drafts)
    if (draft) this.say(branch, draft)
  }

  /** Records a certificate that is there, or one that is not. */
  private settle(branch: Branch, { id, board }: Ballot): void {
    const { chance } = this
    const [certificate] = board.settlements()
    const round = roundOf(board)
    const fake = {
      outcome: chance.chance(0.5) ? ('adopted' as const) : ('declined' as const),
      round,
      auxiliaries: [],
      endorsements: chance.chance(0.5) ? [...board.endorse.values()] : [],
    }
    const named = certificate && chance.chance(0.5) ? certificate : fake
    this.say(branch, moveDraft(id, { kind: 'settlement', certificate: named }))
  }

  /** From here on, or from any point before, some nodes are told another story. */
  private fork(): void {
    const { chance } = this
    const { founded } = this.world.plan
    const branch = chance.pick(this.branches)
    if (!branch || this.branches.length > 5) return
    const twin = new Author(branch.author.signer, founded.coalition)
    const from = chance.chance(0.5)
      ? branch.author.ops.length
      : chance.int(0, branch.author.ops.length)
    twin.ops.push(...branch.author.ops.slice(0, from))
    const told = this.branch(twin)
    for (const node of told.audience) if (chance.chance(0.7)) branch.audience.delete(node)
    this.branches.push(told)
    this.hasForked = true
  }

  private branch(author: Author): Branch {
    const { chance } = this
    const { honest } = this.world
    const share = chance.pick([0.3, 0.5, 1]) ?? 1
    const audience = new Set(honest.filter(() => chance.chance(share)))
    const bias = chance.pick(['adopt', 'decline', 'either'] as const) ?? 'either'
    return { author, audience, bias, isLate: chance.chance(0.5), sent: new Map() }
  }

  private delegate(signer: Signer): void {
    this.sayAsRoot(delegation(this.world.plan.founded.coalition, this.root.signer, signer))
  }

  /** Its root revokes a key from a point on that its words have long passed. */
  private revoke({ signer, ops }: Author): void {
    const good = ops[this.chance.int(0, ops.length) - 1]
    const lastGood = good ? { seq: good.op.seq, cid: linkOf(good.op.cid) } : null
    const body = { key: keyBytes(signer.key), lastGood, reason: 'a lie' }
    this.sayAsRoot({ type: 'key.revoke', refs: [], body })
  }

  /** Its root says two things at one seq; on the broken part it delegates one more key. */
  private forkRoot(): void {
    const { chance } = this
    const { founded } = this.world.plan
    const { signer } = this.root
    if (this.hasForkedRoot || !chance.chance(0.3)) return
    this.hasForkedRoot = true
    const fresh = signerNumber(8_000 + Number(this.member.id.slice(1)))
    const draft = delegation(founded.coalition, signer, fresh)
    const after = chance.int(1, this.root.ops.length)
    this.tellRoot(this.root.say(draft, this.world.now(), after))
    this.sayAsRoot(draft)
    this.branches.push(this.branch(new Author(fresh, founded.coalition)))
  }

  private sayAsRoot(draft: Draft): void {
    this.tellRoot(this.root.say(draft, this.world.now()))
  }

  private tellRoot(said: Said): void {
    const { chance } = this
    const { honest, spy } = this.world
    const run = [...this.root.ops.slice(0, said.op.seq), said]
    spy.replica.ingest(run)
    for (const node of honest) if (chance.chance(0.7)) this.send(run, node, said.op.key)
  }

  private say(branch: Branch, draft: Draft): Said | undefined {
    if (this.left-- <= 0) return undefined
    const { chance } = this
    const { spy } = this.world
    const said = branch.author.say(draft, this.world.now())
    spy.replica.ingest(branch.author.ops)
    for (const node of branch.audience) if (chance.chance(0.85)) this.tell(branch, node)
    return said
  }

  private send(ops: readonly Incoming[], to: SettleNode, key: KeyId): void {
    this.world.send(ops, to, { member: this.member.id, key })
  }

  /** Tells somebody a branch that was not meant for them, or what was kept back. */
  private leak(branch: Branch): void {
    const node = this.chance.pick(this.world.honest)
    if (node) this.tell(branch, node)
  }

  private tell(branch: Branch, node: SettleNode): void {
    const { chance } = this
    const { ops, signer } = branch.author
    const from = chance.chance(0.1) ? 0 : (branch.sent.get(node) ?? 0)
    const run = ops.slice(from)
    if (run.length === 0) return
    branch.sent.set(node, ops.length)
    const strips = chance.chance(0.4)
    const last = run.length - 1
    this.send(
      run.map(({ bytes, sig, op }, i) => ({ bytes, sig: strips && i < last ? null : sig, op })),
      node,
      signer.key,
    )
  }
}

/** The first round without a result. */
export function roundOf(board: Board): number {
  let round = 1
  while (board.result(round)) round++
  return round
}
