import { expect, test } from 'vitest'
import type { Charter } from '../../src/charter/schema.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { proposalDraft } from '../../src/replica/acts.ts'
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
import { Members } from './members.ts'

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
