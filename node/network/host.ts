/**
 * The network of one node (design §6.3): keeps connections to all members, gossips and syncs
 * operations, lets joiners introduce themselves. Knows the replica only through `NetworkPort`.
 */
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { KeyId } from '../../src/op/ids.ts'
import { accept, type Result } from '../../src/op/refusal.ts'
import { gaterOf } from './admission.ts'
import { artefactProtocolOf } from './artefact-port.ts'
import { ArtefactServer } from './artefact-server.ts'
import { ConnectionKeeper } from './connection-keeper.ts'
import { makeContext, type NetworkContext } from './context.ts'
import { DialPlan } from './dial-plan.ts'
import { Dialler } from './dialler.ts'
import { NetworkError, reasonOf } from './errors.ts'
import { Gossip, makeGossipsub, topicOf } from './gossip.ts'
import { GuardedRegistrar } from './guard.ts'
import { Hello, helloProtocolOf } from './hello.ts'
import type { NetworkOptions, PeerEvent, PeerInfo } from './host-types.ts'
import { makeNode, type NetworkNode } from './libp2p-node.ts'
import { MAX_ARTEFACT_STREAMS_PER_PEER, MAX_CONNECTIONS, MAX_HELLO_STREAMS } from './limits.ts'
import { Patience } from './patience.ts'
import { keyOf, peerIdOf, privateKeyFromSeed } from './peer-key.ts'
import { ReadingPace } from './reading-pace.ts'
import { SyncRunner, syncProtocolOf } from './sync.ts'
import { TimerSet } from './timers.ts'
import { Watchdog } from './watchdog.ts'

/** Value of the tag that keeps libp2p from pruning members when there are too many connections. */
const MEMBER_TAG = { 'folkmoot-member': { value: 100 } }

/** Makes a host that is not started; its identity is the node key. */
export async function createNetworkHost(options: NetworkOptions): Promise<NetworkHost> {
  const privateKey = await privateKeyFromSeed(options.seed)
  const context = makeContext(options, privateKey)
  const { admission, port, timings } = context
  const guards: GuardedRegistrar[] = []
  const node = await makeNode({
    privateKey,
    timings,
    listen: options.listen,
    announce: options.announce ?? [],
    gater: gaterOf(admission, context.inbound),
    maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
    guard: (registrar) =>
      new GuardedRegistrar(registrar, (peer) => admission.memberKey(peer) !== undefined),
    makePubsub: (components) => {
      if (components.registrar instanceof GuardedRegistrar) guards.push(components.registrar)
      return makeGossipsub(components, topicOf(port.coalition), (key) => port.isMember(key))
    },
  })
  const [gossipGuard] = guards
  if (!gossipGuard) throw new NetworkError('not-started', 'libp2p made no gossip service')
  return new NetworkHost(context, node, gossipGuard)
}

/** One node's network. Start it once, stop it once. */
export class NetworkHost {
  /** Our own node key. */
  readonly key: KeyId
  private readonly context: NetworkContext
  private readonly node: NetworkNode
  private readonly gossipGuard: GuardedRegistrar
  private readonly plan: DialPlan
  private readonly dialler: Dialler
  private readonly hello: Hello
  private readonly gossip: Gossip
  private readonly sync: SyncRunner
  private readonly artefacts: ArtefactServer | undefined
  private readonly watchdog: Watchdog
  private readonly keeper: ConnectionKeeper
  private readonly patience: Patience
  private readonly timers = new TimerSet()
  private readonly listeners = new Set<(event: PeerEvent) => void>()

  /** Use `createNetworkHost`. */
  constructor(context: NetworkContext, node: NetworkNode, gossipGuard: GuardedRegistrar) {
    const { port, log, timings } = context
    this.key = context.self
    this.context = context
    this.node = node
    this.gossipGuard = gossipGuard
    this.patience = new Patience(context.now)
    this.plan = new DialPlan(context.self, timings, context, context.maxDials)
    this.dialler = this.makeDialler()
    this.hello = new Hello(port, timings.streamTimeoutMs, log, () => this.recheck())
    this.gossip = new Gossip(node.services.pubsub, port, log, {
      heard: (from) => this.watchdog.heard(from),
      vain: (from) => void this.bear(from, 1),
      rejected: (from) => this.punish(from, 'gossip-rejected'),
    })
    this.sync = this.makeSync()
    this.artefacts = this.makeArtefactServer()
    this.watchdog = this.makeWatchdog()
    this.keeper = this.makeKeeper()
    const pace = new ReadingPace(() => performance.now(), this.timers)
    gossipGuard.onStream = (stream, peer) => {
      const key = keyOf(peer)
      if (key !== undefined) pace.follow(stream, port.memberOf(key))
    }
  }

