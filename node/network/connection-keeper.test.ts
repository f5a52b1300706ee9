import { beforeEach, describe, expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import { fakeConnection } from '../../test/support/fake-connection.ts'
import { FakePort, keyOfSeed, seedOf, until } from '../../test/support/network.ts'
import { ConnectionKeeper } from './connection-keeper.ts'
import { makeContext, type NetworkContext } from './context.ts'
import { privateKeyFromSeed } from './peer-key.ts'

describe('the keeper of connections', () => {
  let port: FakePort
  let peer: KeyId
  let context: NetworkContext
  let keeper: ConnectionKeeper
  let did: string[]

  beforeEach(async () => {
    port = new FakePort()
    peer = await keyOfSeed(2)
    did = []
    const options = { port, seed: seedOf(1), listen: [], timings: { helloWindowMs: 30 } }
    context = makeContext({ ...options, now: () => 100 }, await privateKeyFromSeed(seedOf(1)))
    keeper = new ConnectionKeeper(context, {
      up: () => did.push('up'),
      down: () => did.push('down'),
      opened: () => did.push('opened'),
      unknown: () => did.push('unknown'),
      moved: () => did.push('moved'),
      gone: (_, livedMs) => did.push(`gone after ${livedMs}`),
    })
  })

  test('a member is up with its first connection and down with its last', () => {
    port.members.add(peer)
    const [first, second] = [
      fakeConnection(peer, { openedAt: 60 }),
      fakeConnection(peer, { openedAt: 70 }),
    ]
    keeper.opened(first.connection)
    keeper.opened(second.connection)
    expect(keeper.members()).toEqual([peer])
    keeper.closed(first.connection)
    keeper.closed(second.connection)
    keeper.closed(second.connection)
    expect(did).toEqual(['opened', 'up', 'opened', 'moved', 'down', 'gone after 30'])
  })

  test('a duplicate is closed', () => {
    port.members.add(peer)
    const [first, second] = [fakeConnection(peer), fakeConnection(peer)]
    keeper.opened(first.connection)
    keeper.opened(second.connection)
    expect([first.status(), second.status()]).toEqual(['closed', 'open'])
  })

  test('a stranger is asked who it is, and hung up on when its time is over', async () => {
    const { connection, status } = fakeConnection(peer)
    keeper.opened(connection)
    expect(did).toEqual(['opened', 'unknown'])
    expect(status()).toBe('open')
    await until('a hang-up', () => status() === 'aborted')
  })

  test('a stranger who becomes a member in time stays', async () => {
    const { connection, status } = fakeConnection(peer)
    const other = fakeConnection(await keyOfSeed(3))
    keeper.opened(connection)
    keeper.opened(other.connection)
    port.members.add(peer)
    keeper.recheck()
    keeper.recheck()
    expect(did.filter((what) => what === 'up')).toHaveLength(1)
    await until('the end of the window', () => other.status() === 'aborted')
    expect(status()).toBe('open')
  })

  test('the blocked, and members that are none any more, are hung up on at once', () => {
    port.members.add(peer)
    const first = fakeConnection(peer)
    keeper.opened(first.connection)
    context.admission.setBlocked([peer])
    keeper.recheck()
    expect(first.status()).toBe('aborted')
    keeper.closed(first.connection)
    const again = fakeConnection(peer)
    keeper.opened(again.connection)
    expect(again.status()).toBe('aborted')
  })
})
