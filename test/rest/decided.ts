/** A coalition whose ballots are settled one after the other, and what may come long after. */
import { nodeSha256 } from '../../node/crypto/node-sha256.ts'
import type { Charter } from '../../src/charter/schema.ts'
import { cidOf, linkOf } from '../../src/op/cid.ts'
import type { OpCid, Value } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { encodeOp, type SignedOp, type Signer, signingInput } from '../../src/op/operation.ts'
import { invariant } from '../../src/op/refusal.ts'
import type { Capability } from '../../src/op/type.ts'
import { type Draft, voteDraft } from '../../src/replica/draft.ts'
import { proposalBody } from '../bench/history.ts'
import { type HistoryOp, Scribe, type Speaker } from '../bench/scribe.ts'
import type { Dice } from '../convergence/moot.ts'
import { decide, LOAD_CHARTER } from '../soak/load/history.ts'
import {
  delegation,
  type Founded,
  foundBy,
  testCharter,
  testMembers,
} from '../support/coalition.ts'
import { signerNumber } from '../support/people.ts'

/** What came late, by what it is. */
export const LATE = [
  'vote',
  'comment',
  'fork',
  'revocation',
  'capability',
  'claim',
  'leaver',
  'ballot',
] as const
export type Late = (typeof LATE)[number]

/** Says what a coalition of five says. */
export class Decided {
  readonly founded: Founded
  /** What was said, in order; the founding is not among it. */
  readonly ops: HistoryOp[]
  readonly ballots: OpCid[] = []
  private readonly scribe: Scribe
  private readonly dice: Dice
  /** A node key of the first member that may not vote, and does. */
  private readonly mute: Speaker = { signer: signerNumber(9_000), seq: 0, prev: null }
  private charter: { readonly id: OpCid; readonly charter: Charter }

  constructor(dice: Dice) {
    const members = testMembers([1, 1, 1, 1, 1])
    this.dice = dice
    this.founded = foundBy(members, testCharter(members, LOAD_CHARTER))
    this.charter = { id: this.founded.coalition, charter: this.founded.charter }
    this.scribe = new Scribe(this.founded, { signsAll: true })
    this.ops = this.scribe.ops
    this.delegate(0, this.mute.signer, ['attest'])
  }

  /** Opens and settles a ballot. */
  decide(): void {
    const number = this.ballots.length
    const id = decide(this.scribe, proposalBody(`policy@line-${number}`, this.scribe.now()), 1)
    this.scribe.say(this.mute, voteDraft(id, 'no', undefined, []))
    this.ballots.push(id)
  }

  /** Something that bears on what was decided. */
  late(what: Late): void {
    const { dice, scribe } = this
    const ballot = dice.pick(this.ballots)
    const speaker = dice.pick(scribe.speakers)
    switch (what) {
      case 'vote':
        scribe.say(speaker, voteDraft(ballot, 'no', undefined, []))
        return
      case 'comment':
        scribe.say(speaker, {
          type: 'comment.add',
          refs: [ballot],
          body: { proposal: 0, kind: 'support', text: 'late' },
        })
        return
      case 'fork':
        this.fork(speaker)
        return
      case 'revocation':
        this.revoke(speaker)
        return
      case 'capability':
        this.delegate(0, this.mute.signer, ['vote'])
        return
      case 'claim':
        this.delegate(dice.int(1, 4), speaker.signer, ['vote'])
        return
      case 'leaver':
        this.remove()
        return
      case 'ballot':
        this.decide()
    }
  }

  /** Says a second thing at an earlier place of a chain. */
  private fork({ signer, seq }: Speaker): void {
    const own = this.ops.filter(({ op }) => op.key === signer.key)
    const twin = own[this.dice.int(1, seq - 1)]
    if (!twin) return
    const { cid: _cid, ...envelope } = twin.op
    const draft = { type: 'comment.add', refs: [], body: { text: 'twin' } }
    const bytes = encodeOp({ ...envelope, ...draft })
    const op = { ...envelope, ...draft, cid: cidOf(bytes, nodeSha256) }
    this.ops.push({ op, bytes, sig: signer.sign(signingInput(bytes)) })
  }

  /** A root takes back what a key said after some place. */
  private revoke({ signer, seq }: Speaker): void {
    const own = this.ops.filter(({ op }) => op.key === signer.key)
    const last = own[this.dice.int(0, seq - 1)]?.op
    const member = this.founded.members.findIndex(({ node }) => node.key === signer.key)
    const lastGood = last ? { seq: last.seq, cid: linkOf(last.cid) } : null
    this.sayAsRoot(member, {
      type: 'key.revoke',
      refs: [],
      body: { key: keyBytes(signer.key), lastGood, reason: 'lost' },
    })
  }

  /** An amendment without the last member, which names less than its key has said. */
  private remove(): void {
    const { charter, id } = this.charter
    const [leaver] = charter.stakeholders.slice(-1)
    const member = this.founded.members.find(({ id: one }) => one === leaver?.id)
    if (!member || charter.stakeholders.length < 4) return
    const { key } = member.node
    const own = this.ops.filter(({ op }) => op.key === key)
    const last = own[this.dice.int(0, own.length - 1)]?.op
    const next: Charter = {
      ...charter,
      version: charter.version + 1,
      stakeholders: charter.stakeholders.slice(0, -1),
      leavers: last ? [{ key: keyBytes(key), seq: last.seq, cid: linkOf(last.cid) }] : [],
    }
    const body = proposalBody('charter', this.scribe.now())
    const amendment = { ...body, kind: 'amendment', track: 'constitutional' }
    const replaces = id === this.founded.coalition ? null : id
    invariant(replaces === null, 'one amendment is enough')
    const cid = decide(this.scribe, { ...amendment, amendment: next as unknown as Value }, 1)
    this.charter = { id: cid, charter: next }
  }

  private delegate(member: number, node: Signer, can: readonly Capability[]): void {
    const root = this.founded.members[member]?.root
    if (root) this.sayAsRoot(member, delegation(this.founded.coalition, root, node, can))
  }

  private sayAsRoot(member: number, draft: Draft): void {
    const id = this.founded.members[member]?.id
    const author = id && this.founded.roots.get(id)
    const said = author?.say(draft, this.scribe.now())
    if (said) this.ops.push({ op: said.op, bytes: said.bytes, sig: said.sig })
  }
}

/** As a peer takes it. */
export const asRun = ({ bytes, sig }: SignedOp): SignedOp[] => [{ bytes, sig }]
