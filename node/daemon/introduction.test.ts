import { expect, test } from 'vitest'
import { encodeValue } from '../../src/op/cbor.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import {
  Author,
  delegation,
  type Founded,
  found,
  type Member,
  openReplica,
  testMembers,
} from '../../test/support/coalition.ts'
import { keepRootOps } from '../api/own-root.ts'
import { hear, introduce, MAX_INTRODUCTION_OPS } from './introduction.ts'

const PEER = testMembers([1], 50)[0]?.node.key ?? expect.unreachable()

function setUp() {
  const founded = found([1, 1, 1, 1])
  const [founder, second] = founded.members
  if (!founder || !second) throw new RangeError('four members')
  return { founded, founder, second }
}

/** A replica that holds only what the given roots said. */
const knowing = (founded: Founded, roots: readonly KeyId[]) =>
  openReplica({ ...founded, ops: founded.ops.filter(({ op }) => roots.includes(op.key)) })

const empty = (founded: Founded) => openReplica({ ...founded, ops: [] })

const isKnown = (replica: ReturnType<typeof empty>, { node }: Member) =>
  replica.ledger.keyring.knows(node.key)

test('who holds nothing learns the charter and the key of whoever introduces itself', () => {
  const { founded, second } = setUp()
  const newcomer = empty(founded)
  const taken = hear(newcomer, introduce(openReplica(founded), second.root.key, PEER), PEER)
  expect(taken).toBe(3)
  expect(newcomer.charter?.id).toBe(founded.coalition)
  expect(isKnown(newcomer, second)).toBe(true)
})

test('the founder sends its founding operation once, and a newcomer understands all of it', () => {
  const { founded, founder } = setUp()
  const frames = introduce(openReplica(founded), founder.root.key, PEER)
  expect(hear(empty(founded), frames, PEER)).toBe(3)
  expect(frames).toHaveLength(2)
})

test("what a root said before its charter is known is in its node's introduction", () => {
  const { founded, founder } = setUp()
  const [joiner] = testMembers([1], 100)
  if (!joiner) return expect.unreachable()
  const replica = knowing(founded, [founder.root.key])
  const said = new Author(joiner.root, founded.coalition).say(
    delegation(founded.coalition, joiner.root, joiner.node),
    founded.at,
  )
  keepRootOps(replica, joiner.root.key, [said])
  const frames = introduce(replica, joiner.root.key, PEER)
  expect(frames).toHaveLength(2)
  // To those who do not know the root yet it says nothing, and is not kept for it.
  const other = openReplica(founded)
  hear(other, frames, PEER)
  expect(other.ledger.pending.sizeBytes).toBe(0)
})

test('only roots introduce: what a node key says there is not taken in', () => {
  const { founded, second } = setUp()
  const replica = openReplica(founded, { member: second })
  const [checkpoint] = replica.checkpointNow()
  const issued = checkpoint && replica.issue(checkpoint)
  if (!issued?.ok) return expect.unreachable()
  const frame = encodeValue([[issued.value.bytes, issued.value.sig]])
  expect(hear(openReplica(founded), [frame], PEER)).toBe(0)
})

test('no bytes break it, and one that is too long is not read', () => {
  const { founded, second } = setUp()
  const other = empty(founded)
  expect(hear(other, [Uint8Array.of(0xff), encodeValue([1]), encodeValue([])], PEER)).toBe(0)
  const [frame] = introduce(openReplica(founded), second.root.key, PEER)
  const many = Array.from({ length: MAX_INTRODUCTION_OPS + 1 }, () => frame ?? new Uint8Array())
  expect(hear(other, many, PEER)).toBe(0)
})

test('a node whose key was revoked elsewhere learns of it from whoever knows, and signs no more', () => {
  const { founded, founder, second } = setUp()
  const revoked = openReplica(founded, { member: second })
  const knowing = openReplica(founded)
  const { key } = second.node
  expect(hear(revoked, introduce(knowing, founder.root.key, key), PEER)).toBe(0)
  expect(revoked.mayIssue('vote.cast')).toBeUndefined()
  const body = { key: keyBytes(key), lastGood: null, reason: 'stolen' }
  const word = founded.roots.get(second.id)?.say({ type: 'key.revoke', refs: [], body }, founded.at)
  knowing.ingest(word ? [word] : [])
  // Others are told nothing of it: they hear it as they hear all else.
  expect(hear(revoked, introduce(knowing, founder.root.key, PEER), PEER)).toBe(0)
  expect(hear(revoked, introduce(knowing, founder.root.key, key), PEER)).toBe(1)
  expect(revoked.mayIssue('vote.cast')).toMatchObject({
    code: 'key-frozen',
    message: expect.stringContaining('our root has revoked this key'),
  })
})
