import { expect, test } from 'vitest'
import { found, openReplica, Party, simpleProposal } from '../../test/support/coalition.ts'
import { TestClock } from '../../test/support/people.ts'
import { unwrap } from '../op/refusal.ts'
import { castDraft, proposalDraft } from './acts.ts'

/** Four members; a ballot on which all have voted, and which all but the first have sealed. */
function sealedByOthers() {
  const clock = new TestClock()
  const founded = found([1, 1, 1, 1])
  const parties = founded.members.map(
    (member) => new Party(member, openReplica(founded, { member, clock })),
  )
  const [self, author] = parties
  if (!self || !author) throw new RangeError('four members')
  const spread = (said: Party['said']) => {
    for (const { replica } of parties) replica.ingest(said)
  }
  spread(author.replica.checkpointNow().map((draft) => author.issue(draft)))
  const opened = author.issue(unwrap(proposalDraft(author.replica, simpleProposal('policy@a'))))
  spread([opened])
  for (const party of parties)
    spread([party.issue(unwrap(castDraft(party.replica, opened.op.cid, 'yes')))])
  const others = parties.filter((party) => party !== self)
  const seals = others.flatMap((party) => party.doDuties())
  spread(seals)
  return { self, others, spread, clock, id: opened.op.cid }
}

const kindsOn = ({ replica }: Party, id: string): string[] =>
  replica
    .duties()
    .due.filter(({ ballot }) => ballot === id)
    .map(({ kind }) => kind)

test('a seal that is not issued yet hides no duty to settle, and comes before it', () => {
  const { self, id } = sealedByOthers()
  expect(kindsOn(self, id)).toEqual(['close', 'settle'])
})

test('duties are new after each deed: neither is owed twice', () => {
  const { self, id } = sealedByOthers()
  const settle = self.replica.duties().due.find(({ kind }) => kind === 'settle')
  if (!settle) return expect.unreachable()
  const estimate = unwrap(self.replica.perform(settle))
  expect(estimate?.op.type).toBe('settle.estimate')
  const said = self.doDuties().map(({ op }) => op.type)
  expect(said.filter((type) => type === 'seal')).toHaveLength(1)
  expect(said).not.toContain('settle.estimate')
  expect(kindsOn(self, id)).toEqual([])
})

test('who waits with a seal takes part in the settlement, and owes no seal after it', () => {
  const { self, others, spread, id } = sealedByOthers()
  const settleOnly = () =>
    self.replica.duties().due.find(({ kind, ballot }) => kind === 'settle' && ballot === id)
  for (let duty = settleOnly(); duty; duty = settleOnly()) unwrap(self.replica.perform(duty))
  expect(kindsOn(self, id)).toEqual(['close'])
  for (const party of others) spread(party.doDuties())
  for (const party of others) spread(party.doDuties())
  expect(self.replica.views.standing()?.outcomes.get(id)).toMatchObject({ outcome: 'adopted' })
  expect(kindsOn(self, id)).not.toContain('close')
})
