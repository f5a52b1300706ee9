/**
 * Keeps libp2p's own services (gossip, identify) from peers that are no members. libp2p 3.3 has
 * stream middleware for this, but appends its handler to the middleware at every stream, so that
 * the second stream is handled twice; hence a registrar that checks in between.
 */

import type { GossipSubComponents } from '@libp2p/gossipsub'
import type { Connection, PeerId, Stream, StreamHandler, Topology } from '@libp2p/interface'
import { NetworkError } from './errors.ts'

type Registrar = GossipSubComponents['registrar']

/** Says whether the peer may use the service now. */
export type Admits = (peer: PeerId) => boolean

/** A registrar for one service, which sees admitted peers only. */
export class GuardedRegistrar implements Registrar {
  /** Told of each stream that an admitted peer opened, once the service listens to it. */
  onStream: (stream: Stream, peer: PeerId) => void = () => undefined
  private readonly inner: Registrar
  private readonly admits: Admits
  private topology: Topology | undefined

  constructor(inner: Registrar, admits: Admits) {
    this.inner = inner
    this.admits = admits
  }

  /**
   * Tells the service of a peer as if it had just connected: for a peer that became a member on an
   * open connection, and to open a dead stream again. Services take it for what they have already.
   */
  attach(peer: PeerId, connection: Connection): void {
    void this.topology?.onConnect?.(peer, connection)
  }

  /**
   * Tells the service that the peer is gone. libp2p 3.3 tells it only of peers that have been
   * identified, and one that became a member on an open connection has not.
   */
  detach(peer: PeerId): void {
    void this.topology?.onDisconnect?.(peer)
  }

  handle(...[protocol, handler, options]: Parameters<Registrar['handle']>): Promise<void> {
    return this.inner.handle(protocol, this.guarded(handler), options)
  }

  register(...[protocol, topology, options]: Parameters<Registrar['register']>): Promise<string> {
    const guarded: Topology = {
      ...topology,
      onConnect: (peer, connection) => {
        if (this.admits(peer)) return topology.onConnect?.(peer, withLiveStreams(connection))
      },
    }
    this.topology = guarded
    return this.inner.register(protocol, guarded, options)
  }

  getProtocols(): string[] {
    return this.inner.getProtocols()
  }

  unhandle(...args: Parameters<Registrar['unhandle']>): Promise<void> {
    return this.inner.unhandle(...args)
  }

  getHandler(protocol: string): ReturnType<Registrar['getHandler']> {
    return this.inner.getHandler(protocol)
  }

  use(...args: Parameters<Registrar['use']>): void {
    this.inner.use(...args)
  }

  unuse(protocol: string): void {
    this.inner.unuse(protocol)
  }

  getMiddleware(protocol: string): ReturnType<Registrar['getMiddleware']> {
    return this.inner.getMiddleware(protocol)
  }

  unregister(id: string): void {
    this.inner.unregister(id)
  }

  getTopologies(protocol: string): ReturnType<Registrar['getTopologies']> {
    return this.inner.getTopologies(protocol)
  }

  private guarded(handler: StreamHandler): StreamHandler {
    return (stream, connection) => {
      const { remotePeer } = connection
      if (!this.admits(remotePeer)) {
        stream.abort(new NetworkError('not-member', 'only members use this protocol'))
        return
      }
      // Services begin to listen a few turns of the queue later; who listens first gets what came.
      setImmediate(() => this.onStream(stream, remotePeer))
      return handler(stream, withLiveStreams(connection))
    }
  }
}

/**
 * The same connection, on which a stream that the peer refused right after agreeing on its protocol
 * fails to open. Gossipsub would take it for open, for it misses a close that came before it
 * listens, and open no other while the connection lives: a peer that learnt of its membership a
 * moment after us would never hear our gossip.
 */
function withLiveStreams(connection: Connection): Connection {
  const newStream: Connection['newStream'] = async (protocols, options) => {
    const stream = await connection.newStream(protocols, options)
    if (stream.status === 'open') return stream
    throw new NetworkError('stream-cut', 'the peer refused the stream')
  }
  return new Proxy(connection, {
    get: (target, name) => {
      if (name === 'newStream') return newStream
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
