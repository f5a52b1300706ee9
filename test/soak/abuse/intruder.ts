/** The attacker's end of the wire: libp2p without any of our manners, from any address of this machine. */
import { RPC } from '@libp2p/gossipsub/message'
import type { Connection, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { type TCPSocketOptions, tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import { encode } from 'uint8-varint'
import { Uint8ArrayList } from 'uint8arraylist'
import { topicOf } from '../../../node/network/gossip.ts'
import { privateKeyFromSeed } from '../../../node/network/peer-key.ts'
import { syncProtocolOf } from '../../../node/network/sync.ts'
import type { CoalitionId } from '../../../src/op/ids.ts'

const MESHSUB = ['/meshsub/1.2.0', '/meshsub/1.1.0']
/** Patience of one step, in ms. */
export const STEP_MS = 5_000

/** An address of this machine that is nobody's: each number gives another. */
export const sourceAddress = (n: number): string =>
  `127.${66 + (Math.floor(n / 62_500) % 100)}.${Math.floor(n / 250) % 250}.${1 + (n % 250)}`

/** How an intruder behaves when it is spoken to. */
export interface Manners {
  /** A sync stream that a victim opened; it is cut at once unless told. */
  readonly onSync?: (stream: Stream) => void
}

/** One identity at one address, connected to nobody yet. */
export class Intruder {
  readonly coalition: CoalitionId
  private readonly node: Libp2p

  private constructor(coalition: CoalitionId, node: Libp2p) {
    this.coalition = coalition
    this.node = node
  }

  /** Takes what victims say and answers nothing, so that they do not renew the connection. */
  static async enter(
    coalition: CoalitionId,
    seed: Uint8Array,
    from: string,
    { onSync }: Manners = {},
  ): Promise<Intruder> {
    const dialOpts: TCPSocketOptions & { readonly localAddress: string } = { localAddress: from }
    const node = await createLibp2p({
      privateKey: await privateKeyFromSeed(seed),
      transports: [tcp({ dialOpts })],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionManager: { reconnectRetries: 0 },
    })
    for (const protocol of MESHSUB)
      await node.handle(protocol, (stream) => void stream.addEventListener('message', () => {}))
    await node.handle(syncProtocolOf(coalition), (stream) =>
      onSync ? onSync(stream) : stream.abort(new RangeError('not now')),
    )
    return new Intruder(coalition, node)
  }

  dial(victim: string): Promise<Connection> {
    return this.node.dial(multiaddr(victim), { signal: AbortSignal.timeout(STEP_MS) })
  }

  /** A stream of a protocol, or of gossip. */
  async stream(victim: string, protocol: string | readonly string[] = MESHSUB): Promise<Stream> {
    const connection = await this.dial(victim)
    return connection.newStream([protocol].flat(), { signal: AbortSignal.timeout(STEP_MS) })
  }

  async leave(): Promise<void> {
    await this.node.stop()
  }
}

/** A frame as it goes over the wire; any size, any bytes. */
export const framed = (bytes: Uint8Array): Uint8ArrayList =>
  new Uint8ArrayList(encode(bytes.length), bytes)

/** Sends as fast as the other side takes it; false once the stream is gone. */
export async function push(stream: Stream, data: Uint8ArrayList | Uint8Array): Promise<boolean> {
  if (stream.writeStatus !== 'writable') return false
  try {
    stream.send(data)
  } catch {
    return false
  }
  if (stream.writableNeedsDrain) await drained(stream)
  return stream.writeStatus === 'writable'
}

async function drained(stream: Stream): Promise<void> {
  const done = Promise.withResolvers<void>()
  const finish = (): void => done.resolve()
  const late = setTimeout(finish, STEP_MS)
  stream.addEventListener('drain', finish)
  stream.addEventListener('close', finish)
  await done.promise
  clearTimeout(late)
  stream.removeEventListener('drain', finish)
  stream.removeEventListener('close', finish)
}

/** A gossip message to all that listen. */
export const gossiped = (coalition: CoalitionId, data: readonly Uint8Array[]): Uint8ArrayList =>
  rpc({ messages: data.map((one) => ({ topic: topicOf(coalition), data: one })) })

/** Any gossip RPC. */
export const rpc = (content: Partial<RPC>): Uint8ArrayList =>
  framed(RPC.encode({ subscriptions: [], messages: [], ...content }))