  /** Listens, and begins to dial, gossip and sync. Throws what libp2p throws, e.g. for a port in use. */
  async start(): Promise<void> {
    const { port, timings } = this.context
    this.gossip.listen()
    this.node.addEventListener('connection:open', ({ detail }) =>
      this.attempt(() => this.keeper.opened(detail)),
    )
    this.node.addEventListener('connection:close', ({ detail }) =>
      this.attempt(() => this.keeper.closed(detail)),
    )
    await this.node.handle(syncProtocolOf(port.coalition), (stream, connection) =>
      this.serveSync(stream, connection),
    )
    await this.node.handle(
      helloProtocolOf(port.coalition),
      (stream, connection) => this.hello.serve(stream, connection),
      { maxInboundStreams: MAX_HELLO_STREAMS },
    )
    await this.handleArtefacts()
    await this.node.start()
    this.gossip.join()
    this.sync.start()
    this.timers.every(timings.dialTickMs, () => this.attempt(() => this.dialler.tick()))
    this.timers.every(timings.watchdogTickMs, () => this.attempt(() => this.watchdog.tick()))
    this.dialler.tick()
  }

  /** Ends sessions, closes connections and stops listening. */
  async stop(): Promise<void> {
    this.timers.stop()
    this.keeper.stop()
    this.artefacts?.stop()
    await this.sync.stop()
    await this.node.stop()
  }

  /**
   * Gossips a message; refuses one over `MAX_GOSSIP_BYTES` as `gossip-too-large`. Members who are
   * connected but not heard to listen yet, as after a restart, get it by a session soon.
   */
  async publish(message: Uint8Array): Promise<Result<{ readonly sent: number }>> {
    const published = await this.gossip.publish(message)
    if (!published.ok) return published
    const reached = published.value
    this.syncWithout(reached)
    return accept({ sent: reached.length })
  }

  /** The connected members. */
  peers(): PeerInfo[] {
    const mesh = this.gossip.mesh()
    return this.keeper.members().flatMap((key) => {
      const connection = this.context.table.best(key)
      return connection ? [this.describe(key, connection, mesh)] : []
    })
  }

