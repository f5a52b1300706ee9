import { multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import { fakeConnection } from '../../test/support/fake-connection.ts'
import { at, FakePort, keyOfSeed } from '../../test/support/network.ts'
import { Admission, gaterOf } from './admission.ts'
import { FaultLedger } from './fault-ledger.ts'
import { InboundGate } from './inbound-gate.ts'
import {
  FAULTS_BEFORE_BLOCK,
  MAX_JOINERS,
  MAX_STRANGERS,
  MAX_STRANGERS_PER_ADDRESS,
} from './limits.ts'
import { peerIdOf } from './peer-key.ts'
import { PeerTable } from './peer-table.ts'

const FREE = { perSecond: Infinity, pending: Infinity, open: Infinity }
const NO_LIMITS = {
  limits: FREE,
  limitsHere: FREE,
  open: () => 0,
  now: () => 0,
  isKnown: () => true,
}

describe('admission', () => {
  let port: FakePort
  let table: PeerTable
  let faults: FaultLedger
  let admission: Admission
  let keys: KeyId[]

  beforeEach(async () => {
    port = new FakePort()
    table = new PeerTable()
    faults = new FaultLedger(() => 0)
    admission = new Admission(port, faults, table)
    keys = await Promise.all(Array.from({ length: 70 }, (_, i) => keyOfSeed(i + 1)))
  })

  const from = (host: string) => multiaddr(`/ip4/${host}/tcp/1`)
  const admits = (key: KeyId | undefined, host = '198.51.100.9') =>
    key !== undefined && admission.hasRoom(peerIdOf(key), from(host))

  /** Connects keys one after another while there is room; how many got in. */
  const fill = (candidates: KeyId[], hostOf = (i: number) => `203.0.113.${i}`): number => {
    for (const [i, key] of candidates.entries())
      if (admits(key, hostOf(i))) table.add(fakeConnection(key, { host: hostOf(i) }).connection)
    return table.all().length
  }

  test('lets in so many strangers and no more; members always', () => {
    expect(fill(keys)).toBe(MAX_STRANGERS)
    port.members.add(at(keys, 60))
    expect(admits(keys[60])).toBe(true)
  })

  test('lets in so many joiners and no more, whatever strangers do', () => {
    expect(fill(keys.slice(0, 3))).toBe(3)
    for (const key of keys.slice(3)) port.joiners.add(key)
    expect(fill(keys.slice(3))).toBe(3 + MAX_JOINERS)
  })

  test('a stranger who became a member takes no stranger’s place', () => {
    fill(keys)
    expect(admits(keys[50])).toBe(false)
    port.members.add(at(keys, 0))
    expect(admits(keys[50])).toBe(true)
  })

  test('one more than fits, that slipped in, may not stay', () => {
    fill(keys)
    const late = at(keys, 50)
    table.add(fakeConnection(late).connection)
    expect(admission.mayStay(late)).toBe(false)
  })

  test('the blocked are no members, however they came to be blocked', () => {
    const [a, b] = [at(keys, 0), at(keys, 1)]
    port.members.add(a).add(b)
    admission.setBlocked([a])
    for (let i = 0; i < FAULTS_BEFORE_BLOCK; i++) faults.note(b)
    for (const key of [a, b]) {
      expect(admission.classOf(key)).toBe('blocked')
      expect(admission.memberKey(peerIdOf(key))).toBeUndefined()
      expect(admits(key)).toBe(false)
      expect(admission.mayDial(key)).toBe(false)
    }
    expect(admission.setBlocked([])).toEqual([a])
    expect(admission.classOf(a)).toBe('member')
  })

  test('members and joiners are dialled, strangers never', () => {
    const [member, joiner, stranger] = [at(keys, 0), at(keys, 1), at(keys, 2)]
    port.members.add(member)
    port.joiners.add(joiner)
    const gater = gaterOf(admission, new InboundGate(NO_LIMITS))
    const denied = [member, joiner, stranger].map((key) => gater.denyDialPeer?.(peerIdOf(key)))
    expect(denied).toEqual([false, false, true])
  })

  test('so many strangers from one address, so that it keeps nobody else out', () => {
    expect(fill(keys, () => '203.0.113.7')).toBe(MAX_STRANGERS_PER_ADDRESS)
    expect(admits(keys[60])).toBe(true)
    expect(
      fill(keys, () => '127.0.0.1'),
      'other nodes of this machine',
    ).toBe(MAX_STRANGERS)
  })
})
