import { multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, test } from 'vitest'
import { InboundGate, type InboundLimits, placeOf } from './inbound-gate.ts'
import { INBOUND_BURST_SECONDS, MAX_INBOUND_PER_SECOND } from './limits.ts'

const LIMITS: InboundLimits = { perSecond: 5, pending: 3, open: 4 }
const BURST = LIMITS.perSecond * INBOUND_BURST_SECONDS

describe('the gate for who dials us', () => {
  let now: number
  let open: number
  let gate: InboundGate
  let port: number
  let known: Set<string>

  beforeEach(() => {
    now = 0
    open = 0
    port = 1
    const limitsHere = { perSecond: 100, pending: 100, open: 100 }
    known = new Set()
    gate = new InboundGate({
      ...{ limits: LIMITS, limitsHere, open: () => open, now: () => now },
      isKnown: (place) => known.has(place),
    })
  })

  /** Somebody connects; what it takes to hang up, or nothing when it was refused. */
  const dial = (host = '203.0.113.7') => {
    const family = host.includes(':') ? 'ip6' : 'ip4'
    const remoteAddr = multiaddr(`/${family}/${host}/tcp/${port++}`)
    let close = (): void => {}
    const addEventListener = (_: 'close', listener: () => void): void => {
      close = listener
    }
    return gate.enter({ remoteAddr, addEventListener }) && { remoteAddr, close: () => close() }
  }
  const entered = (tries: number, host?: string): number =>
    Array.from({ length: tries }, () => dial(host)).filter(Boolean).length

  test('lets in so many unfinished handshakes from one address, and those of others beside', () => {
    expect(entered(10)).toBe(LIMITS.pending)
    expect(entered(10, '203.0.113.8')).toBe(LIMITS.pending)
  })

  test('a handshake that ends, well or not, makes room for another', () => {
    const [first, second] = [dial(), dial(), dial()]
    expect(dial()).toBe(false)
    if (first) first.close()
    expect(dial()).toBeTruthy()
    // The address of an open connection names the peer too.
    const peer = '/p2p/12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo'
    if (second) gate.settled(second.remoteAddr.encapsulate(peer))
    expect(dial()).toBeTruthy()
    expect(dial()).toBe(false)
  })

  test('counts what is open and what is on its way together', () => {
    open = LIMITS.open - 1
    expect(entered(5)).toBe(1)
  })

  test('lets in so many a second, however fast they go again', () => {
    const quick = () => {
      const one = dial()
      if (one) one.close()
      return one !== false
    }
    expect(Array.from({ length: 20 }, quick).filter(Boolean)).toHaveLength(BURST)
    now += 1000 / LIMITS.perSecond
    expect(quick()).toBe(true)
    expect(quick()).toBe(false)
  })

  test('lets in so many a second from all addresses together, and members beside', () => {
    known.add('192.0.2.1')
    const crowd = Array.from({ length: 2 * MAX_INBOUND_PER_SECOND }, (_, i) => `203.0.113.${i}`)
    expect(crowd.filter((host) => dial(host))).toHaveLength(MAX_INBOUND_PER_SECOND)
    expect(dial('192.0.2.1')).toBeTruthy()
    expect(dial('127.0.0.1')).toBeTruthy()
    now += 1000
    expect(crowd.filter((host) => dial(host))).toHaveLength(MAX_INBOUND_PER_SECOND)
  })

  test('other nodes of this machine have limits of their own', () => {
    expect(entered(50, '127.0.0.1')).toBe(50)
    expect(entered(50, '::1')).toBe(50)
    expect(entered(50, '127.0.0.2')).toBe(LIMITS.pending)
  })

  test('forgets places that nobody has come from of late', () => {
    for (let i = 0; i < 200; i++) {
      now += 20
      const one = dial(`198.51.100.${i}`)
      if (one) one.close()
    }
    expect(gate.size).toBeLessThanOrEqual(1 + (1000 * INBOUND_BURST_SECONDS) / 20)
  })
})

test.each([
  ['/ip4/203.0.113.7/tcp/1', '203.0.113.7'],
  ['/ip6/2001:db8:1:2:3:4:5:6/tcp/1', '2001:db8:1:2::/64'],
  ['/ip6/2001:db8:1:2::9/tcp/1', '2001:db8:1:2::/64'],
  ['/ip6/2001:db8::1/tcp/1', '2001:db8:0:0::/64'],
  ['/ip6/::ffff:203.0.113.7/tcp/1', '203.0.113.7'],
  ['/ip6/::1/tcp/1', '::1'],
])('%s is at %s', (address, place) => {
  expect(placeOf(multiaddr(address))).toBe(place)
})
