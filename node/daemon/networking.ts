/** The daemon's network: the host with everything between it and the replica (design §2.6, §6.3). */
import type { KeyId } from '../../src/op/ids.ts'
import { invariant } from '../../src/op/refusal.ts'
import type { Issued } from '../../src/replica/replica.ts'
import { blockedKeys } from '../api/block-list.ts'
import { nameOf } from '../api/naming.ts'
import { learntOwnRoot } from '../api/own-root.ts'
import { messageOf } from '../home/errors.ts'
import { readNodeKey } from '../home/node-key.ts'
import { createNetworkHost, type NetworkHost } from '../network/host.ts'
import type { PeerEvent } from '../network/host-types.ts'
import type { NetworkTimings } from '../network/limits.ts'
import { Announcer } from './announcer.ts'
import type { FetchNetwork } from './artefact-fetch.ts'
import { Artefacts } from './artefacts.ts'
import type { Core } from './core.ts'
import { DaemonError } from './errors.ts'
import { GossipJudge } from './gossip-judge.ts'
import { GossipVerifier } from './gossip-verifier.ts'
import { IngestQueue } from './ingest-queue.ts'
import type { Listening } from './listening.ts'
import { Members } from './members.ts'
import { networkOptionsOf } from './network-options.ts'
import { ReplicaPort } from './port.ts'
import { publishAll } from './publisher.ts'
import { SyncSessions } from './sync-sessions.ts'

/** How to run the network beyond what settings say. */
export interface NetworkingOptions {
  /** Something came that the steward may have to act on. */
  readonly poke: () => void
  /** Nothing is announced before it is over. */
  readonly listening: Listening
  /** Tests see in seconds what takes minutes. */
  readonly timings?: Partial<NetworkTimings>
}

/** The started network of one daemon. */
export class Networking {
  /** Contents: fetched from members, served to them. */
  readonly artefacts: Artefacts
  private readonly core: Core
  private readonly poke: () => void
  private readonly listening: Listening
  private readonly queue: IngestQueue
  private readonly members: Members
  private readonly announcer: Announcer
  private readonly connectedSince = new Map<KeyId, number>()
  private opened: NetworkHost | undefined

  private constructor(core: Core, { poke, listening, timings }: NetworkingOptions) {
    this.core = core
    this.poke = poke
    this.listening = listening
    this.artefacts = new Artefacts(core, this.fetchNetwork(), timings)
    const { replica, log, keeper } = core
    this.queue = new IngestQueue({ replica, log, taken: (ops) => keeper.touch(ops) })
    this.members = new Members(replica, () => this.membersChanged())
    this.announcer = this.makeAnnouncer()
  }

  /** Makes and starts the host; throws `network-unavailable`. */
  static async start(core: Core, options: NetworkingOptions): Promise<Networking> {
    const networking = new Networking(core, options)
    await networking.open(options.timings ?? {})
    return networking
  }

  /** The host. */
  get host(): NetworkHost {
    invariant(this.opened, 'the network is used before it was started')
    return this.opened
  }

  /** Sends what is on disk already. */
  publish(ops: readonly Issued[]): void {
    if (this.opened) void publishAll(this.opened, ops, this.core.log)
  }

  /** What no event announces: our addresses, and whose time to connect is over. */
  check(): void {
    this.announcer.check()
    this.members.check()
  }

  /** Ends sessions and connections, and takes in what had been accepted. */
  async stop(): Promise<void> {
    await this.artefacts.stop()
    await this.host.stop()
    this.queue.drain()
  }

  private async open(timings: Partial<NetworkTimings>): Promise<void> {
    const { home, log, replica } = this.core
    const members = replica.charter?.charter.stakeholders.length ?? 0
    const options = networkOptionsOf(home.config.values, members)
    try {
      this.opened = await createNetworkHost({
        ...options,
        timings: { ...options.timings, ...timings },
        port: this.makePort(),
        artefacts: this.artefacts,
        seed: readNodeKey(home),
        log,
      })
      this.opened.setBlocked(blockedKeys(replica))
      this.opened.onPeer((event) => this.peerChanged(event))
      await this.opened.start()
      this.artefacts.resume()
    } catch (error) {
      await this.opened?.stop()
      throw unavailable(options.listen, error)
    }
  }

  private fetchNetwork(): FetchNetwork {
    return {
      connected: () => this.opened?.peers().map(({ key }) => key) ?? [],
      openArtefactStream: (peer, signal) => this.host.openArtefactStream(peer, signal),
    }
  }

  private makePort(): ReplicaPort {
    const { home, replica, bootstrap, keeper, log } = this.core
    return new ReplicaPort({
      replica,
      root: home.identity.root,
      bootstrap,
      rules: home.config.values,
      members: this.members,
      judge: this.makeJudge(),
      sessions: this.makeSessions(),
      taken: (ops) => keeper.touch(ops),
      isReadOnly: () => keeper.isReadOnly,
      log,
    })
  }

  private makeJudge(): GossipJudge {
    const { replica, keeper, verifier, pool } = this.core
    return new GossipJudge({
      replica,
      queue: this.queue,
      verifier: new GossipVerifier(verifier, pool),
      isReadOnly: () => keeper.isReadOnly,
      ask: (peer) => this.opened?.syncSoon(peer),
    })
  }

  private makeSessions(): SyncSessions {
    const { replica, keeper } = this.core
    return new SyncSessions({
      replica,
      isReadOnly: () => keeper.isReadOnly,
      taken: (ops) => keeper.touch(ops),
      connectedSince: (peer) => this.connectedSince.get(peer),
      connected: () => [...this.connectedSince.keys()],
      syncSoon: (peer) => this.opened?.syncSoon(peer),
      lateOps: (peer, count) => this.opened?.noteSyncDelivered(peer, count),
      completed: (peer, beganAt) => this.sessionCompleted(peer, beganAt),
    })
  }

  private makeAnnouncer(): Announcer {
    const { replica, home, log, keeper } = this.core
    return new Announcer({
      replica,
      log,
      announce: home.config.values.announce,
      rules: home.config.values,
      listenAddresses: () => this.opened?.listenAddresses() ?? [],
      isReadOnly: () => keeper.isReadOnly || !this.listening.isOver,
      publish: (issued) => this.publish(issued),
    })
  }

  private sessionCompleted(peer: KeyId, beganAt: number): void {
    const { replica, keeper } = this.core
    this.listening.heard()
    if (learntOwnRoot(replica)) keeper.touch(1)
    this.members.synced(peer, beganAt)
    this.poke()
  }

  private membersChanged(): void {
    this.opened?.recheck()
    this.opened?.poke()
  }

  private peerChanged({ type, key }: PeerEvent): void {
    const { replica, events } = this.core
    if (type === 'connect') this.connectedSince.set(key, replica.clock.now())
    else this.connectedSince.delete(key)
    const sentence = `${nameOf(replica, key)} ${type === 'connect' ? 'connected' : 'disconnected'}.`
    events.add({ kind: type, proposal: null, sentence })
  }
}

const unavailable = (listen: readonly string[], error: unknown): DaemonError =>
  new DaemonError(
    'network-unavailable',
    `the network cannot listen on ${listen.join(', ')}: ${messageOf(error)}`,
    'choose other addresses: folkmoot config set listen /ip4/0.0.0.0/tcp/4001',
    error,
  )
