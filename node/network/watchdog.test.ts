import type { Connection } from '@libp2p/interface'
import { beforeEach, describe, expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import { fakeConnection } from '../../test/support/fake-connection.ts'
import { keyOfSeed } from '../../test/support/network.ts'
import { DEAF_SESSIONS, DEFAULT_TIMINGS } from './limits.ts'
import { Watchdog } from './watchdog.ts'

const { gossipReopenMs, gossipDeadMs, deafSettleMs } = DEFAULT_TIMINGS

describe('the gossip watchdog', () => {
  let now: number
  let key: KeyId
  let did: string[]
  let connections: Connection[]
  let lastSyncAt: number | undefined
  let watchdog: Watchdog

  beforeEach(async () => {
    now = 0
    key = await keyOfSeed(1)
    did = []
    connections = []
    lastSyncAt = undefined
    watchdog = new Watchdog({
      timings: DEFAULT_TIMINGS,
      now: () => now,
      connected: () => [key],
      connectionsOf: () => connections,
      reopen: () => did.push('reopen'),
      renew: (_, why) => did.push(why),
      lastSyncAt: () => lastSyncAt,
    })
  })

  const at = (ms: number) => {
    now = ms
    watchdog.tick()
  }

  test('opens a dead stream again, and renews the connection when that does not help', () => {
    at(0)
    at(gossipReopenMs - 1)
    expect(did).toEqual([])
    at(gossipReopenMs)
    expect(did).toEqual(['reopen'])
    at(gossipDeadMs)
    expect(did).toEqual(['reopen', 'mute'])
    at(gossipDeadMs + 1)
    expect(did).toEqual(['reopen', 'mute'])
  })

  test('is not put off by a clock that is set back', () => {
    at(gossipDeadMs)
    at(0)
    at(gossipDeadMs)
    expect(did).toEqual(['mute'])
  })

  test('forgets a peer that left', () => {
    at(0)
    watchdog.forget(key)
    at(gossipDeadMs)
    expect(did).toEqual([])
  })

  describe('when sync brings what gossip should have brought', () => {
    beforeEach(() => {
      connections = [fakeConnection(key).connection]
      lastSyncAt = deafSettleMs
    })

    test('renews the connection at the limit', () => {
      for (let i = 1; i < DEAF_SESSIONS; i++) watchdog.syncDelivered(key, 1)
      expect(did).toEqual([])
      watchdog.syncDelivered(key, 1)
      expect(did).toEqual(['deaf'])
    })

    test('does nothing when the peer was heard in between, or nothing was brought', () => {
      for (let i = 0; i < 3 * DEAF_SESSIONS; i++) {
        watchdog.syncDelivered(key, 1)
        watchdog.heard(key)
        watchdog.syncDelivered(key, 0)
      }
      expect(did).toEqual([])
    })

    test('does nothing for a session that began right after connecting', () => {
      lastSyncAt = deafSettleMs - 1
      for (let i = 0; i < 3 * DEAF_SESSIONS; i++) watchdog.syncDelivered(key, 1)
      expect(did).toEqual([])
    })
  })
})
