/** Connections without a network, for unit tests of who may stay and who syncs. */
import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdOf } from '../../node/network/peer-key.ts'
import type { KeyId } from '../../src/op/ids.ts'

/** What a test may say about a connection. */
export interface FakeConnectionInit {
  readonly direction?: 'inbound' | 'outbound'
  readonly openedAt?: number
  readonly host?: string
  readonly newStream?: Connection['newStream']
}

/** A connection whose `status` follows `abort` and `close`. */
export interface FakeConnection {
  readonly connection: Connection
  readonly status: () => string
}

/** Makes an open connection with the peer. */
export function fakeConnection(key: KeyId, init: FakeConnectionInit = {}): FakeConnection {
  const fake = {
    remotePeer: peerIdOf(key),
    remoteAddr: multiaddr(`/ip4/${init.host ?? '10.0.0.1'}/tcp/4001`),
    direction: init.direction ?? 'inbound',
    timeline: { open: init.openedAt ?? 0 },
    status: 'open',
    streams: [],
    newStream: init.newStream,
    abort: () => {
      fake.status = 'aborted'
    },
    close: async () => {
      fake.status = 'closed'
    },
  }
  // cast: a test double of libp2p's interface of thirty members.
  return { connection: fake as unknown as Connection, status: () => fake.status }
}
