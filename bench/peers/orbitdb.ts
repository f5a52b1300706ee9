/**
 * OrbitDB as its guide has it: an `events` database on Helia, with blocks and log in LevelDB, over
 * libp2p with TCP, noise, yamux and gossipsub. Every entry is signed by its author's key and checked.
 */
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { createOrbitDB } from '@orbitdb/core'
import { LevelBlockstore } from 'blockstore-level'
import { createHelia } from 'helia'
import { createLibp2p } from 'libp2p'
import { type Contender, type Peer, type PeerOptions, until } from './contender.ts'
import { versionOf } from './versions.ts'

interface Address {
  readonly database: string
  readonly multiaddrs: readonly string[]
}

async function open({ folder, role }: PeerOptions): Promise<Peer> {
  const libp2p = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), pubsub: gossipsub({ allowPublishToZeroTopicPeers: true }) },
  })
  const blockstore = new LevelBlockstore(join(folder, 'blocks'))
  const ipfs = await createHelia({ libp2p, blockstore })
  const orbitdb = await createOrbitDB({ ipfs, directory: join(folder, 'orbitdb') })
  let database = role === 'writer' ? await orbitdb.open('entries', { type: 'events' }) : undefined
  let seen = 0
  const address: Address = {
    database: database?.address ?? '',
    multiaddrs: libp2p.getMultiaddrs().map(String),
  }
  return {
    address,
    async connect(given) {
      const { database: at, multiaddrs } = given as Address
      const { multiaddr } = await import('@multiformats/multiaddr')
      await libp2p.dial(multiaddrs.map((one) => multiaddr(one)))
      database = await orbitdb.open(at)
      // Told of each head, once it and all before it are stored. With one writer the head's Lamport
      // time is how many entries there are.
      database.events.on('update', ({ clock }: { clock: { time: number } }) => {
        seen = Math.max(seen, clock.time)
      })
    },
    listened: () => until(() => database.peers.size > 0),
    // One after the other, as its guide does.
    async write(payloads) {
      for (const payload of payloads) await database.add(payload)
    },
    holds: (count) => until(() => seen >= count),
    async close() {
      await database?.close()
      await orbitdb.stop()
      await ipfs.stop()
    },
  }
}

/** OrbitDB. */
export const orbitdb: Contender = {
  name: 'OrbitDB',
  versions: [versionOf('@orbitdb/core'), versionOf('helia'), versionOf('libp2p')],
  open,
}
