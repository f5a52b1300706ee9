/** Answers that cite an appeal (design §3.4, §3.8): whose they are does not depend on what came when. */
import { expect, test } from 'vitest'
import { Author, delegation, type Member } from '../../../test/support/coalition.ts'
import { Court, TRACKS } from '../../../test/support/court.ts'
import { signerNumber } from '../../../test/support/people.ts'
import type { Incoming } from '../../chain/run.ts'
import { linkOf } from '../../op/cid.ts'
import type { OpCid } from '../../op/ids.ts'
import { keyBytes } from '../../op/key-id.ts'
import type { Signer } from '../../op/operation.ts'
import { unwrap } from '../../op/refusal.ts'
import type { Capability } from '../../op/type.ts'
import { commentDraft } from '../acts.ts'
import type { Replica } from '../replica.ts'

const emergency = { ...TRACKS.emergency, gates: { objections: { state: 'answered' as const } } }

/** A court whose ballots of appeals need every objection answered, and what roots say in it. */
class AnsweringCourt extends Court {
  constructor() {
    super({ appeals: { track: 'emergency' }, tracks: { ...TRACKS, emergency } })
  }

  tell(...ops: readonly Incoming[]): void {
    for (const { replica } of this.coalition.parties) replica.ingest(ops)
  }

  member(n: number): Member {
    return this.coalition.founded.members[n] ?? expect.unreachable()
  }

  delegated(n: number, key: Signer, can?: readonly Capability[]): Incoming {
    const { founded, clock } = this.coalition
    const { id, root } = this.member(n)
    const author = founded.roots.get(id) ?? expect.unreachable()
    return author.say(delegation(founded.coalition, root, key, can), clock.time)
  }

  revoked(n: number): Incoming {
    const { founded, clock } = this.coalition
    const { id, node } = this.member(n)
    const last = this.party(n).replica.ledger.chain(node.key).main.at(-1)?.op
    const { seq, cid } = last ?? expect.unreachable()
    const body = { key: keyBytes(node.key), lastGood: { seq, cid: linkOf(cid) }, reason: 'rotated' }
    const author = founded.roots.get(id) ?? expect.unreachable()
    return author.say({ type: 'key.revoke', refs: [], body }, clock.time)
  }

  /** The fourth member objects to a ballot. */
  objected(proposal: OpCid): OpCid {
    const draft = { proposal, kind: 'objection', text: 'no', disposition: 'a reason' } as const
    return this.say(this.party(3), commentDraft(this.party(3).replica, draft))
  }

  answered({ replica }: { readonly replica: Replica }, ballot: OpCid): boolean | undefined {
    const { gates } = unwrap(replica.views.ballot(ballot))
    return gates.find(({ gate }) => gate === 'objections')?.met
  }
}

const answerTo = (ballot: OpCid, objection: OpCid, appeal: OpCid) => ({
  type: 'comment.add',
  refs: [ballot, objection, appeal],
  body: { proposal: 0, kind: 'answer', text: 'here', answers: 1 },
})

test('an appeal comes to count after everything was counted anew, or before: both see its answer', () => {
  const court = new AnsweringCourt()
  const { clock, founded } = court.coalition
  const id = court.adopted()
  court.appeal(1, id)
  const ballot = court.open(1, id) ?? expect.unreachable()
  // A key that may only vote appeals for the third member: that is void so far.
  const voter = new Author(signerNumber(7_001), founded.coalition)
  court.tell(court.delegated(2, voter.signer, ['vote']))
  const said = { type: 'appeal.file', refs: [id], body: { ballot: 0, grounds: 'x' } }
  const appeal = voter.say(said, clock.time)
  court.tell(appeal)
  const answer = answerTo(ballot, court.objected(ballot), appeal.op.cid)
  court.tell(court.party(2).issue(answer))
  // Somebody else's key forks.
  const liar = new Author(signerNumber(7_002), founded.coalition)
  court.tell(court.delegated(4, liar.signer, ['vote']))
  const address = (text: string) => ({
    ...{ type: 'node.address', refs: [], body: { addresses: [text] } },
  })
  const fork = [
    liar.say(address('/memory/1'), clock.time),
    liar.say(address('/memory/2'), clock.time, 0),
  ]
  const right = [court.delegated(2, voter.signer, ['propose'])]
  const orders = [
    [fork, right],
    [right, fork],
  ]
  orders.forEach((order, n) => {
    expect(court.answered(court.party(n), ballot)).toBe(false)
    for (const ops of order) {
      court.party(n).replica.ingest(ops)
      court.answered(court.party(n), ballot)
    }
    expect(court.answered(court.party(n), ballot)).toBe(true)
  })
  expect(court.party(0).replica.digest()).toEqual(court.party(1).replica.digest())
})

test('who rotated its key after it appealed still answers', () => {
  const court = new AnsweringCourt()
  const { clock, founded } = court.coalition
  const id = court.adopted()
  court.appeal(1, id)
  const appeal = court.appeal(2, id)
  const fresh = new Author(signerNumber(7_001), founded.coalition)
  court.tell(court.delegated(2, fresh.signer), court.revoked(2))
  const ballot = court.open(1, id) ?? expect.unreachable()
  court.tell(fresh.say(answerTo(ballot, court.objected(ballot), appeal), clock.time))
  expect(court.answered(court.party(0), ballot)).toBe(true)
})
