/** Bare libp2p nodes in one process, connected all to all, with gossipsub as we set it up. */
import { createHash } from 'node:crypto'
import { type GossipSub, gossipsub, StrictNoSign } from '@libp2p/gossipsub'
import { createPeerScoreParams } from '@libp2p/gossipsub/score'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { meshPeers } from '../../node/network/gossip-inspect.ts'
import { until } from '../support/network.ts'
import { MESH_DEADLINE_MS } from './node-mesh.ts'

/** The topic of the raw mesh. */
export const RAW_TOPIC = 'raw'

/** One bare node. */
export interface RawNode {
  readonly pubsub: GossipSub
  stop(): Promise<void>
}

const makeNode = () =>
  createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 1000, maxIncomingPendingConnections: 1000 },
    connectionMonitor: { pingInterval: 5000 },
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub({
        globalSignaturePolicy: StrictNoSign,
        msgIdFn: ({ data }) => createHash('sha256').update(data).digest(),
        allowPublishToZeroTopicPeers: true,
        ignoreDuplicatePublishError: true,
        fallbackToFloodsub: false,
        // Twenty nodes share one address.
        scoreParams: createPeerScoreParams({ IPColocationFactorWeight: 0 }),
      }),
    },
  })

/** Starts nodes, connects all to all, waits for the mesh. */
export async function startRawMesh(size: number): Promise<RawNode[]> {
  const nodes = await Promise.all(Array.from({ length: size }, makeNode))
  for (const { services } of nodes) services.pubsub.subscribe(RAW_TOPIC)
  for (const [i, node] of nodes.entries())
    for (const other of nodes.slice(i + 1)) await node.dial(other.getMultiaddrs())
  const isMeshed = (node: (typeof nodes)[number]) =>
    meshPeers(node.services.pubsub, RAW_TOPIC).length >= 4
  await until('a raw mesh', () => nodes.every(isMeshed), MESH_DEADLINE_MS)
  return nodes.map((node) => ({
    pubsub: node.services.pubsub,
    stop: async () => node.stop(),
  }))
}
