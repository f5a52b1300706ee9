/** Nothing of our own leaves before it is on disk, not even through a session that is under way (§2.3). */
import { expect, test } from 'vitest'
import { found, openReplica, Party, simpleProposal } from '../../test/support/coalition.ts'
import { TestClock } from '../../test/support/people.ts'
import { unwrap } from '../op/refusal.ts'
import { commentDraft, proposalDraft } from '../replica/acts.ts'
import { MemoryStore, type StoreBatch } from '../replica/store.ts'
import { NONCE_BYTES } from './message.ts'
import { openSession } from './session.ts'

class FullDisk extends MemoryStore {
  isFull = false

  override commit(batch: StoreBatch): void {
    if (this.isFull) throw new RangeError('the disk is full')
    super.commit(batch)
  }
}

function setUp() {
  const founded = found([1, 1])
  const [member, other] = founded.members
  if (!member || !other) return expect.unreachable()
  const clock = new TestClock(founded.at)
  const store = new FullDisk()
  const ours = new Party(member, openReplica(founded, { member, clock, store }))
  const theirs = openReplica(founded, { member: other, clock })
  for (const draft of ours.replica.checkpointNow()) ours.issue(draft)
  const { op } = ours.issue(unwrap(proposalDraft(ours.replica, simpleProposal('policy@a'))))
  return { ours, theirs, store, proposal: op.cid }
}

test('an operation that the disk refused is not sent by a session that began before', () => {
  const { ours, theirs, store, proposal } = setUp()
  const open = (replica: typeof theirs, fill: number) =>
    openSession(replica, { nonce: new Uint8Array(NONCE_BYTES).fill(fill), from: 'peer' })
  const [near, far] = [open(ours.replica, 1), open(theirs, 2)]
  const hellos = [...near.start().send]
  const toUs = [...far.start().send, ...hellos.flatMap((frame) => [...far.receive(frame).send])]
  const steps = toUs.map((frame) => near.receive(frame))

  store.isFull = true
  const comment = { proposal, kind: 'concern', text: 'not on disk' } as const
  const draft = unwrap(commentDraft(ours.replica, comment))
  expect(() => ours.replica.issue(draft)).toThrow('the disk is full')
  const unsaved = ours.replica.ledger.chain(ours.member.node.key).main.at(-1)?.op
  expect(unsaved?.body).toMatchObject({ text: 'not on disk' })

  for (const { send } of steps) for (const frame of send) far.receive(frame)
  const heard = theirs.ledger.chain(ours.member.node.key).main.map(({ op }) => op.cid)
  expect(heard).not.toContain(unsaved?.cid)

  store.isFull = false
  ours.replica.flush()
  expect(ours.replica.sendable(unsaved?.cid ?? proposal)?.cid).toBe(unsaved?.cid)
})
