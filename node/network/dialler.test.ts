import type { Multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import { fakeConnection } from '../../test/support/fake-connection.ts'
import { at, keyOfSeed, until } from '../../test/support/network.ts'
import { DialPlan } from './dial-plan.ts'
import { Dialler } from './dialler.ts'
import { NetworkError } from './errors.ts'
import { DEFAULT_TIMINGS, MAX_ADDRESSES_PER_PEER } from './limits.ts'
import { peerIdOf } from './peer-key.ts'
import { silentLogger } from './port.ts'

describe('the dialler', () => {
  let self: KeyId
  let peer: KeyId
  let other: KeyId
  let tried: string[]
  let alive: boolean
  let now: number
  let plan: DialPlan

  beforeEach(async () => {
    const keys = (await Promise.all([1, 2, 3].map(keyOfSeed))).sort()
    ;[self, peer, other] = [at(keys, 0), at(keys, 1), at(keys, 2)]
    tried = []
    alive = true
    now = 0
    plan = new DialPlan(self, DEFAULT_TIMINGS, { now: () => now, random: () => 0.5 })
  })

  const dialler = (addresses: string[]) =>
    new Dialler({
      plan,
      node: {
        dial: async (multiaddrs: Multiaddr[]) => {
          tried.push(...multiaddrs.map((address) => address.toString()))
          if (!alive) throw new NetworkError('peer-gone', 'nobody there')
          return fakeConnection(peer).connection
        },
      },
      timeoutMs: 1000,
      log: silentLogger,
      targets: () => new Map([[peer, addresses]]),
      isUp: () => false,
    })

  test('tries the addresses that are this peer’s, and says whom it expects there', () => {
    const named = `/ip4/10.0.0.1/tcp/2/p2p/${peerIdOf(peer)}`
    const foreign = `/ip4/10.0.0.1/tcp/3/p2p/${peerIdOf(other)}`
    dialler(['/ip4/10.0.0.1/tcp/1', named, foreign, 'nonsense']).tick()
    expect(tried).toEqual([`/ip4/10.0.0.1/tcp/1/p2p/${peerIdOf(peer)}`, named])
  })

  test('tries so many addresses of one peer and no more', () => {
    const many = Array.from(
      { length: MAX_ADDRESSES_PER_PEER + 1 },
      (_, i) => `/ip4/10.0.0.1/tcp/${i}`,
    )
    dialler(many).tick()
    expect(tried).toHaveLength(MAX_ADDRESSES_PER_PEER)
  })

  test('tries again after a failure, not before its time', async () => {
    alive = false
    const dials = dialler(['/ip4/10.0.0.1/tcp/1'])
    dials.tick()
    dials.tick()
    expect(tried).toHaveLength(1)
    await until('the failure', () => {
      now += DEFAULT_TIMINGS.dialMinMs
      dials.tick()
      return tried.length === 2
    })
  })
})
