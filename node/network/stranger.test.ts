import type { Connection, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, test } from 'vitest'
import {
  bytesOf,
  COALITION,
  keyOfSeed,
  seedOf,
  startNode,
  stopAll,
  stopLater,
  type TestNode,
  textOf,
  until,
} from '../../test/support/network.ts'
import { FrameReader, writeFrames } from './frames.ts'
import { helloProtocolOf } from './hello.ts'
import { MAX_HELLO_BYTES, MAX_HELLO_FRAMES, MAX_HELLO_STREAMS, MAX_HELLOS } from './limits.ts'
import { privateKeyFromSeed } from './peer-key.ts'
import { silentLogger } from './port.ts'
import { syncProtocolOf } from './sync.ts'

afterEach(stopAll)

const MESHSUB = '/meshsub/1.2.0'
const IDENTIFY = '/ipfs/id/1.0.0'

/** A libp2p node that is none of ours. */
async function rawNode(n: number) {
  const node = await createLibp2p({
    privateKey: await privateKeyFromSeed(seedOf(n)),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
  stopLater(async () => node.stop())
  return node
}

async function dial(
  node: Awaited<ReturnType<typeof rawNode>>,
  target: TestNode,
): Promise<Connection> {
  return node.dial(target.host.listenAddresses().map((address) => multiaddr(address)))
}

/** What the other side does with a stream: the first frame it sends, or that it resets it. */
async function answer(connection: Connection, protocol: string): Promise<string> {
  try {
    const stream = await connection.newStream(protocol, { signal: AbortSignal.timeout(2000) })
    const frame = await new FrameReader(stream).next(AbortSignal.timeout(2000))
    return frame ? textOf(frame) : 'ended'
  } catch (thrown) {
    return thrown instanceof Error && thrown.name === 'TimeoutError' ? 'silence' : 'reset'
  }
}

/** Introduces itself with these frames; true when the node took it for a member. */
async function introduce(frames: Iterable<Uint8Array>): Promise<boolean> {
  let failed = false
  const debug = (_: object, message: string) => {
    failed ||= message === 'an introduction failed'
  }
  const log = { ...silentLogger, debug }
  const [node, stranger] = [await startNode(1, { log }), await rawNode(9)]
  let heard = false
  node.port.receiveHello = () => {
    heard = true
    return true
  }
  const connection = await dial(stranger, node)
  const stream = await connection.newStream(helloProtocolOf(COALITION))
  await writeFrames(stream, frames).catch(() => {})
  await stream.close().catch(() => {})
  await until('an answer', () => heard || failed)
  return heard
}

describe('a stranger', () => {
  test('may introduce itself and hears who we are; nothing else is open to it', async () => {
    const [node, stranger] = [await startNode(1), await rawNode(9)]
    const connection = await dial(stranger, node)
    expect(await answer(connection, helloProtocolOf(COALITION))).toBe('hello')
    expect(await answer(connection, syncProtocolOf(COALITION))).toBe('reset')
    expect(await answer(connection, MESHSUB)).toBe('reset')
    expect(await answer(connection, IDENTIFY)).toBe('reset')
    expect(connection.status).toBe('open')
  })

  test('may introduce itself with so many frames, and no more', async () => {
    const frames = (count: number) => Array.from({ length: count }, () => bytesOf('x'))
    expect(await introduce(frames(MAX_HELLO_FRAMES))).toBe(true)
    expect(await introduce(frames(MAX_HELLO_FRAMES + 1))).toBe(false)
  })

  test('may introduce itself with so many bytes, and no more', async () => {
    const half = new Uint8Array(MAX_HELLO_BYTES / 2)
    expect(await introduce([half, half])).toBe(true)
    expect(await introduce([half, half, bytesOf('x')])).toBe(false)
  })

  test('may introduce itself so often on one connection, and no more', async () => {
    const [node, stranger] = [await startNode(1), await rawNode(9)]
    const connection = await dial(stranger, node)
    for (let i = 0; i < MAX_HELLOS; i++) {
      const stream = await connection.newStream(helloProtocolOf(COALITION))
      const reader = new FrameReader(stream)
      expect((await reader.next())?.length).toBeGreaterThan(0)
      await stream.close()
      await until('the end of it', () => stream.status === 'closed')
    }
    expect(await answer(connection, helloProtocolOf(COALITION))).toBe('reset')
  })

  test('cannot hold more introductions open at once than there may be', async () => {
    const [node, stranger] = [await startNode(1), await rawNode(9)]
    const connection = await dial(stranger, node)
    const hello = helloProtocolOf(COALITION)
    for (let i = 0; i < MAX_HELLO_STREAMS; i++) await connection.newStream(hello)
    expect(await answer(connection, hello)).toBe('reset')
  })

  test('does not get past the number of connections from one address', async () => {
    const limit = 2
    const node = await startNode(1, { inbound: { perSecond: 100, pending: 100, open: limit } })
    const strangers = await Promise.all([9, 10, 11].map(rawNode))
    const dials = []
    for (const stranger of strangers)
      dials.push(
        await dial(stranger, node).then(
          () => 'in',
          () => 'refused',
        ),
      )
    expect(dials).toEqual(['in', 'in', 'refused'])
  })
})

describe('a member whose gossip streams die', () => {
  test('gets the stream opened again, and at last a new connection', async () => {
    const [node, member] = [await startNode(1), await rawNode(9)]
    const gossip: Stream[] = []
    await member.handle(MESHSUB, (stream) => {
      gossip.push(stream)
      stream.addEventListener('message', () => stream.abort(new TypeError('deaf')))
    })
    node.port.members.add(await keyOfSeed(9))
    const connection = await dial(member, node)
    await until('a second stream', () => gossip.length >= 2)
    expect(connection.status).toBe('open')
    await until('the connection to close', () => connection.status !== 'open')
  })
})
