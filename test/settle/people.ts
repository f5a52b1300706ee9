/** The people of a run: they propose, vote, change their minds, withdraw, accept charters. */
import { DOMAIN } from '../../src/charter/lookup.ts'
import type { Charter } from '../../src/charter/schema.ts'
import { linkOf } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { accept, type Result } from '../../src/op/refusal.ts'
import {
  castDraft,
  type ProposalInput,
  proposalDraft,
  withdrawDraft,
} from '../../src/replica/acts.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { lastCheckpoint } from '../../src/replica/checkpoints.ts'
import type { Draft } from '../../src/replica/draft.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { Author, delegation, type Member, simpleProposal } from '../support/coalition.ts'
import type { Agenda } from './agenda.ts'
import type { Liar } from './faulty.ts'
import type { SettleNode } from './node.ts'
import { type BallotPlan, nextCharter, OWNED, type Plan } from './plan.ts'

const SECOND = 1_000
/** How long until somebody asks again whether it was silent for long enough, in ms. */
const ASKED_AGAIN = 20 * SECOND

const isOwned = ({ slot }: BallotPlan): boolean => slot.startsWith(`${OWNED}@`)

/** What people need of a run. */
export interface PeoplesWorld {
  readonly plan: Plan
  readonly agenda: Agenda
  readonly honest: readonly SettleNode[]
  readonly twins: readonly { readonly node: SettleNode }[]
  readonly liars: readonly Liar[]
  now(): number
  /** The side of a partition that a node is on, while there is one. */
  isOnLeft(node: SettleNode): boolean
  /** True while the node's member is silent for months. */
  isGone(node: SettleNode): boolean
  /** Takes in what a root signed, at the node of its stakeholder, and tells everybody. */
  announce(node: SettleNode, said: Author['ops']): void
  /** Tells everybody what a node signed, and lets it do its duties. */
  spread(node: SettleNode, said: Author['ops']): void
}

/** What people do in a run. */
export class People {
  private readonly world: PeoplesWorld
  private readonly seen = new Set<string>()
  private readonly accepted = new Set<string>()
  private readonly newcomerRoot: Author
  private left = 0

  constructor(world: PeoplesWorld) {
    this.world = world
    const { newcomer, founded } = world.plan
    this.newcomerRoot = new Author(newcomer.root, founded.coalition)
  }

  /** Puts what is planned on the agenda. */
  begin(): void {
    for (const [i, ballot] of this.world.plan.ballots.entries()) {
      this.left++
      this.world.agenda.at(ballot.at, () => {
        this.left--
        this.propose(ballot, i)
      })
    }
  }

  /** Everything planned has been proposed. */
  areDone(): boolean {
    return this.left === 0
  }

  /** Somebody looks at their node: new ballots are voted on some time later. */
  lookAt(node: SettleNode): void {
    const { agenda, plan } = this.world
    const { chance } = plan
    for (const ballot of node.replica.views.ballots()) {
      const name = `${node.name} ${ballot.id}`
      if (!node.member || this.seen.has(name)) continue
      this.seen.add(name)
      if (ballot.body.amendment) this.acceptLater(node, node.member, ballot)
      for (let times = chance.chance(0.15) ? 2 : 1; times > 0; times--)
        if (chance.chance(0.93))
          agenda.after(chance.int(0, 250) * SECOND, () => this.vote(node, ballot))
    }
  }

  private vote(node: SettleNode, { id, body }: Ballot): void {
    const { agenda, plan } = this.world
    node.turnTo(agenda.now)
    const planned = plan.ballots[Number(body.title)]
    const choice = plan.chance.chance(planned?.yes ?? 0.5) ? 'yes' : 'no'
    const draft = castDraft(node.replica, id, choice)
    if (draft.ok) this.issue(node, draft.value)
  }

  private issue(node: SettleNode, draft: Draft): OpCid | undefined {
    const issued = node.replica.issue(draft)
    if (!issued.ok) return undefined
    this.world.spread(node, [issued.value])
    return issued.value.op.cid
  }

  private propose(planned: BallotPlan, i: number): void {
    const { honest, twins, liars, plan } = this.world
    if (planned.amendment === 'reconstitution') {
      this.left++
      this.proposeRemoval(planned, i)
      return
    }
    if (isOwned(planned)) {
      const isOwner = ({ member }: SettleNode): boolean =>
        plan.owners.some(({ id }) => id === member?.id)
      const able = honest.filter(
        (node) => node.member !== plan.newcomer && isOwner(node) === (planned.track === 'domain'),
      )
      const author = plan.chance.pick(able)
      if (author) this.proposeAt(author, planned, i)
      return
    }
    // The newcomer is no member yet.
    const programs = [...honest, ...twins.map(({ node }) => node)].filter(
      ({ member }) => member !== plan.newcomer,
    )
    // The first two ballots are for one slot: where halves are apart, each half has one.
    const half = honest.filter(
      (node) => programs.includes(node) && this.world.isOnLeft(node) === (i === 0),
    )
    const isSplit = plan.isSplit && i < 2
    const author = plan.chance.pick(isSplit ? half : [...programs, ...liars])
    const helper = honest[0]
    if (author instanceof Object && 'act' in author) {
      if (helper) this.proposeByHand(author, helper, planned, i)
    } else if (author) this.proposeAt(author, planned, i)
  }

