/** What one key sealed stays sealed, whoever claims that key later (design §3.6, irrevocability). */
import { expect, test } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { proposalDraft } from '../../src/replica/acts.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { simpleProposal } from '../support/coalition.ts'
import type { Made, Pen } from './pen.ts'
import { Stage } from './stage.ts'

/** A ballot that a member's key has endorsed; an honest key built on that seal. */
function sealed(
  stage: Stage,
  sealer: Pen,
  before: readonly Made[] = [],
): { replica: Replica; ballot: OpCid } {
  const replica = stage.replica({ signer: stage.node(3).signer })
  replica.ingest(before)
  for (const draft of replica.checkpointNow()) unwrap(replica.issue(draft))
  const draft = unwrap(proposalDraft(replica, simpleProposal('core@main')))
  const proposal = unwrap(replica.issue(draft))
  const ballot = proposal.op.cid
  const tally = sealer.say({
    type: 'tally',
    refs: [ballot],
    body: { ballot: 0, votes: [] },
    at: stage.clock.now(),
  })
  const body = { ballot: 0, verdict: 'endorse', tally: 1 }
  const seal = stage.refer(sealer, [proposal, tally], { type: 'seal', body })
  replica.ingest([tally, seal, stage.refer(stage.node(2), [seal, tally])])
  return { replica, ballot }
}

const endorsers = (replica: Replica, ballot: OpCid): string[] =>
  [...unwrap(replica.views.ballot(ballot)).board.endorse.keys()].sort()

test.each([
  [0, 1],
  [1, 0],
])(
  'a seal by a key of member %i counts for it still when root %i claims that key',
  (own, other) => {
    const stage = new Stage()
    const { replica, ballot } = sealed(stage, stage.node(own))
    const [member] = endorsers(replica, ballot)
    expect(member).toBe(`s${own + 1}`)
    replica.ingest([stage.delegate(stage.root(other), stage.node(own), { can: ['vote'] })])
    expect(replica.ledger.chain(stage.node(own).key).cut).toBe(0)
    expect(endorsers(replica, ballot)).toEqual([member])
    replica.ingest([stage.delegate(stage.root(other), stage.node(own))])
    expect(endorsers(replica, ballot)).toEqual(['s1', 's2'])
  },
)

test('a seal counts still when its root breaks and delegates the key anew with less', () => {
  const stage = new Stage()
  const { replica, ballot } = sealed(stage, stage.node(0))
  const root = stage.root(0)
  // From its third operation on: the delegation of the key is on the broken part.
  const branch = root.fork(2)
  for (let i = 0; i < 5; i++)
    replica.ingest([stage.delegate(root, stage.node(0), { branch, can: ['vote'] })])
  expect(replica.ledger.chain(root.key).cut).toBe(2)
  expect(replica.ledger.chain(stage.node(0).key).cut).toBe(0)
  expect(endorsers(replica, ballot)).toEqual(['s1'])
})

test('only a key that may propose takes its stakeholder’s proposal back', () => {
  const stage = new Stage()
  const helper = stage.newPen()
  const voting = stage.delegate(stage.root(3), helper, { can: ['vote'] })
  const { replica, ballot } = sealed(stage, stage.node(0), [voting])
  const at = stage.clock.now()
  const withdrawal = { type: 'proposal.withdraw', refs: [ballot], body: { proposal: 0 }, at }
  replica.ingest([helper.say(withdrawal), stage.root(3).say(withdrawal)])
  const isWithdrawn = () => unwrap(replica.views.ballot(ballot)).withdrawn
  expect(isWithdrawn()).toBe(false)
  replica.ingest([stage.delegate(stage.root(3), helper)])
  expect(isWithdrawn()).toBe(true)
})

test('what a key said before it was allowed to counts once its root allows it', () => {
  const stage = new Stage()
  const helper = stage.newPen()
  const allowed = stage.delegate(stage.root(1), helper, { can: ['vote'] })
  const { replica, ballot } = sealed(stage, helper, [allowed])
  expect(endorsers(replica, ballot)).toEqual([])
  const elsewhere = replica.views.ballot(ballot)
  replica.ingest([stage.delegate(stage.root(2), stage.newPen())])
  expect(replica.views.ballot(ballot), 'who has said nothing here changes nothing').toBe(elsewhere)
  replica.ingest([stage.delegate(stage.root(1), helper)])
  expect(endorsers(replica, ballot)).toEqual(['s2'])
})
