/** What a proposal's basis may claim of roots (design §3.4). */
import { expect, test } from 'vitest'
import { found, openReplica, Party, simpleProposal } from '../../test/support/coalition.ts'
import { TestClock } from '../../test/support/people.ts'
import { cidOf, linkOf } from '../op/cid.ts'
import { keyBytes } from '../op/key-id.ts'
import { unwrap } from '../op/refusal.ts'
import { proposalDraft } from './acts.ts'

const setting = () => {
  const founded = found([1, 1, 1, 1])
  const clock = new TestClock(founded.at + 1000)
  const [author, victim] = founded.members.map(
    (member) => new Party(member, openReplica(founded, { member, clock })),
  )
  if (!author || !victim) throw new RangeError('a coalition of four has two')
  for (const draft of author.replica.checkpointNow()) author.issue(draft)
  return { author, victim, founded }
}

test('a basis that shows what is held is a basis', () => {
  const { author } = setting()
  const open = author.issue(unwrap(proposalDraft(author.replica, simpleProposal('x@main'))))
  expect(author.replica.views.ballot(open.op.cid).ok).toBe(true)
})

test('a basis that claims a fork of a root without its proof silences nobody: it is no basis', () => {
  const { author, victim, founded } = setting()
  const root = victim.member.root.key
  const head = founded.roots.get(victim.member.id)?.ops.at(-1)?.op
  if (!head) throw new RangeError('every root has spoken')
  const invented = cidOf(Uint8Array.of(1, 2, 3))
  const frontier = [head.cid, invented].map(
    (cid) => [keyBytes(root), head.seq, linkOf(cid)] as const,
  )
  author.issue({ type: 'checkpoint', refs: [], body: { full: false, frontier } })
  const draft = unwrap(proposalDraft(author.replica, simpleProposal('x@main')))
  const refs = draft.refs.filter((cid) => cid !== invented)
  const open = author.issue({ ...draft, refs })
  expect(author.replica.views.ballot(open.op.cid)).toMatchObject({
    ok: false,
    code: 'invalid-proposal',
    message: `its refs leave out what its basis shows of ${victim.member.id}'s root`,
  })
})
