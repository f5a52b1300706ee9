import { beforeEach, describe, expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import { fakeConnection } from '../../test/support/fake-connection.ts'
import { at, FakePort, keyOfSeed } from '../../test/support/network.ts'
import { Admission, gaterOf } from './admission.ts'
import { FaultLedger } from './fault-ledger.ts'
import { FAULTS_BEFORE_BLOCK, MAX_JOINERS, MAX_STRANGERS } from './limits.ts'
import { peerIdOf } from './peer-key.ts'
import { PeerTable } from './peer-table.ts'

const PER_ADDRESS = 3

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
    admission = new Admission(port, faults, table, PER_ADDRESS)
    keys = await Promise.all(Array.from({ length: 70 }, (_, i) => keyOfSeed(i + 1)))
  })

  const admits = (key: KeyId | undefined) => key !== undefined && admission.hasRoom(peerIdOf(key))

  /** Connects keys one after another while there is room; how many got in. */
  const fill = (candidates: KeyId[]): number => {
    for (const key of candidates) if (admits(key)) table.add(fakeConnection(key).connection)
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
    const gater = gaterOf(admission)
    const denied = [member, joiner, stranger].map((key) => gater.denyDialPeer?.(peerIdOf(key)))
    expect(denied).toEqual([false, false, true])
  })

  test('so many inbound connections from one address and no more', () => {
    const here = fakeConnection(at(keys, 0)).connection.remoteAddr
    const there = fakeConnection(at(keys, 0), { host: '10.0.0.2' }).connection.remoteAddr
    for (let i = 0; i < PER_ADDRESS; i++) {
      expect(admission.hasRoomAt(here)).toBe(true)
      table.add(fakeConnection(at(keys, i)).connection)
      table.add(fakeConnection(at(keys, i), { direction: 'outbound' }).connection)
    }
    expect(admission.hasRoomAt(here)).toBe(false)
    expect(admission.hasRoomAt(there)).toBe(true)
  })
})
