/** What a member says on the amendment that removes it stays there (design §3.3, §3.4). */
import { expect, test } from 'vitest'
import { fraction } from '../../test/support/charters.ts'
import { type Party, testCharter } from '../../test/support/coalition.ts'
import { HOUR, PartedCoalition } from '../../test/support/parted.ts'
import { PLAN, ROLLBACK } from '../../test/support/rollout.ts'
import { unwrap } from '../op/refusal.ts'
import { commentDraft, type ProposalInput } from './acts.ts'
import { decisionRecord } from './decision/gather.ts'
import { readRollout } from './rollout/rollouts.ts'

const limits = { ...testCharter([]).limits, maxWeightShare: fraction('1/2') }

/** Five members; four remove the fifth, which objects and votes against it. */
function removed(more: Partial<ProposalInput> = {}) {
  const coalition = new PartedCoalition(5, { charter: { limits } })
  const { founded, clock, parties } = coalition
  const [first, , , , fifth] = parties
  if (!first || !fifth) throw new RangeError('five parties')
  const policy = coalition.propose(first)
  const amendment = { ...testCharter(founded.members.slice(0, 4), founded.charter), version: 2 }
  const stakeholders = amendment.stakeholders.slice(0, 4)
  const id = coalition.propose(first, {
    ...{ kind: 'amendment', track: 'constitutional', slot: 'charter' },
    amendment: { ...amendment, stakeholders },
    ...more,
  })
  const accepts = [...founded.roots.values()]
    .slice(0, 4)
    .map((root) =>
      root.say({ type: 'charter.accept', refs: [id], body: { amendment: 0 } }, clock.time),
    )
  for (const { replica } of parties) replica.ingest(accepts)
  const say = (party: Party, text: string) => {
    const input = { kind: 'objection', text, disposition: 'a reason' } as const
    const draft = unwrap(commentDraft(party.replica, { proposal: id, ...input }))
    coalition.tell(party, [party.issue(draft)])
  }
  say(fifth, 'not for a no')
  coalition.vote(id, [fifth], 'no')
  coalition.vote(policy, [fifth], 'no')
  coalition.vote(id, parties.slice(0, 4))
  coalition.later(HOUR)
  expect(first.replica.charter?.id).toBe(id)
  return { coalition, replica: first.replica, id, policy, fifth: fifth.member.id, removed: fifth }
}

test('its vote and its words are in the tally, the discussion and the record, everywhere alike', () => {
  const { coalition, replica, id, fifth } = removed()
  const { tally, gateScene } = unwrap(replica.views.ballot(id))
  expect(tally.lines.find(({ stakeholder }) => stakeholder === fifth)?.stance).toBe('no')
  expect(gateScene.comments).toMatchObject([{ stakeholder: fifth, text: 'not for a no' }])
  const record = JSON.stringify(unwrap(decisionRecord(replica, id)))
  expect(record).toContain('not for a no')
  expect(new Set(coalition.parties.map((party) => party.replica.digest().state)).size).toBe(1)
})

test('elsewhere what it said after its last operation that is named has no effect', () => {
  const { replica, policy, fifth } = removed()
  const { tally } = unwrap(replica.views.ballot(policy))
  expect(tally.lines.find(({ stakeholder }) => stakeholder === fifth)?.stance).toBe('silent')
})

test('of a rollout of that amendment it says nothing any more', () => {
  const { coalition, replica, id, removed: fifth } = removed({ rollout: PLAN, rollback: ROLLBACK })
  const before = unwrap(readRollout(replica, id)).course.state
  const halt = { type: 'rollout.halt', refs: [id], body: { proposal: 0, reason: 'mine' } }
  coalition.tell(fifth, [fifth.issue(halt)])
  expect(unwrap(readRollout(replica, id)).course.state).toBe(before)
})
