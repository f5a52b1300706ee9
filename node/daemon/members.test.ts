import { describe, expect, test } from 'vitest'
import type { Incoming } from '../../src/chain/run.ts'
import type { Charter } from '../../src/charter/schema.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { castDraft, proposalDraft } from '../../src/replica/acts.ts'
import {
  Author,
  delegation,
  type Founded,
  found,
  type Member,
  openReplica,
  Party,
  simpleProposal,
  testMembers,
} from '../../test/support/coalition.ts'
import { TestClock } from '../../test/support/people.ts'
import { FAREWELL_MS, Members } from './members.ts'

function setUp() {
  const founded = found([1, 1, 1, 1])
  const [first, second] = founded.members
  const [joiner] = testMembers([1], 100)
  if (!first || !second || !joiner) throw new RangeError('members')
  return { founded, first, second, joiner }
}

/** A next charter with one more member. */
const withMember = ({ charter }: Founded, { id, root, weight }: Member): Charter => ({
  ...charter,
  version: charter.version + 1,
  stakeholders: [
    ...charter.stakeholders,
    { id, name: id, root: keyBytes(root.key), weight, functions: [], jurisdictions: [] },
  ],
})

function proposeAmendment(party: Party, amendment: Charter): void {
  for (const draft of party.replica.checkpointNow()) party.issue(draft)
  const input = {
    ...simpleProposal('charter'),
    kind: 'amendment' as const,
    track: 'constitutional',
  }
  party.issue(unwrap(proposalDraft(party.replica, { ...input, amendment })))
}

test('before the charter is held nobody is a member; with it all delegated keys are', () => {
  const { founded, second } = setUp()
  const replica = openReplica({ ...founded, ops: [] })
  let changes = 0
  const members = new Members(replica, () => void changes++)
  expect(members.has(second.node.key)).toBe(false)
  replica.ingest(founded.ops)
  expect(founded.members.every(({ node }) => members.has(node.key))).toBe(true)
  expect(members.has(second.root.key)).toBe(false)
  expect(changes).toBeGreaterThan(0)
})

test('a revoked key is no member any more', () => {
  const { founded, second } = setUp()
  const replica = openReplica(founded)
  const members = new Members(replica, () => {})
  const author = founded.roots.get(second.id)
  const body = { key: keyBytes(second.node.key), lastGood: null, reason: 'lost' }
  const revoked = author?.say({ type: 'key.revoke', refs: [], body }, founded.at)
  replica.ingest(revoked ? [revoked] : [])
  expect(members.has(second.node.key)).toBe(false)
})

test('whom a proposed amendment names may connect before it is adopted', () => {
  const { founded, first, joiner } = setUp()
  const party = new Party(first, openReplica(founded, { member: first }))
  const members = new Members(party.replica, () => {})
  const chain = new Author(joiner.root, founded.coalition)
  const said = chain.say(delegation(founded.coalition, joiner.root, joiner.node), founded.at)
  party.replica.ingest([said])
  expect(members.has(joiner.node.key)).toBe(false)
  proposeAmendment(party, withMember(founded, { ...joiner, id: 's9' as never }))
  expect(members.has(joiner.node.key)).toBe(true)
})

describe('a member that an amendment removed', () => {
  /** The others, after the last of four was voted out; and that one's key. */
  function afterRemoval() {
    const { founded, first } = setUp()
    const clock = new TestClock(founded.at)
    const parties = founded.members.map(
      (member) => new Party(member, openReplica(founded, { member, clock })),
    )
    const [party] = parties
    const gone = founded.members.at(-1)
    if (!party || !gone) throw new RangeError('four members')
    const spread = (said: readonly Incoming[]) => {
      for (const { replica } of parties) replica.ingest(said)
    }
    const charter = withoutMember(founded, gone)
    proposeAmendment(party, charter)
    spread(party.said)
    const id = party.said.at(-1)?.op.cid
    if (!id) throw new RangeError('it was proposed')
    const acceptance = { type: 'charter.accept', refs: [id], body: { amendment: 0 } }
    for (const { id: member } of founded.members) {
      const said = founded.roots.get(member)?.say(acceptance, clock.now())
      spread(said ? [said] : [])
    }
    const members = new Members(party.replica, () => {})
    for (const one of parties) spread([one.issue(unwrap(castDraft(one.replica, id, 'yes')))])
    while (party.replica.charter?.id !== id) spread(parties.flatMap((one) => one.doDuties()))
    return { members, clock, key: gone.node.key, first }
  }

  const withoutMember = ({ charter }: Founded, { id }: Member): Charter => ({
    ...charter,
    version: charter.version + 1,
    stakeholders: charter.stakeholders.filter((stakeholder) => stakeholder.id !== id),
  })

  test('may hear of it in one session, and no more', () => {
    const { members, clock, key, first } = afterRemoval()
    expect(members.has(key)).toBe(true)
    members.synced(key, clock.now() - 1)
    expect(members.has(key), 'that session began before').toBe(true)
    members.synced(key, clock.now())
    expect(members.has(key)).toBe(false)
    expect(members.has(first.node.key)).toBe(true)
  })

  test('has a day to come and hear it', () => {
    const { members, clock, key } = afterRemoval()
    clock.advance(FAREWELL_MS - 1)
    members.check()
    expect(members.has(key)).toBe(true)
    clock.advance(1)
    members.check()
    expect(members.has(key)).toBe(false)
  })
})
