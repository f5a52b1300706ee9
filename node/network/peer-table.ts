/** The open connections by node key: the network's one view of who is connected. */
import type { Connection } from '@libp2p/interface'
import type { KeyId } from '../../src/op/ids.ts'
import { placeOf } from './inbound-gate.ts'
import { keyOf } from './peer-key.ts'

/** Kept up to date by the host from libp2p's connection events. */
export class PeerTable {
  private readonly byKey = new Map<KeyId, Connection[]>()

  /** The peers with a connection, in the order in which they came. */
  keys(): KeyId[] {
    return [...this.byKey.keys()]
  }

  /** True while a connection of this peer is open. */
  has(key: KeyId): boolean {
    return this.byKey.has(key)
  }

  /** The peer's open connections, oldest first. */
  of(key: KeyId): readonly Connection[] {
    return this.byKey.get(key) ?? []
  }

  /** The connection to use: the oldest that is open. */
  best(key: KeyId): Connection | undefined {
    return this.of(key).find((connection) => connection.status === 'open')
  }

  /** Every connection. */
  all(): Connection[] {
    return [...this.byKey.values()].flat()
  }

  /** Connections that were dialled from a place. */
  inboundFrom(place: string): Connection[] {
    return this.all().filter(
      ({ direction, remoteAddr }) => direction === 'inbound' && placeOf(remoteAddr) === place,
    )
  }

  /** Takes a connection; its key, or `undefined` when it is closed already or of no ed25519 peer. */
  add(connection: Connection): KeyId | undefined {
    const key = keyOf(connection.remotePeer)
    if (key === undefined || connection.status !== 'open') return undefined
    this.byKey.set(key, [...this.of(key), connection])
    return key
  }

  /** Forgets a connection; its key if it was here. */
  remove(connection: Connection): KeyId | undefined {
    const key = keyOf(connection.remotePeer)
    if (key === undefined || !this.of(key).includes(connection)) return undefined
    const rest = this.of(key).filter((other) => other !== connection)
    if (rest.length > 0) this.byKey.set(key, rest)
    else this.byKey.delete(key)
    return key
  }
}
