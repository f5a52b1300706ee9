/** The libp2p node, put together: tcp, noise, yamux, identify, ping, gossipsub (design §6.3). */
import type { GossipSub, GossipSubComponents } from '@libp2p/gossipsub'
import type { Identify, IdentifyPush } from '@libp2p/identify'
import { identify, identifyPush } from '@libp2p/identify'
import type { ConnectionGater, Libp2p, PrivateKey } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import type { Ping } from '@libp2p/ping'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import type { GuardedRegistrar } from './guard.ts'
import {
  HANDSHAKE_MS,
  MAX_PENDING_CONNECTIONS,
  MAX_STREAMS_PER_CONNECTION,
  type NetworkTimings,
  STREAM_WINDOW_BYTES,
} from './limits.ts'

/** Our libp2p. */
export type NetworkNode = Libp2p<{
  identify: Identify
  identifyPush: IdentifyPush
  ping: Ping
  pubsub: GossipSub
}>

/** What a node is made from. */
export interface NodeInit {
  readonly privateKey: PrivateKey
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly gater: ConnectionGater
  /** Puts a guard between a service and the peers. */
  readonly guard: (registrar: GossipSubComponents['registrar']) => GuardedRegistrar
  readonly makePubsub: (components: GossipSubComponents) => GossipSub
  readonly timings: NetworkTimings
  readonly maxConnections: number
}

/** A node that is not started yet. Ping alone is open to everyone: its silence closes a connection. */
export async function makeNode(init: NodeInit): Promise<NetworkNode> {
  return createLibp2p({
    start: false,
    privateKey: init.privateKey,
    addresses: { listen: [...init.listen], announce: [...init.announce] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux(MUXER)],
    connectionGater: init.gater,
    connectionManager: {
      maxConnections: init.maxConnections,
      // The gate counts by place, which an address of IPv6 is not.
      inboundConnectionThreshold: Number.POSITIVE_INFINITY,
      inboundUpgradeTimeout: HANDSHAKE_MS,
      maxIncomingPendingConnections: MAX_PENDING_CONNECTIONS,
    },
    connectionMonitor: {
      pingInterval: init.timings.pingIntervalMs,
      pingTimeout: { minTimeout: init.timings.pingTimeoutMs },
    },
    // libp2p forgets addresses after an hour otherwise.
    peerStore: { maxAddressAge: Infinity, maxPeerAge: Infinity },
    services: services(init),
  })
}

/** A window above the 4 MiB read buffer would reset paused streams. */
const MUXER = {
  maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
  streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES },
}

type IdentifyParts = Parameters<ReturnType<typeof identifyPush>>[0]

/** Identify, push and gossip behind a guard: a stranger learns our addresses from none of them. */
const services = ({ guard, makePubsub }: NodeInit) => ({
  identify: (parts: IdentifyParts) => identify()(guardedIdentify(parts, guard)),
  identifyPush: (parts: IdentifyParts) => identifyPush()(guardedIdentify(parts, guard)),
  ping: ping(),
  pubsub: (parts: GossipSubComponents) =>
    makePubsub({
      privateKey: parts.privateKey,
      peerId: parts.peerId,
      peerStore: parts.peerStore,
      connectionManager: parts.connectionManager,
      logger: parts.logger,
      registrar: guard(parts.registrar),
    }),
})

/** libp2p's components are a proxy that cannot be spread. */
const guardedIdentify = (parts: IdentifyParts, guard: NodeInit['guard']): IdentifyParts => ({
  peerId: parts.peerId,
  privateKey: parts.privateKey,
  peerStore: parts.peerStore,
  connectionManager: parts.connectionManager,
  addressManager: parts.addressManager,
  events: parts.events,
  logger: parts.logger,
  nodeInfo: parts.nodeInfo,
  registrar: guard(parts.registrar),
})
