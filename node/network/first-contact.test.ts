import { afterEach, describe, expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import { bytesOf, startNode, stopAll, type TestNode, until } from '../../test/support/network.ts'

afterEach(stopAll)

const NEVER_MS = 3_600_000
/** Neither sync nor the watchdog helps: what arrives came through the streams of first contact. */
const ALONE = {
  syncMinMs: NEVER_MS,
  syncMaxMs: NEVER_MS,
  syncGraceMs: NEVER_MS,
  watchdogTickMs: NEVER_MS,
  helloWindowMs: NEVER_MS,
}
/** Well below the time after which a dead gossip stream would be renewed. */
const SOON_MS = 3_000

/** Hosts on open connections, none a member to another: the introductions were not enough yet. */
async function strangers(size: number): Promise<TestNode[]> {
  const nodes = await Promise.all(
    Array.from({ length: size }, (_, i) => startNode(i + 1, { timings: ALONE })),
  )
  let introductions = 0
  for (const [i, { port }] of nodes.entries()) {
    for (const { key } of nodes) port.joiners.add(key)
    for (const { key, host } of nodes.slice(i + 1)) port.book.set(key, host.listenAddresses())
    port.receiveHello = () => {
      introductions++
      return false
    }
  }
  await until('introductions', () => introductions >= size * (size - 1))
  return nodes
}

/** The node learns that the other is a member. */
function admit(node: TestNode, other: TestNode): void {
  node.port.members.add(other.key)
  node.host.recheck()
}

/** The node refuses what the other opens, and learns right afterwards that it is a member. */
function admitAfterRefusal(
  node: TestNode,
  other: TestNode,
  later: (run: () => void) => void,
): void {
  const { port } = node
  port.isMember = (key: KeyId) => {
    if (key === other.key && !port.members.has(key)) later(() => admit(node, other))
    return port.members.has(key)
  }
}

async function expectGossip(nodes: readonly TestNode[]): Promise<void> {
  const isMeshed = ({ host }: TestNode) =>
    host.peers().filter(({ inMesh }) => inMesh).length === nodes.length - 1
  await until('a mesh', () => nodes.every(isMeshed), SOON_MS)
  for (const { host, key } of nodes) await host.publish(bytesOf(key))
  for (const { port, key } of nodes) {
    const others = nodes.map((node) => node.key).filter((other) => other !== key)
    await until('the others', () => port.gossiped.length === others.length, SOON_MS)
    expect(port.gossiped.toSorted()).toEqual(others.toSorted())
  }
}

describe('gossip flows soon after two strangers became members to each other', () => {
  test.each([
    ['right after it refused the first stream', queueMicrotask],
    ['a moment after it refused the first stream', setImmediate],
  ])('on the open connection, when one learns it %s', async (_, later) => {
    const [a, b] = await strangers(2)
    if (!a || !b) return expect.unreachable()
    admitAfterRefusal(b, a, later)
    admit(a, b)
    await expectGossip([a, b])
  })

  test('when both learn it in the same turn', async () => {
    const [a, b] = await strangers(2)
    if (!a || !b) return expect.unreachable()
    admit(b, a)
    admit(a, b)
    await expectGossip([a, b])
  })

  test('when three learn of each other one by one, each after a refusal', async () => {
    const nodes = await strangers(3)
    const [a, b, c] = nodes
    if (!a || !b || !c) return expect.unreachable()
    admitAfterRefusal(b, a, setImmediate)
    admitAfterRefusal(c, b, setImmediate)
    admitAfterRefusal(a, c, setImmediate)
    admit(a, b)
    await until('b to know a', () => b.port.members.has(a.key))
    admit(b, c)
    await until('c to know b', () => c.port.members.has(b.key))
    admit(c, a)
    await expectGossip(nodes)
  })
})
