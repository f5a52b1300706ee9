/** Whom to dial before anybody's signed addresses are known: what the invite or the cards said. */
import type { KeyId } from '../../src/op/ids.ts'
import type { Membership } from '../home/membership.ts'
import { keyOfText } from '../network/peer-key.ts'

/** Node keys with the addresses (multiaddrs without peer id) that invite or cards gave for them. */
export type Bootstrap = ReadonlyMap<KeyId, readonly string[]>

/** `<address>/p2p/<peer id>`: the peer id is the node key. */
const WITH_PEER = /^(?<address>.*)\/p2p\/(?<peer>[^/]+)$/

/** The bootstrap peers of a membership; entries that name no ed25519 peer are left out. */
export function bootstrapOf(membership: Pick<Membership, 'peers'>): Bootstrap {
  const peers = new Map<KeyId, string[]>()
  for (const text of membership.peers) {
    const { address, peer } = WITH_PEER.exec(text)?.groups ?? {}
    const key = peer === undefined ? undefined : keyOfText(peer)
    if (key === undefined || address === undefined) continue
    const known = peers.get(key) ?? []
    peers.set(key, address === '' ? known : [...known, address])
  }
  return peers
}
