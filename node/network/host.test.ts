import { afterEach, describe, expect, test } from 'vitest'
import type { SyncSession } from '../../src/sync/session-types.ts'
import {
  acquaint,
  bytesOf,
  connectedTo,
  startNode,
  stopAll,
  type TestNode,
  until,
} from '../../test/support/network.ts'
import { topicOf } from './gossip.ts'
import {
  FAULTS_BEFORE_BLOCK,
  MAX_GOSSIP_BYTES,
  MAX_GOSSIP_CONTROLS,
  MAX_GOSSIP_SUBSCRIPTIONS,
  type NetworkTimings,
} from './limits.ts'
import { peerIdOf } from './peer-key.ts'

afterEach(stopAll)

/** Members 1…n, all connected to all. */
async function coalition(size: number, timings: Partial<NetworkTimings> = {}): Promise<TestNode[]> {
  const start = (_: unknown, i: number) => startNode(i + 1, { timings })
  const nodes = await Promise.all(Array.from({ length: size }, start))
  acquaint(...nodes)
  for (const node of nodes) {
    const others = nodes.filter((other) => other !== node)
    await until('a full mesh', () => connectedTo(node, ...others))
  }
  return nodes
}

const QUIET_MS = 3_600_000
/** No sync: what arrives came through gossip. */
const GOSSIP_ONLY = { syncMinMs: QUIET_MS, syncMaxMs: QUIET_MS, syncGraceMs: QUIET_MS }

describe('gossip', () => {
  test('a message reaches every member', async () => {
    const nodes = await coalition(4)
    const [first] = nodes
    await until('a mesh', () => first?.host.peers().filter((peer) => peer.inMesh).length === 3)
    expect(await first?.host.publish(bytesOf('news'))).toMatchObject({
      ok: true,
      value: { sent: 3 },
    })
    for (const node of nodes.slice(1))
      await until('the news', () => node.port.gossiped.includes('news'))
    expect(nodes.flatMap(({ port }) => port.gossiped)).toEqual(['news', 'news', 'news'])
  })

  test('what the judge rejects goes nowhere and costs the sender its score', async () => {
    const nodes = await coalition(2)
    const [a, b] = nodes
    if (!a || !b) return expect.unreachable()
    await until('a mesh', () => a.host.peers().some((peer) => peer.inMesh))
    const before = b.host.peers()[0]?.score ?? 0
    await a.host.publish(bytesOf('bad news'))
    await until('a lower score', () => (b.host.peers()[0]?.score ?? 0) < before)
    expect(b.port.gossiped).toEqual([])
  })

  test('a message over the limit is refused, one at the limit passes', async () => {
    const [a, b] = await coalition(2)
    if (!a || !b) return expect.unreachable()
    await until('a mesh', () => a.host.peers().some((peer) => peer.inMesh))
    const over = await a.host.publish(new Uint8Array(MAX_GOSSIP_BYTES + 1))
    expect(over).toMatchObject({ ok: false, code: 'gossip-too-large' })
    const at = await a.host.publish(new Uint8Array(MAX_GOSSIP_BYTES).fill(65))
    expect(at).toMatchObject({ ok: true, value: { sent: 1 } })
    await until('the message', () => b.port.gossiped.some((m) => m.length === MAX_GOSSIP_BYTES))
  })
})

test.each([
  [
    'controls',
    MAX_GOSSIP_CONTROLS,
    (count: number, topicID: string) => ({
      control: { ...NO_CONTROLS, graft: Array.from({ length: count }, () => ({ topicID })) },
    }),
  ],
  [
    'subscriptions',
    MAX_GOSSIP_SUBSCRIPTIONS,
    (count: number) => ({
      subscriptions: Array.from({ length: count }, (_, i) => ({ subscribe: true, topic: `${i}` })),
    }),
  ],
])('gossip with the most %s is read, with one more it is not', async (_, most, more) => {
  const [a, b] = await coalition(2)
  if (!a || !b) return expect.unreachable()
  await until('a mesh', () => a.host.peers().some((peer) => peer.inMesh))
  const topic = topicOf(a.port.coalition)
  const send = (word: string, count: number): void =>
    pubsubOf(a).sendRpc(peerIdOf(b.key).toString(), {
      subscriptions: [],
      messages: [{ topic, data: bytesOf(word) }],
      ...more(count, topic),
    })
  send('over', most + 1)
  send('at', most)
  await until('what comes last', () => b.port.gossiped.includes('at'))
  expect(b.port.gossiped).toEqual(['at'])
})

