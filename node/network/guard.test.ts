import type { Connection, StreamHandler, Topology } from '@libp2p/interface'
import { beforeEach, expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import { fakeConnection } from '../../test/support/fake-connection.ts'
import { keyOfSeed } from '../../test/support/network.ts'
import { GuardedRegistrar } from './guard.ts'
import { peerIdOf } from './peer-key.ts'

const PROTOCOL = '/service/1'

let peer: KeyId
let admitted: boolean
let handlers: StreamHandler[]
let topologies: Topology[]
let guard: GuardedRegistrar
let told: string[]
let seen: Connection[]

beforeEach(async () => {
  peer = await keyOfSeed(1)
  admitted = true
  handlers = []
  topologies = []
  told = []
  seen = []
  const inner = {
    handle: async (_: string, handler: StreamHandler) => void handlers.push(handler),
    register: async (_: string, topology: Topology) => `${topologies.push(topology)}`,
  }
  // cast: a test double of two of the registrar's methods.
  guard = new GuardedRegistrar(inner as unknown as GuardedRegistrar, () => admitted)
  await guard.handle(PROTOCOL, (_, connection) => {
    told.push('stream')
    seen.push(connection)
  })
  await guard.register(PROTOCOL, {
    onConnect: (_, connection) => {
      told.push('connect')
      seen.push(connection)
    },
    onDisconnect: () => void told.push('disconnect'),
  })
})

/** A stream whose status is what the test says; it can be aborted. */
function fakeStream(status: string) {
  const stream = {
    status,
    abort: () => {
      stream.status = 'aborted'
    },
  }
  // cast: a test double of the two members that the guard uses.
  return stream as unknown as Awaited<ReturnType<Connection['newStream']>>
}

test('the service hears of admitted peers and their streams, and of no others', async () => {
  const { connection } = fakeConnection(peer)
  topologies[0]?.onConnect?.(peerIdOf(peer), connection)
  await handlers[0]?.(fakeStream('open'), connection)
  expect(told).toEqual(['connect', 'stream'])
  admitted = false
  topologies[0]?.onConnect?.(peerIdOf(peer), connection)
  const stream = fakeStream('open')
  await handlers[0]?.(stream, connection)
  expect(told).toEqual(['connect', 'stream'])
  expect(stream.status).toBe('aborted')
})

test('a peer can be announced and taken back by hand', () => {
  const { connection } = fakeConnection(peer)
  guard.attach(peerIdOf(peer), connection)
  guard.detach(peerIdOf(peer))
  expect(told).toEqual(['connect', 'disconnect'])
})

test('a stream that the peer refused at once does not open, one that lives does', async () => {
  let status = 'reset'
  const { connection } = fakeConnection(peer, { newStream: async () => fakeStream(status) })
  guard.attach(peerIdOf(peer), connection)
  await expect(seen[0]?.newStream(PROTOCOL)).rejects.toMatchObject({ code: 'stream-cut' })
  status = 'open'
  expect(await seen[0]?.newStream(PROTOCOL)).toMatchObject({ status: 'open' })
  expect(seen[0]?.status).toBe('open')
})
