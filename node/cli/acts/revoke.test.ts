import { expect, test } from 'vitest'
import { unwrap } from '../../../src/op/refusal.ts'
import { ServedCoalition } from '../../../test/support/service.ts'
import { lastGoodOf, ownNodeKey } from './revoke.ts'

test('a key ends at its own last operation, however much others have said since', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const id = await coalition.proposed('policy@a')
  const { service, replica } = coalition.node(1)
  const { key } = replica.signer ?? expect.unreachable()
  const { cid } = unwrap(await service.vote(id, 'yes', undefined))
  coalition.clock.advance(1000)
  unwrap(await coalition.node(0).service.vote(id, 'yes', undefined))
  coalition.exchange()
  // A log that shows one line stands for a long history.
  const api = { log: (query: object) => service.log({ ...query, limit: 1 }) }
  expect(await lastGoodOf(api, key)).toMatchObject({ cid })
})

test('only the root that delegated a key ends it', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const [first, second] = coalition.founded.members
  if (!first || !second) return expect.unreachable()
  const keys = await coalition.node(0).service.keys()
  const identity = { root: first.root.key, node: second.node.key }
  expect(ownNodeKey(keys, first.node.key.slice(0, 8), { identity })).toBe(first.node.key)
  expect(() => ownNodeKey(keys, second.node.key, { identity })).toThrow('is a key of s2')
  expect(() => ownNodeKey(keys, 'abcdef', { identity })).toThrow('no key is called "abcdef"')
})
