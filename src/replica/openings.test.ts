/** A stakeholder has so many open ballots and no more, whoever it says them to (design §3.4). */
import { expect, test } from 'vitest'
import { proposalBody } from '../../test/convergence/amendment.ts'
import {
  Author,
  delegation,
  found,
  openReplica,
  Party,
  simpleProposal,
  verifier,
} from '../../test/support/coalition.ts'
import { TestClock } from '../../test/support/people.ts'
import type { OpCid } from '../op/ids.ts'
import { unwrap } from '../op/refusal.ts'
import { castDraft, proposalDraft, withdrawDraft } from './acts.ts'
import { timetableOf } from './closing.ts'
import { NEVER_MS } from './openings.ts'
import { Replica } from './replica.ts'
import { MemoryStore } from './store.ts'

const MINUTE_MS = 60_000

/** Four members who may have two ballots open; the first has signed four proposals at once. */
function eager() {
  const plain = found([1, 1, 1, 1])
  const founded = found([1, 1, 1, 1], { limits: { ...plain.charter.limits, openBallots: 2 } })
  const clock = new TestClock(founded.at + 1000)
  const store = new MemoryStore()
  const parties = founded.members.map(
    (member, i) =>
      new Party(member, openReplica(founded, { member, clock, ...(i === 1 && { store }) })),
  )
  const [author, voter] = parties
  if (!author || !voter) throw new RangeError('four members')
  const said = author.replica.checkpointNow().map((draft) => author.issue(draft))
  const draft = unwrap(proposalDraft(author.replica, simpleProposal('policy@0')))
  const ballots = [0, 1, 2, 3].map((i) => {
    const issued = author.issue({ ...draft, body: { ...draft.body, slot: `policy@${i}` } })
    said.push(issued)
    return issued.op.cid
  })
  const spread = (ops: Party['said']) => {
    for (const { replica } of parties) replica.ingest(ops)
  }
  return { founded, clock, store, parties, author, voter, said, ballots, spread }
}

const opensAt = ({ views, local }: Replica, id: OpCid): number =>
  timetableOf(unwrap(views.ballot(id)), local).opensAt

const areWaiting = (replica: Replica, ballots: readonly OpCid[]): boolean[] =>
  ballots.map((id) => opensAt(replica, id) >= NEVER_MS)

test('of four proposals two open, in the order of their author; the others wait for these', () => {
  const { voter, said, ballots } = eager()
  voter.replica.ingest(said)
  expect(areWaiting(voter.replica, ballots)).toEqual([false, false, true, true])
  const [, second, third] = ballots
  if (!second || !third) return expect.unreachable()
  expect(castDraft(voter.replica, second, 'yes').ok).toBe(true)
  expect(castDraft(voter.replica, third, 'yes')).toMatchObject({
    code: 'too-early',
    message: 'it opens once fewer ballots of s1 are unsettled',
  })
})

test('when one settles the next opens, with all its time before it, also after a restart', () => {
  const { founded, clock, store, parties, author, voter, said, ballots, spread } = eager()
  spread(said)
  clock.advance(MINUTE_MS)
  spread([
    author.issue(unwrap(withdrawDraft(author.replica, ballots[0] ?? author.replica.coalition))),
  ])
  for (let said = 1; said > 0; ) {
    const issued = parties.flatMap((party) => party.doDuties())
    spread(issued)
    said = issued.length
  }
  expect(areWaiting(voter.replica, ballots)).toEqual([false, false, false, true])
  const [, , third = voter.replica.coalition] = ballots
  expect(opensAt(voter.replica, third)).toBe(clock.now())
  voter.replica.flush()
  const restarted = openReplica(founded, { member: voter.member, clock, store })
  expect(areWaiting(restarted, ballots)).toEqual([false, false, false, true])
  expect(opensAt(restarted, third)).toBe(clock.now())
})

test('the ballots of one author delay nobody else', () => {
  const { voter, parties, said, spread } = eager()
  spread(said)
  const [, , other] = parties
  if (!other) return expect.unreachable()
  const basis = other.replica.checkpointNow().map((draft) => other.issue(draft))
  const opened = other.issue(unwrap(proposalDraft(other.replica, simpleProposal('policy@other'))))
  spread([...basis, opened])
  expect(areWaiting(voter.replica, [opened.op.cid])).toEqual([false])
})

/** Four roots that have delegated their nodes and not ratified; the first node has a proposal. */
function unratified() {
  const founded = found([1, 1, 1, 1])
  const { coalition, members, at } = founded
  const clock = new TestClock(at + 1000)
  const [founding] = founded.ops
  const [member] = members
  if (!founding || !member) throw new RangeError('it was founded by its members')
  const roots = members.map(({ root }) => new Author(root, coalition))
  roots[0]?.ops.push(founding)
  const heads = roots.map((root, i) =>
    root.say(delegation(coalition, root.signer, members[i]?.node ?? root.signer), at),
  )
  const store = new MemoryStore()
  const replica = Replica.open({ coalition, store, clock, verifier, signer: member.node })
  replica.ingest([founding, ...heads])
  const party = new Party(member, replica)
  const basis = replica.checkpointNow().map((draft) => party.issue(draft).op.cid)
  const refs = [coalition, ...basis, ...heads.map(({ op }) => op.cid)]
  const body = proposalBody('too early', at)
  return { party, roots, proposal: party.issue({ type: 'proposal.open', refs, body }).op.cid, at }
}

test('no ballot is closed before the coalition is active, not even one that is withdrawn', () => {
  const { party, roots, proposal, at } = unratified()
  const { replica } = party
  expect(replica.views.ballot(proposal).ok).toBe(true)
  party.issue(unwrap(withdrawDraft(replica, proposal)))
  const kinds = () => replica.duties().due.map(({ kind }) => kind)
  expect(kinds()).not.toContain('close')
  for (const root of roots)
    replica.ingest([
      root.say({ type: 'charter.ratify', refs: [replica.coalition], body: { charter: 0 } }, at),
    ])
  expect(kinds()).toContain('close')
})
