/** Who may connect, and with what rights (design §6.3). Rights are asked anew each time, never kept. */
import type { Connection, ConnectionGater, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { KeyId } from '../../src/op/ids.ts'
import type { FaultLedger } from './fault-ledger.ts'
import { type InboundGate, isHere, placeOf } from './inbound-gate.ts'
import { MAX_JOINERS, MAX_STRANGERS, MAX_STRANGERS_PER_ADDRESS } from './limits.ts'
import { keyOf } from './peer-key.ts'
import type { PeerTable } from './peer-table.ts'
import type { NetworkPort } from './port.ts'

/**
 * Members use everything; joiners (known from an invite or a card) and strangers may introduce
 * themselves, for a while and few at once; the blocked may not connect.
 */
export type PeerClass = 'member' | 'joiner' | 'stranger' | 'blocked'

/** Connections at once of each class; members are bounded by the total only. */
const ROOM = { member: Infinity, joiner: MAX_JOINERS, stranger: MAX_STRANGERS, blocked: 0 } as const

/** Decides over connections; changes nothing but the block list. */
export class Admission {
  private readonly port: NetworkPort
  private readonly faults: FaultLedger
  private readonly table: PeerTable
  private blockList: ReadonlySet<KeyId> = new Set()

  constructor(port: NetworkPort, faults: FaultLedger, table: PeerTable) {
    this.port = port
    this.faults = faults
    this.table = table
  }

  /** Replaces the block list; returns the keys that it let go, whose faults are forgiven. */
  setBlocked(keys: Iterable<KeyId>): KeyId[] {
    const before = this.blockList
    this.blockList = new Set(keys)
    const freed = [...before].filter((key) => !this.blockList.has(key))
    for (const key of freed) this.faults.forgive(key)
    return freed
  }

  /** What the key may do now. */
  classOf(key: KeyId): PeerClass {
    if (this.blockList.has(key) || this.faults.blocks(key)) return 'blocked'
    if (this.port.isMember(key)) return 'member'
    return this.port.isJoiner(key) ? 'joiner' : 'stranger'
  }

  /** The key of a peer that may gossip and sync now; `undefined` for everyone else. */
  memberKey(peer: PeerId): KeyId | undefined {
    const key = keyOf(peer)
    return key !== undefined && this.classOf(key) === 'member' ? key : undefined
  }

  /** True when the key may be dialled: members and joiners, never a stranger. */
  mayDial(key: KeyId | undefined): boolean {
    return key !== undefined && ['member', 'joiner'].includes(this.classOf(key))
  }

  /** True when one more connection of this peer may come in from that address. */
  hasRoom(peer: PeerId, address: Multiaddr): boolean {
    const key = keyOf(peer)
    if (key === undefined) return false
    const kind = this.classOf(key)
    if (this.connectionsOf(kind).length >= ROOM[kind]) return false
    return kind !== 'stranger' || this.hasRoomForStranger(address)
  }

  /** True while a connection that is in the table may stay. */
  mayStay(key: KeyId): boolean {
    const kind = this.classOf(key)
    return this.connectionsOf(kind).length <= ROOM[kind]
  }

  /** Whoever has one address must not keep all other strangers out. */
  private hasRoomForStranger(address: Multiaddr): boolean {
    const place = placeOf(address)
    if (isHere(place)) return true
    const here = this.connectionsOf('stranger').filter((c) => placeOf(c.remoteAddr) === place)
    return here.length < MAX_STRANGERS_PER_ADDRESS
  }

  private connectionsOf(kind: PeerClass): Connection[] {
    if (ROOM[kind] === Infinity) return []
    const keys = this.table.keys().filter((key) => this.classOf(key) === kind)
    return keys.flatMap((key) => this.table.of(key))
  }
}

/** The admission as libp2p's gater. The inbound key is known only after the handshake. */
export function gaterOf(admission: Admission, inbound: InboundGate): ConnectionGater {
  return {
    denyDialMultiaddr: () => false,
    denyDialPeer: (peer) => !admission.mayDial(keyOf(peer)),
    denyOutboundEncryptedConnection: (peer) => !admission.mayDial(keyOf(peer)),
    denyInboundConnection: (connection) => !inbound.enter(connection),
    denyInboundEncryptedConnection: (peer, { remoteAddr }) => !admission.hasRoom(peer, remoteAddr),
  }
}
