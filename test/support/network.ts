/** What the network's tests share: a port in memory, a session that swaps byte strings, hosts on loopback. */
import type { Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { createNetworkHost, type NetworkHost } from '../../node/network/host.ts'
import type { NetworkOptions } from '../../node/network/host-types.ts'
import { STREAM_WINDOW_BYTES } from '../../node/network/limits.ts'
import { privateKeyFromSeed } from '../../node/network/peer-key.ts'
import type { NetworkPort, SessionOutcome } from '../../node/network/port.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import type { GossipJudgement, SessionStep, SyncSession } from '../../src/sync/session-types.ts'

/** The coalition of the tests. */
export const COALITION = 'bafytest'
/** UTF-8 of a text. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
/** The text of UTF-8. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** A seed that is the same for the same number. */
export const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n)

/** The key of `seedOf(n)`. */
export const keyOfSeed = async (n: number): Promise<KeyId> =>
  keyIdFromBytes((await privateKeyFromSeed(seedOf(n))).publicKey.raw)

/** The element at an index that is known to be there. */
export function at<T>(list: readonly T[], index: number): T {
  const element = list[index]
  if (element === undefined) throw new Deadline(`nothing at ${index}`)
  return element
}

const running: (() => Promise<void>)[] = []

/** Has `stopAll` call this. */
export const stopLater = (stop: () => Promise<void>): void => {
  running.push(stop)
}

/** Stops what the test started; call after each. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((stop) => stop()))
}

/** Waits until the condition holds; fails after the deadline with what was waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
): Promise<void> {
  const end = performance.now() + deadlineMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Deadline(what)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** What `until` throws. */
export class Deadline extends Error {
  override readonly name = 'Deadline'
  readonly code = 'deadline'
}

const ITEM = 1
const END = 0

/** Swaps sets of texts: one frame an item, then an end; any other frame is a fault. */
export class SwapSession implements SyncSession {
  private readonly items: Set<string>
  private readonly onItem: (item: string) => void

  constructor(items: Set<string>, onItem: (item: string) => void) {
    this.items = items
    this.onItem = onItem
  }

  start(): SessionStep {
    const frames = [...this.items].map((item) => Uint8Array.of(ITEM, ...bytesOf(item)))
    return { send: [...frames, Uint8Array.of(END)], done: false }
  }

  receive(frame: Uint8Array): SessionStep {
    if (frame[0] === END) return { send: [], done: true }
    if (frame[0] !== ITEM) return { send: [], done: false, fault: 'unknown-frame' }
    this.onItem(textOf(frame.subarray(1)))
    return { send: [], done: false }
  }
}

/** A replica that holds texts. What begins with `bad` is rejected by gossip. */
export class FakePort implements NetworkPort {
  readonly coalition: string = COALITION
  readonly members = new Set<KeyId>()
  readonly joiners = new Set<KeyId>()
  /** Whose keys are another's: each is its own root unless told. */
  readonly roots = new Map<KeyId, KeyId>()
  /** Keys that an introduction makes members. */
  readonly welcome = new Set<KeyId>()
  /** Whose introductions were taken. */
  readonly heard = new Set<KeyId>()
  readonly book = new Map<KeyId, readonly string[]>()
  readonly items = new Set<string>()
  readonly gossiped: string[] = []
  readonly outcomes: (SessionOutcome & { peer: KeyId })[] = []
  makeSession = (): SyncSession => new SwapSession(this.items, (item) => this.items.add(item))

  judge(message: Uint8Array): GossipJudgement {
    if (textOf(message).startsWith('bad')) return 'reject'
    return this.items.has(textOf(message)) ? 'ignore' : 'accept'
  }

  deliver(message: Uint8Array): void {
    this.gossiped.push(textOf(message))
    this.items.add(textOf(message))
  }

  openSession(): SyncSession {
    return this.makeSession()
  }

  sessionEnded(peer: KeyId, outcome: SessionOutcome): void {
    this.outcomes.push({ peer, ...outcome })
  }

  isMember(key: KeyId): boolean {
    return this.members.has(key)
  }

  memberOf(key: KeyId): KeyId {
    return this.roots.get(key) ?? key
  }

  isJoiner(key: KeyId): boolean {
    return this.joiners.has(key)
  }

  addresses(): ReadonlyMap<KeyId, readonly string[]> {
    return this.book
  }

  hello(): Uint8Array[] {
    return [bytesOf('hello')]
  }

  receiveHello(frames: readonly Uint8Array[], from: KeyId): boolean {
    this.heard.add(from)
    if (frames.map(textOf).join() !== 'hello' || !this.welcome.has(from)) return false
    this.members.add(from)
    return true
  }
}

/** A running host, its port and its key. */
export interface TestNode {
  readonly key: KeyId
  readonly port: FakePort
  readonly host: NetworkHost
}

/** Timings that let a test see in seconds what takes minutes. */
export const FAST = {
  dialTickMs: 50,
  dialMinMs: 200,
  dialMaxMs: 1000,
  dialGraceMs: 400,
  dialFirstGraceMs: 400,
  syncMinMs: 300,
  syncMaxMs: 600,
  syncGraceMs: 300,
  syncRetryMs: 100,
  syncSoonMs: 10,
  artefactPatienceMs: 2000,
  artefactIdleMs: 5000,
  artefactAskMs: 100,
  watchdogTickMs: 100,
  gossipReopenMs: 300,
  gossipDeadMs: 1500,
} as const

/** Starts a node whose key is that of `seedOf(n)`; `stopAll` stops it. */
export async function startNode(
  n: number,
  options: Partial<NetworkOptions> = {},
): Promise<TestNode> {
  const port = new FakePort()
  const host = await createNetworkHost({
    port,
    seed: seedOf(n),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    inbound: { perSecond: 100, pending: 100, open: 100 },
    ...options,
    timings: { ...FAST, ...options.timings },
  })
  await host.start()
  stopLater(() => host.stop())
  return { key: host.key, port, host }
}

/** Makes the nodes members of one coalition that know each other's addresses. */
export function acquaint(...nodes: TestNode[]): void {
  for (const node of nodes) {
    for (const other of nodes) node.port.members.add(other.key)
    for (const other of nodes) node.port.book.set(other.key, other.host.listenAddresses())
    node.host.recheck()
    node.host.poke()
  }
}

/** True when the node is connected to exactly these. */
export const connectedTo = (node: TestNode, ...others: TestNode[]): boolean => {
  const keys = node.host.peers().map(({ key }) => key)
  return keys.length === others.length && others.every(({ key }) => keys.includes(key))
}

/** Both ends of one stream between two nodes on loopback, which `stopAll` stops. */
export async function streamPair(): Promise<{ near: Stream; far: Stream }> {
  const [a, b] = await Promise.all([plainNode(), plainNode()])
  const opened = Promise.withResolvers<Stream>()
  await b.handle('/pair', (stream) => opened.resolve(stream))
  const near = await a.dialProtocol(b.getMultiaddrs(), '/pair', {
    signal: AbortSignal.timeout(5000),
  })
  return { near, far: await opened.promise }
}

async function plainNode() {
  const node = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES } })],
  })
  stopLater(async () => node.stop())
  return node
}