  /** Of those who are left somebody proposes to go on alone, as soon as it has heard so long nothing. */
  private proposeRemoval(planned: BallotPlan, i: number): void {
    const { agenda, honest, liars, plan } = this.world
    const { chance, dormancy } = plan
    const isLeft = ({ member }: Pick<SettleNode, 'member'>): boolean =>
      member !== plan.newcomer && !dormancy?.members.some(({ id }) => id === member?.id)
    const left = honest.filter(isLeft)
    const node = chance.pick(left)
    const liar = chance.chance(0.3) ? chance.pick(liars.filter(isLeft)) : undefined
    const isDone =
      node !== undefined &&
      (liar ? this.proposeByHand(liar, node, planned, i) : this.proposeAt(node, planned, i))
    if (isDone || agenda.now > plan.stableAt) this.left--
    else agenda.after(ASKED_AGAIN, () => this.proposeRemoval(planned, i))
  }

  private proposeAt(node: SettleNode, planned: BallotPlan, i: number): boolean {
    const { agenda } = this.world
    node.turnTo(agenda.now)
    for (const draft of node.replica.checkpointNow()) this.issue(node, draft)
    const draft = this.draft(planned, i, node.replica)
    const id = draft.ok ? this.issue(node, draft.value) : undefined
    if (id === undefined) return false
    if (planned.withdrawnAt === undefined) return true
    agenda.at(planned.withdrawnAt, () => {
      node.turnTo(agenda.now)
      const withdrawal = withdrawDraft(node.replica, id)
      if (withdrawal.ok) this.issue(node, withdrawal.value)
    })
    return true
  }

  /** A liar's proposal is in order, with the basis of an honest node: what is void tests little. */
  private proposeByHand(liar: Liar, helper: SettleNode, planned: BallotPlan, i: number): boolean {
    const { replica } = helper
    helper.turnTo(this.world.agenda.now)
    const last = lastCheckpoint(replica)
    const seen = last && replica.views.checkpoints.frontierOf(last)
    const draft = this.draft(planned, i, replica)
    if (!seen || !draft.ok) return false
    const frontier = [...seen].map(([key, { seq, cid }]) => [keyBytes(key), seq, linkOf(cid)])
    liar.propose({ type: 'checkpoint', refs: [], body: { full: true, frontier } }, draft.value)
    return true
  }

  /** A proposal in the slot of a component names the track that is planned, be it the wrong one. */
  private draft(planned: BallotPlan, i: number, replica: Replica): Result<Draft> {
    const draft = proposalDraft(replica, this.input(planned, i, replica))
    if (!draft.ok || planned.amendment || !isOwned(planned)) return draft
    const { type, refs, body } = draft.value
    return accept({ type, refs, body: { ...body, track: planned.track } })
  }

  private input(planned: BallotPlan, i: number, { charter, ledger }: Replica): ProposalInput {
    const { plan } = this.world
    const sketch = simpleProposal(planned.slot, String(i))
    if (isOwned(planned)) return { ...sketch, track: DOMAIN, components: [OWNED] }
    if (!planned.amendment || !charter) return sketch
    const silent = planned.amendment === 'reconstitution' ? (plan.dormancy?.members ?? []) : []
    const leaving = silent.length > 0 ? silent : [plan.leaver]
    const leavers: Charter['leavers'] = leaving.flatMap(({ node }) => {
      const last = ledger.chains.get(node.key)?.main.at(-1)?.op
      return last ? { key: keyBytes(last.key), seq: last.seq, cid: linkOf(last.cid) } : []
    })
    const amendment = nextCharter(charter.charter, planned.amendment, plan, leavers)
    const removing = silent.length > 0 && { removesSilent: silent.map(({ id }) => id) }
    return { ...sketch, kind: 'amendment', track: 'constitutional', amendment, ...removing }
  }

  /** A root accepts the next charter; a newcomer's delegates its node too. */
  private acceptLater(node: SettleNode, member: Member, { id, body }: Ballot): void {
    const { agenda, plan, liars } = this.world
    const root = this.rootOf(member)
    const isNamed = body.amendment?.stakeholders.some((one) => one.id === member.id)
    const name = `${member.id} ${id}`
    if (!root || !isNamed || this.accepted.has(name)) return
    // Those who are left over are in earnest.
    if (body.removesSilent === undefined && plan.chance.chance(0.1)) return
    this.accepted.add(name)
    const draft = { type: 'charter.accept', refs: [id], body: { amendment: 0 } }
    for (const liar of liars) liar.accept(id)
    agenda.after(plan.chance.int(1, 120) * SECOND, () => {
      const at = this.world.now()
      if (root === this.newcomerRoot && root.ops.length === 0)
        root.say(delegation(plan.founded.coalition, root.signer, member.node), at)
      root.say(draft, at)
      this.world.announce(node, root.ops)
    })
  }

  private rootOf(member: Member): Author | undefined {
    const { newcomer, founded } = this.world.plan
    return member === newcomer ? this.newcomerRoot : founded.roots.get(member.id)
  }
}
