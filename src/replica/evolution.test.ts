/** What a later protocol brought has no effect before a charter counts by it (design §2.1). */
import { expect, test } from 'vitest'
import { Author, found, Party, simpleProposal, verifier } from '../../test/support/coalition.ts'
import { TestClock } from '../../test/support/people.ts'
import { artefactAnnounce } from '../artefact/ops.ts'
import { voteCast } from '../ballot/ops.ts'
import type { OpCid } from '../op/ids.ts'
import { signOp } from '../op/operation.ts'
import { unwrap } from '../op/refusal.ts'
import type { OpType } from '../op/type.ts'
import { castDraft, proposalDraft } from './acts.ts'
import { voteDraft } from './draft.ts'
import { REGISTRY } from './registry.ts'
import { Replica } from './replica.ts'
import { MemoryStore } from './store.ts'

/** A build for which these types came with protocol 2. */
const later = (...types: readonly OpType<unknown>[]): ReadonlyMap<string, OpType<unknown>> =>
  new Map([...REGISTRY, ...types.map((type) => [type.type, { ...type, since: 2 }] as const)])

/** A coalition that counts by a protocol, seen by a build that knows protocol 2 and these types. */
function seenBy(types: ReadonlyMap<string, OpType<unknown>>, protocol: number) {
  const founded = found([1, 1, 1, 1], { protocol })
  const clock = new TestClock(founded.at + 1000)
  const [member, other] = founded.members
  if (!member || !other) throw new RangeError('a coalition of four has two')
  const replica = Replica.open({
    coalition: founded.coalition,
    store: new MemoryStore(),
    clock,
    verifier,
    signer: member.node,
    protocol: 2,
    types,
  })
  replica.ingest(founded.ops)
  const party = new Party(member, replica)
  const author = new Author(other.node, founded.coalition)
  return { party, replica, author, other, at: clock.now() }
}

function openBallot(party: Party): OpCid {
  for (const draft of party.replica.checkpointNow()) party.issue(draft)
  return party.issue(unwrap(proposalDraft(party.replica, simpleProposal('policy@a')))).op.cid
}

const stanceOf = (replica: Replica, ballot: OpCid, id: string) =>
  unwrap(replica.views.ballot(ballot)).tally.lines.find(({ stakeholder }) => stakeholder === id)
    ?.stance

test('an operation of a later protocol is kept and chained, without effect though its body fits', () => {
  const { party, replica, author, other, at } = seenBy(REGISTRY, 1)
  const ballot = openBallot(party)
  const draft = voteDraft(ballot, 'yes', undefined, [])
  const place = { coalition: replica.coalition, key: other.node.key, seq: 0, prev: null, at }
  const ahead = signOp({ v: 2, ...place, ...draft }, other.node)
  author.ops.push(ahead)
  expect(replica.ingest([ahead])).toMatchObject({ refused: [], accepted: [{ cid: ahead.op.cid }] })
  expect(stanceOf(replica, ballot, other.id)).toBe('silent')
  replica.ingest([author.say(draft, at)])
  expect(stanceOf(replica, ballot, other.id)).toBe('yes')
})

test.each([
  [1, 'silent'],
  [2, 'yes'],
])(
  'under a charter of protocol %i a vote of a type that came with 2 leaves its voter %s',
  (protocol, stance) => {
    const { party, replica, author, other, at } = seenBy(later(voteCast), protocol)
    const ballot = openBallot(party)
    replica.ingest([author.say(voteDraft(ballot, 'yes', undefined, []), at)])
    expect(stanceOf(replica, ballot, other.id)).toBe(stance)
  },
)

test.each([
  [1, 0],
  [2, 1],
])(
  'under a charter of protocol %i %i announcement of a type that came with 2 counts',
  (protocol, count) => {
    const { replica, author, at } = seenBy(later(artefactAnnounce), protocol)
    const digest = new Uint8Array(32)
    const body = { digest, manifest: digest, sizeBytes: 1, name: 'a' }
    replica.ingest([author.say({ type: artefactAnnounce.type, refs: [], body }, at)])
    expect(replica.views.artefacts().byDigest.size).toBe(count)
  },
)

test('a build says nothing that the charter in force does not count yet, and how it will', () => {
  const types = later(voteCast)
  const before = seenBy(types, 1)
  const early = unwrap(castDraftOf(before.party))
  expect(before.replica.issue(early)).toMatchObject({
    code: 'not-counted-yet',
    message: '"vote.cast" counts from protocol 2 on, the charter in force counts by 1',
    hint: "propose an amendment that raises the charter's protocol to 2",
  })
  const after = seenBy(types, 2)
  expect(after.replica.issue(unwrap(castDraftOf(after.party))).ok).toBe(true)
})

const castDraftOf = (party: Party) => castDraft(party.replica, openBallot(party), 'yes')
