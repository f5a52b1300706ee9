/** How keys are called. */
import { expect, test } from 'vitest'
import { keyBytes } from '../../src/op/key-id.ts'
import { fraction } from '../../test/support/charters.ts'
import { Author, testCharter } from '../../test/support/coalition.ts'
import { HOUR, PartedCoalition } from '../../test/support/parted.ts'
import { signerNumber } from '../../test/support/people.ts'
import { nameOf } from './naming.ts'

const limits = { ...testCharter([]).limits, maxWeightShare: fraction('1/2') }

/** How the fifth member's first node key is called after an amendment of it. */
function calledAfter(change: 'removes it' | 'gives it another root'): string {
  const coalition = new PartedCoalition(5, { charter: { limits } })
  const { founded, clock, parties } = coalition
  const [first, , , , fifth] = parties
  if (!first || !fifth) throw new RangeError('five parties')
  const fresh = new Author(signerNumber(9_001), founded.coalition)
  const stays = change === 'removes it' ? 4 : 5
  const amendment = {
    ...testCharter(founded.members.slice(0, stays), founded.charter),
    version: 2,
  }
  const stakeholders = amendment.stakeholders
    .slice(0, stays)
    .map((one) => (one.id === fifth.member.id ? { ...one, root: keyBytes(fresh.signer.key) } : one))
  const id = coalition.propose(first, {
    ...{ kind: 'amendment', track: 'constitutional', slot: 'charter' },
    amendment: { ...amendment, stakeholders },
  })
  const accepts = [...founded.roots.values()]
    .slice(0, 4)
    .map((root) =>
      root.say({ type: 'charter.accept', refs: [id], body: { amendment: 0 } }, clock.time),
    )
  for (const { replica } of parties) replica.ingest(accepts)
  coalition.vote(id, parties)
  coalition.later(HOUR)
  expect(first.replica.charter?.id).toBe(id)
  return nameOf(first.replica, fifth.member.node.key)
}

test('a member that has left is said to have', () => {
  expect(calledAfter('removes it')).toMatch(/ \(left\)$/)
})

test('a member with another root is a member as before', () => {
  expect(calledAfter('gives it another root')).not.toMatch(/left/)
})
