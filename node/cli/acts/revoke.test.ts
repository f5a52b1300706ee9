import { expect, test } from 'vitest'
import { unwrap } from '../../../src/op/refusal.ts'
import { ServedCoalition } from '../../../test/support/service.ts'
import { lastGoodOf } from './revoke.ts'

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
