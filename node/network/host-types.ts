/** What goes into and comes out of the network host. */
import type { KeyId } from '../../src/op/ids.ts'
import type { ArtefactPort } from './artefact-port.ts'
import type { InboundLimits } from './inbound-gate.ts'
import type { NetworkTimings } from './limits.ts'
import type { NetworkLogger, NetworkPort } from './port.ts'

/** How to run the network of one node. */
export interface NetworkOptions {
  readonly port: NetworkPort
  /** The node key's 32-byte ed25519 seed: the node key is the libp2p identity. */
  readonly seed: Uint8Array
  /** Where to listen, as multiaddrs: `/ip4/0.0.0.0/tcp/4001`. */
  readonly listen: readonly string[]
  /** What to say of where we are, instead of the addresses we listen on. */
  readonly announce?: readonly string[]
  readonly log?: NetworkLogger
  /** Where contents of artefacts come from; without it none are served. */
  readonly artefacts?: ArtefactPort
  readonly timings?: Partial<NetworkTimings>
  readonly maxConnections?: number
  /** Dials under way at once; `MAX_DIALS` unless told, at most the 100 of libp2p. */
  readonly maxDials?: number
  /** Inbound connections from one address, where they are to be others than the usual. */
  readonly inbound?: Partial<InboundLimits>
  /** The same from this very machine, on which other nodes may run; as from anywhere unless told. */
  readonly inboundHere?: Partial<InboundLimits>
  /** Wall clock in ms. */
  readonly now?: () => number
  /** Chance in [0, 1). */
  readonly random?: () => number
}

/** A connected member. */
export interface PeerInfo {
  readonly key: KeyId
  readonly peerId: string
  /** Where the peer is connected from or to, as a multiaddr. */
  readonly addr: string
  readonly direction: 'inbound' | 'outbound'
  readonly connectedMs: number
  /** Round trip of the last ping; absent before the first. */
  readonly latencyMs?: number
  /** True when gossip goes to this peer first. */
  readonly inMesh: boolean
  /** Gossip score; absent when unknown. */
  readonly score?: number
}

/** A member came or went: its first connection opened, its last one closed. */
export interface PeerEvent {
  readonly type: 'connect' | 'disconnect'
  readonly key: KeyId
}
