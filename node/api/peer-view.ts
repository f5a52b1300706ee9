/** Peers: every node key that we know how to name, connected or not. */
import type { KeyId } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { PeerInfo } from '../network/host-types.ts'
import { keyOfText, peerIdOf } from '../network/peer-key.ts'
import { blockedKeys } from './block-list.ts'
import { findId } from './ids.ts'
import { stakeholderOf } from './naming.ts'
import type { PeerLine } from './node-api.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * All peers: delegated node keys, bootstrap peers, and whoever is connected; ourselves aside, and
 * keys that were cut off, for no node is missed that ran with one.
 */
export function peerLines(replica: Replica, surroundings: Surroundings): PeerLine[] {
  const connected = new Map(
    surroundings
      .network()
      ?.peers()
      .map((peer) => [peer.key, peer]),
  )
  const blocked = blockedKeys(replica)
  const keys = knownPeers(replica, surroundings).filter(
    (key) => connected.has(key) || !isCutOff(replica, key),
  )
  return keys.map((key) => ({
    ...peerLine(replica, key, connected.get(key)),
    addresses: addressesOf(key, connected.get(key), replica, surroundings),
    blocked: blocked.has(key),
  }))
}

/** The keys behind stakeholder ids, keys (or unique parts of them) and peer ids. */
export function findPeers(
  who: readonly string[],
  replica: Replica,
  surroundings: Surroundings,
): Result<ReadonlySet<KeyId>> {
  const known = knownPeers(replica, surroundings)
  const found = new Set<KeyId>()
  for (const name of who) {
    const keys = keysNamed(name, known, replica)
    if (!keys.ok) return keys
    for (const key of keys.value) found.add(key)
  }
  return accept(found)
}

function keysNamed(name: string, known: readonly KeyId[], replica: Replica): Result<KeyId[]> {
  const ofStakeholder = known.filter((key) => stakeholderOf(replica, key) === name)
  if (ofStakeholder.length > 0) return accept(ofStakeholder)
  const ofPeerId = keyOfText(name)
  if (ofPeerId !== undefined) return accept([ofPeerId])
  const key = findId(name, known, 'peer')
  if (key.ok) return accept([key.value])
  if (key.code === 'ambiguous-id') return key
  return refuse('unknown-peer', `no peer is called "${name}"`, 'folkmoot peers lists them')
}

function knownPeers({ ledger, signer }: Replica, { bootstrap, network }: Surroundings): KeyId[] {
  const connected =
    network()
      ?.peers()
      .map(({ key }) => key) ?? []
  const keys = new Set([...ledger.keyring.nodeKeys(), ...bootstrap.keys(), ...connected])
  return [...keys].filter((key) => key !== signer?.key).sort()
}

/** Revoked, or frozen by a fork. */
const isCutOff = ({ ledger: { chains, keyring } }: Replica, key: KeyId): boolean =>
  keyring.revocationsOf(key).length > 0 || Number.isFinite(chains.get(key)?.cut)

function peerLine(
  replica: Replica,
  key: KeyId,
  info: PeerInfo | undefined,
): Omit<PeerLine, 'blocked' | 'addresses'> {
  return {
    key,
    peerId: peerIdOf(key).toString(),
    stakeholder: stakeholderOf(replica, key) ?? null,
    connected: info !== undefined,
    latencyMs: info?.latencyMs ?? null,
    inMesh: info?.inMesh ?? false,
  }
}

/**
 * Where we dialled it, where it says that it is, where the invite said; without peer ids. Where a
 * connection came from is no address to dial.
 */
function addressesOf(
  key: KeyId,
  info: PeerInfo | undefined,
  { views }: Replica,
  { bootstrap }: Surroundings,
): string[] {
  const dialled = info?.direction === 'outbound' ? [info.addr.replace(/\/p2p\/[^/]+$/, '')] : []
  const said = views.topics.addresses.get(key)?.list ?? []
  return [...new Set([...dialled, ...said, ...(bootstrap.get(key) ?? [])])]
}