const NO_CONTROLS = { ihave: [], iwant: [], graft: [], prune: [], idontwant: [] }

/** What the library itself offers of a node: to send what no honest node would. */
const pubsubOf = ({ host }: TestNode) => Reflect.get(Reflect.get(host, 'gossip'), 'pubsub')

describe('anti-entropy', () => {
  test('brings what we publish to a member that gossip does not reach', async () => {
    const quiet = { syncMinMs: QUIET_MS, syncMaxMs: QUIET_MS }
    const [a, b, c] = await coalition(3, quiet)
    if (!a || !b || !c) return expect.unreachable()
    const sessions = (peer: TestNode) =>
      a.port.outcomes.filter(({ peer: key }) => key === peer.key).length
    await until('first sessions', () => sessions(b) > 0 && sessions(c) > 0)
    await until('a mesh', () => a.host.peers().filter((peer) => peer.inMesh).length === 2)
    pubsubOf(b).unsubscribe(topicOf(b.port.coalition))
    await until('b is deaf', () => a.host.peers().filter((peer) => peer.inMesh).length === 1)
    const before = sessions(c)
    a.port.items.add('news')
    expect(await a.host.publish(bytesOf('news'))).toMatchObject({ value: { sent: 1 } })
    await until('the news', () => b.port.items.has('news'))
    expect(b.port.gossiped).toEqual([])
    expect(sessions(c)).toBe(before)
  })

  test('brings what gossip never carried, both ways', async () => {
    const [a, b] = await coalition(2)
    if (!a || !b) return expect.unreachable()
    a.port.items.add('from a')
    b.port.items.add('from b')
    await until('union', () => a.port.items.size === 2 && b.port.items.size === 2)
    expect(a.port.gossiped).toEqual([])
  })

  test('garbage on the sync stream is a fault; the third blocks the peer', async () => {
    const [a, b] = await coalition(2)
    if (!a || !b) return expect.unreachable()
    const garbage: SyncSession = {
      start: () => ({ send: [bytesOf('garbage')], done: false }),
      receive: () => ({ send: [], done: false }),
    }
    b.port.makeSession = () => garbage
    const faults = () => a.port.outcomes.filter(({ fault }) => fault === 'unknown-frame').length
    await until('faults', () => faults() >= FAULTS_BEFORE_BLOCK)
    await until('a hang-up', () => connectedTo(a) && connectedTo(b))
    expect(faults()).toBe(FAULTS_BEFORE_BLOCK)
    expect(a.host.syncNow(b.key)).toBe(0)
  })
})

describe('admission', () => {
  test('a key that nobody knows is hung up on, and gets neither gossip nor sync', async () => {
    const member = await startNode(1, { timings: { helloWindowMs: 300 } })
    const stranger = await startNode(2)
    member.port.members.add(member.key)
    stranger.port.members.add(member.key).add(stranger.key)
    stranger.port.book.set(member.key, member.host.listenAddresses())
    member.port.items.add('secret')
    const seen: string[] = []
    stranger.host.onPeer(({ type }) => seen.push(type))
    await until('a visit', () => seen.includes('disconnect'))
    expect(member.host.peers()).toEqual([])
    expect(stranger.port.items.size).toBe(0)
    expect(stranger.port.outcomes.every(({ complete }) => !complete)).toBe(true)
    // Whoever takes the other for a member hears what that has to say: its own key may have ended.
    expect(stranger.port.heard).toContain(member.key)
  })

  test('an introduction makes a joiner a member, on the connection that is open', async () => {
    const member = await startNode(1)
    const joiner = await startNode(2)
    member.port.members.add(member.key)
    member.port.welcome.add(joiner.key)
    member.port.items.add('history')
    joiner.port.joiners.add(member.key)
    joiner.port.welcome.add(member.key)
    joiner.port.members.add(joiner.key)
    joiner.port.book.set(member.key, member.host.listenAddresses())
    await until('membership', () => connectedTo(member, joiner) && connectedTo(joiner, member))
    await until('the history', () => joiner.port.items.has('history'))
    await until('gossip', () => member.host.peers().some((peer) => peer.inMesh))
    await joiner.host.publish(bytesOf('hello all'))
    await until('the message', () => member.port.gossiped.includes('hello all'))
  })

  test('a member whose membership ends is hung up on', async () => {
    const [a, b] = await coalition(2)
    if (!a || !b) return expect.unreachable()
    a.port.members.delete(b.key)
    a.host.recheck()
    await until('a hang-up', () => connectedTo(a))
  })
})

