/** The people of a run: they propose, vote, change their minds, withdraw, accept charters. */
import { type Charter } from '../../src/charter/schema.ts'
import { linkOf } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { keyBytes, keyIdFromBytes } from '../../src/op/key-id.ts'
import type { Signer } from '../../src/op/operation.ts'
import { castDraft, type ProposalInput, proposalDraft, withdrawDraft } from '../../src/replica/acts.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import type { Draft } from '../../src/replica/draft.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { type Author, delegation, type Member, simpleProposal } from '../support/coalition.ts'
import type { Liar } from './faulty.ts'
import type { SettleNode } from './node.ts'
import { type BallotPlan, nextCharter } from './plan.ts'
import type { PeoplesWorld } from './world.ts'

const SECOND = 1_000

/** What people do in a run. */
export class People {
  private readonly world: PeoplesWorld
  private readonly seen = new Set<string>()
  private readonly accepted = new Set<string>()
  private left = 0

  constructor(world: PeoplesWorld) {
    this.world = world
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
    const { chance, agenda } = this.world
    for (const ballot of node.replica.views.ballots()) {
      const name = `${nameOf(node)} ${ballot.id}`
      if (!node.member || this.seen.has(name)) continue
      this.seen.add(name)
      if (ballot.body.amendment) this.accept(node, node.member, ballot)
      const times = chance.chance(0.15) ? 2 : 1
      for (let i = 0; i < times; i++)
        if (chance.chance(0.93))
          agenda.after(chance.int(0, 250) * SECOND, () => this.vote(node, ballot))
    }
  }

  /** The body of a delegation by somebody's root. */
  delegation(root: Author, key: Signer): Draft {
    return delegation(root.coalition ?? this.world.plan.founded.coalition, root.signer, key)
  }

  private vote(node: SettleNode, { id, body }: Ballot): void {
    const { chance, agenda, plan } = this.world
    node.turnTo(agenda.now)
    const planned = plan.ballots[Number(body.title)]
    const choice = chance.chance(planned?.yes ?? 0.5) ? 'yes' : 'no'
    const draft = castDraft(node.replica, id, choice)
    if (draft.ok) this.issue(node, draft.value)
  }

  private issue(node: SettleNode, draft: Draft): OpCid | undefined {
    const issued = node.replica.issue(draft)
    if (!issued.ok) return undefined
    node.version++
    this.world.broadcast(node, [issued.value])
    this.world.wake(node)
    return issued.value.op.cid
  }

  private propose(planned: BallotPlan, i: number): void {
    const { chance, honest, twins, liars, plan, agenda } = this.world
    const programs = [...honest, ...twins.map(({ node }) => node)]
    const author = chance.pick([...programs, ...liars])
    if (!author) return
    if (!('replica' in author)) return this.proposeByHand(author, planned, i)
    // The newcomer is no member yet.
    const node = author.member === plan.newcomer ? honest[0] : author
    if (!node) return
    node.turnTo(agenda.now)
    for (const draft of node.replica.checkpointNow()) this.issue(node, draft)
    const draft = proposalDraft(node.replica, this.input(planned, i, node.replica))
    const id = draft.ok ? this.issue(node, draft.value) : undefined
    if (id === undefined || planned.withdrawnAt === undefined) return
    agenda.at(planned.withdrawnAt, () => {
      node.turnTo(agenda.now)
      const withdrawal = withdrawDraft(node.replica, id)
      if (withdrawal.ok) this.issue(node, withdrawal.value)
    })
  }

  private input(planned: BallotPlan, i: number, { charter, ledger }: Replica): ProposalInput {
    const { plan } = this.world
    const sketch = { ...simpleProposal(planned.slot, String(i)) }
    if (!planned.amendment || !charter) return sketch
    const chain = ledger.chains.get(plan.leaver.node.key)?.main ?? []
    const last = chain.at(-1)?.op
    const leavers: Charter['leavers'] = last
      ? [{ key: keyBytes(last.key), seq: last.seq, cid: linkOf(last.cid) }]
      : []
    const amendment = nextCharter(charter.charter, planned.amendment, plan, leavers)
    return { ...sketch, kind: 'amendment', track: 'constitutional', amendment }
  }

  /** A liar's proposal is in order: what nobody can endorse would test little. */
  private proposeByHand(liar: Liar, planned: BallotPlan, i: number): void {
    const { spy, plan, agenda } = this.world
    spy.turnTo(agenda.now)
    const { charter } = spy.replica
    if (!charter) return
    const heads = charter.charter.stakeholders.flatMap(({ root }) => {
      const main = spy.replica.ledger.chains.get(keyIdFromBytes(root))?.main ?? []
      return main.at(-1)?.op ?? []
    })
    const frontier = heads.map(({ key, seq, cid }) => [keyBytes(key), seq, linkOf(cid)])
    const basis = liar.propose(() => ({ type: 'checkpoint', refs: [], body: { full: true, frontier } }))
    if (basis === undefined) return
    const { text, ...rest } = this.input(planned, i, spy.replica)
    const holder = spy.replica.views.standing()?.holders.get(planned.slot) ?? null
    liar.propose(() => ({
      type: 'proposal.open',
      refs: [charter.id, basis, ...heads.map(({ cid }) => cid), ...(holder ? [holder] : [])].filter(
        (cid, at, all) => all.indexOf(cid) === at,
      ),
      body: {
        ...bodyOf(rest, text, plan.founded.at + agenda.now),
        replaces: holder,
      },
    }))
  }

  /** A root accepts the next charter; a newcomer's also delegates its node. */
  private accept(node: SettleNode, member: Member, { id, body }: Ballot): void {
    const { chance, plan, agenda, now } = this.world
    const root = member === plan.newcomer ? undefined : plan.founded.roots.get(member.id)
    if (this.accepted.has(`${member.id} ${id}`) || !root) return
    this.accepted.add(`${member.id} ${id}`)
    void body
    void now
    if (chance.chance(0.1)) return
    agenda.after(chance.int(1, 120) * SECOND, () => {
      const said = root.say({ type: 'charter.accept', refs: [id], body: { amendment: 0 } }, this.world.now())
      node.turnTo(agenda.now)
      node.replica.ingest([said])
      node.version++
      this.world.broadcast(node, [said])
      this.world.wake(node)
    })
  }
}

const nameOf = (node: SettleNode): string => node.key ?? ''