  /** Where we can be reached, as multiaddrs without the peer id: what a signed statement says. */
  listenAddresses(): string[] {
    return this.node.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/.*$/, ''))
  }

  /** Calls back when a member comes or goes; the returned function ends that. */
  onPeer(listener: (event: PeerEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Membership may have changed: admits and hangs up accordingly. Cheap; call after any change. */
  recheck(): void {
    this.keeper.recheck()
  }

  /** Dials everyone who is not connected, now. */
  poke(): void {
    this.plan.poke()
    this.dialler.tick()
  }

  /** Blocks exactly these keys, in both directions, and hangs up on them; dials who is freed. */
  setBlocked(keys: Iterable<KeyId>): void {
    const freed = this.context.admission.setBlocked(keys)
    this.recheck()
    if (freed.length > 0) this.poke()
  }

  /** A sync session now with a peer, or with every connected member; how many were asked for. */
  syncNow(peer?: KeyId): number {
    const peers = this.keeper.members().filter((key) => peer === undefined || key === peer)
    for (const key of peers) this.sync.now(key)
    return peers.length
  }

  /** A sync session soon, e.g. because a message's predecessor is missing; many requests become one. */
  syncSoon(peer: KeyId): void {
    if (this.keeper.members().includes(peer)) this.sync.soon(peer)
  }

  /**
   * Call after each session: how many operations it brought that had been published, while the peer
   * was connected, more than a few seconds before, so that gossip should have brought them.
   */
  noteSyncDelivered(peer: KeyId, count: number): void {
    this.watchdog.syncDelivered(peer, count)
  }

  /** Opens an artefact stream to a member; throws `peer-gone` when it is not connected. */
  async openArtefactStream(peer: KeyId, abort: AbortSignal): Promise<Stream> {
    const { port, table, timings } = this.context
    const connection = port.isMember(peer) ? table.best(peer) : undefined
    if (!connection) throw new NetworkError('peer-gone', `${peer} is not connected`)
    const signal = AbortSignal.any([abort, AbortSignal.timeout(timings.streamTimeoutMs)])
    return connection.newStream(artefactProtocolOf(port.coalition), { signal })
  }

  private syncWithout(reached: readonly PeerId[]): void {
    const members = this.keeper.members()
    if (reached.length >= members.length) return
    const has = new Set(reached.map(keyOf))
    for (const key of members) if (!has.has(key)) this.sync.soon(key)
  }

  private async handleArtefacts(): Promise<void> {
    const { artefacts } = this
    if (!artefacts) return
    await this.node.handle(
      artefactProtocolOf(this.context.port.coalition),
      (stream, { remotePeer }) => {
        const key = this.context.admission.memberKey(remotePeer)
        if (key !== undefined) return artefacts.serve(stream, key)
        stream.abort(new NetworkError('not-member', 'only members exchange artefacts'))
      },
      { maxInboundStreams: MAX_ARTEFACT_STREAMS_PER_PEER },
    )
  }

  private makeArtefactServer(): ArtefactServer | undefined {
    const { artefacts: port, log, timings } = this.context
    const onFault = (key: KeyId, fault: string) => this.punish(key, fault)
    return port && new ArtefactServer({ port, log, idleMs: timings.artefactIdleMs, onFault })
  }

  private serveSync(stream: Stream, { remotePeer }: Connection): Promise<void> | void {
    const key = this.context.admission.memberKey(remotePeer)
    if (key !== undefined) return this.sync.serve(stream, key)
    stream.abort(new NetworkError('not-member', 'only members sync'))
  }

  private makeDialler(): Dialler {
    const { context, node, plan } = this
    return new Dialler({
      node,
      plan,
      timeoutMs: context.timings.dialTimeoutMs,
      log: context.log,
      targets: () => this.dialTargets(),
      isUp: (key) => context.table.has(key),
    })
  }

  private dialTargets(): ReadonlyMap<KeyId, readonly string[]> {
    const { admission, port } = this.context
    return new Map([...port.addresses()].filter(([key]) => admission.mayDial(key)))
  }

  private makeSync(): SyncRunner {
    const { context } = this
    return new SyncRunner({
      ...context,
      connectionTo: (key) => (context.port.isMember(key) ? context.table.best(key) : undefined),
      connected: () => this.keeper.members(),
      onFault: (key, fault) => this.punish(key, fault),
      bear: (key, amount) => this.bear(key, amount),
    })
  }

  private makeWatchdog(): Watchdog {
    const { timings, now, table } = this.context
    return new Watchdog({
      timings,
      now,
      connected: () => this.keeper.members(),
      connectionsOf: (key) => table.of(key),
      reopen: (key) => this.attachGossip(key),
      renew: (key, why) => this.renew(key, why),
      lastSyncAt: (key) => this.sync.lastStartedAt(key),
    })
  }

  private makeKeeper(): ConnectionKeeper {
    return new ConnectionKeeper(this.context, {
      opened: (key) => this.plan.connected(key),
      unknown: (connection) => void this.hello.ask(connection),
      up: (key) => this.peerUp(key),
      down: (key) => this.peerDown(key),
      // The closed connection may have carried the gossip stream.
      moved: (key) => this.attachGossip(key),
      gone: (key, livedMs) => this.peerGone(key, livedMs),
    })
  }

  private peerUp(key: KeyId): void {
    this.attachGossip(key)
    this.sync.peerUp(key)
    this.node.peerStore.merge(peerIdOf(key), { tags: MEMBER_TAG }).catch(this.logFailure)
    this.emit({ type: 'connect', key })
  }

  private peerDown(key: KeyId): void {
    this.sync.peerDown(key)
    this.watchdog.forget(key)
    this.gossipGuard.detach(peerIdOf(key))
    this.emit({ type: 'disconnect', key })
  }

  private peerGone(key: KeyId, livedMs: number): void {
    this.plan.lost(key, livedMs)
    // The peer store never forgets by itself here: strangers must not fill it.
    if (!this.context.port.isMember(key))
      this.node.peerStore.delete(peerIdOf(key)).catch(this.logFailure)
  }

  private attachGossip(key: KeyId): void {
    const connection = this.context.table.best(key)
    if (connection) this.gossipGuard.attach(connection.remotePeer, connection)
  }

  private renew(key: KeyId, why: 'mute' | 'deaf'): void {
    this.context.log.info({ key, why }, 'gossip is silent; renewing the connection')
    this.keeper.hangUp(key, 'gossip-dead', `gossip is ${why}`)
  }

  /** False when our patience with the peer is used up: that is a fault. */
  private bear(key: KeyId, amount: number): boolean {
    if (this.patience.spend(key, amount)) return true
    this.punish(key, 'bothers-in-vain')
    return false
  }

  private punish(key: KeyId, fault: string): void {
    const blocked = this.context.faults.note(key)
    this.context.log.warn({ key, fault, blocked }, 'a peer broke a protocol')
    if (blocked) this.keeper.hangUp(key, 'blocked', 'too many faults')
  }

  private describe(key: KeyId, connection: Connection, mesh: ReadonlySet<string>): PeerInfo {
    const peerId = connection.remotePeer.toString()
    const score = this.gossip.score(connection.remotePeer)
    return {
      key,
      peerId,
      addr: connection.remoteAddr.toString(),
      direction: connection.direction,
      connectedMs: this.context.now() - connection.timeline.open,
      ...(connection.rtt === undefined ? {} : { latencyMs: connection.rtt }),
      inMesh: mesh.has(peerId),
      ...(score === undefined ? {} : { score }),
    }
  }

  /** What throws in a callback of a timer or of libp2p would end the process. */
  private attempt(react: () => void): void {
    try {
      react()
    } catch (thrown) {
      this.context.log.warn({ reason: reasonOf(thrown) }, 'the network host failed')
    }
  }

  private emit(event: PeerEvent): void {
    this.context.log.info(event, 'peer')
    for (const listener of this.listeners) listener(event)
  }

  private readonly logFailure = (thrown: unknown): void =>
    this.context.log.debug({ reason: reasonOf(thrown) }, 'peer store')
}