describe('a member that floods', () => {
  test('is blocked after so many messages that no honest peer forwards', async () => {
    const [a, b] = await coalition(2)
    if (!a || !b) return expect.unreachable()
    await until('a mesh', () => a.host.peers().some((peer) => peer.inMesh))
    for (let i = 0; i < FAULTS_BEFORE_BLOCK; i++) await a.host.publish(bytesOf(`bad ${i}`))
    await until('a hang-up', () => connectedTo(b))
    a.host.poke()
    await until('a dial that is refused', () => connectedTo(a))
  })
})

describe('connections', () => {
  test('blocked peers part at once, and meet again within seconds of the release', async () => {
    const [a, b, c] = await coalition(3)
    if (!a || !b || !c) return expect.unreachable()
    a.host.setBlocked([b.key, c.key])
    await until('a partition', () => connectedTo(a) && connectedTo(b, c) && connectedTo(c, b))
    b.port.items.add('meanwhile')
    a.host.setBlocked([])
    await until('one net', () => connectedTo(a, b, c) && connectedTo(b, a, c), 5000)
    await until('what was missed', () => a.port.items.has('meanwhile'))
  })

  test('a peer that comes back on another port is found by its new address', async () => {
    const [a, b] = await coalition(2)
    if (!a || !b) return expect.unreachable()
    await b.host.stop()
    await until('a loss', () => connectedTo(a))
    const again = await startNode(2)
    again.port.members.add(a.key).add(again.key)
    a.port.book.set(again.key, again.host.listenAddresses())
    await until('a reunion', () => connectedTo(a, again) && connectedTo(again, a), 5000)
  })

  test('both sides dialling at once leave one connection, with gossip on it', async () => {
    const [a, b] = await Promise.all([startNode(1), startNode(2)])
    // poke() takes away the higher key's grace: both dial in the same tick.
    acquaint(a, b)
    a.host.poke()
    b.host.poke()
    await until('a mesh', () => [a, b].every(({ host }) => host.peers()[0]?.inMesh === true))
    await b.host.publish(bytesOf('one'))
    await until('gossip', () => a.port.gossiped.includes('one'))
    await a.host.publish(bytesOf('two'))
    await until('gossip back', () => b.port.gossiped.includes('two'))
  })

  test('a peer whose gossip does not arrive gets a new connection', async () => {
    const timings = { ...GOSSIP_ONLY, deafSettleMs: 0 }
    const [a, b] = await Promise.all([startNode(1, { timings }), startNode(2, { timings })])
    acquaint(a, b)
    await until('a connection', () => connectedTo(a, b))
    a.host.syncNow(b.key)
    await until('a session', () => a.port.outcomes.length > 0)
    const events: string[] = []
    a.host.onPeer(({ type }) => events.push(type))
    a.host.noteSyncDelivered(b.key, 1)
    a.host.noteSyncDelivered(b.key, 1)
    await until('a new connection', () => events.join() === 'disconnect,connect')
  })

  test('says who is connected and where we listen', async () => {
    const [a, b] = await Promise.all(
      [1, 2].map((n) => startNode(n, { timings: { pingIntervalMs: 100 } })),
    )
    if (!a || !b) return expect.unreachable()
    acquaint(a, b)
    await until('a ping', () => a.host.peers()[0]?.latencyMs !== undefined)
    const [peer] = a.host.peers()
    expect(peer).toMatchObject({ key: b.key, score: expect.any(Number) })
    expect(peer?.addr).toContain('/ip4/127.0.0.1/tcp/')
    expect(a.host.listenAddresses()).toEqual([
      expect.stringMatching(/^\/ip4\/127.0.0.1\/tcp\/\d+$/),
    ])
  })
})
