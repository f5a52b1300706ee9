import { expect, test } from 'vitest'
import { Author, delegation } from '../../../test/support/coalition.ts'
import { signerNumber } from '../../../test/support/people.ts'
import { ServedCoalition } from '../../../test/support/service.ts'
import { unwrap } from '../../op/refusal.ts'
import { presenceOf } from './presence.ts'

const HOUR = 3_600_000

const lineOf = (coalition: ServedCoalition, reader: number, member: number) =>
  unwrap(presenceOf(coalition.node(reader).replica))[member]

test('a member was heard when this node first saw it, and when it says it spoke', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const id = await coalition.proposed('policy@a')
  unwrap(await coalition.node(1).service.vote(id, 'yes', undefined))
  coalition.clock.advance(5 * HOUR)
  coalition.exchange()
  coalition.clock.advance(2 * HOUR)
  expect(lineOf(coalition, 0, 1)).toMatchObject({
    ...{ stakeholder: 's2', weight: 1, timeZone: null, jurisdictions: [] },
    last: { type: 'vote.cast', at: coalition.clock.now() - 7 * HOUR },
    silentMs: { bySight: 2 * HOUR, byClaim: 7 * HOUR },
  })
})

test('who never spoke under a node key is as old as its root’s last word', () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  coalition.clock.advance(HOUR)
  const [root, node] = lineOf(coalition, 0, 2)?.keys ?? []
  expect(root).toMatchObject({ role: 'root', last: { type: 'key.delegate' }, checkpoint: null })
  expect(node).toMatchObject({ role: 'node', last: null, checkpoint: null })
  expect(lineOf(coalition, 0, 2)?.silentMs).toEqual({ bySight: HOUR, byClaim: HOUR })
})

test('a checkpoint shows how much of ours a node has', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  await coalition.proposed('policy@a')
  const other = coalition.node(1).party
  const nodeKey = () => lineOf(coalition, 0, 1)?.keys[1]
  expect(nodeKey()?.seesOurs).toEqual({ part: 0, whole: 2 })
  for (const draft of other.replica.checkpointNow()) other.issue(draft)
  coalition.exchange()
  expect(nodeKey()?.seesOurs).toEqual({ part: 2, whole: 2 })
  expect(lineOf(coalition, 0, 1)?.checkpoint?.type).toBe('checkpoint')
  // Of our own node there is nothing to compare.
  expect(lineOf(coalition, 0, 0)?.keys[1]?.seesOurs).toBeNull()
})

test('a clock that runs ahead makes nobody’s silence negative', () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const { founded } = coalition
  const root = [...founded.roots.values()][2]
  if (!root) return expect.unreachable()
  const ahead = root.say(
    delegation(founded.coalition, root.signer, signerNumber(77)),
    coalition.clock.now() + HOUR / 60,
  )
  coalition.node(0).replica.ingest([ahead])
  expect(lineOf(coalition, 0, 2)?.silentMs).toEqual({ bySight: 0, byClaim: 0 })
})

test('a key that said two things is cut off, and what it said before still counts', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const { founded, clock } = coalition
  const member = founded.members[3]
  if (!member) return expect.unreachable()
  const author = new Author(member.node, founded.coalition)
  const said = (address: string) => ({
    ...{ type: 'node.address', refs: [], body: { addresses: [address] } },
  })
  author.say(said('/ip4/127.0.0.1/tcp/1'), clock.now())
  const one = author.say(said('/ip4/127.0.0.1/tcp/2'), clock.now(), 1)
  const other = author.say(said('/ip4/127.0.0.1/tcp/3'), clock.now(), 1)
  coalition.node(0).replica.ingest([...author.ops, one, other])
  const key = lineOf(coalition, 0, 3)?.keys.find(({ role }) => role === 'node')
  expect(key).toMatchObject({ isCut: true, last: { cid: author.ops[0]?.op.cid } })
})
