/** Shipped nodes in one process, connected all to all over loopback: replica, store, host. */
import { randomBytes } from 'node:crypto'
import { PooledVerifier } from '../../node/crypto/pooled-verifier.ts'
import { GossipVerifier } from '../../node/daemon/gossip-verifier.ts'
import { createNetworkHost, type NetworkHost } from '../../node/network/host.ts'
import type { NetworkPort } from '../../node/network/port.ts'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { invariant, unwrap } from '../../src/op/refusal.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { encodeGossip } from '../../src/sync/gossip.ts'
import { NONCE_BYTES } from '../../src/sync/message.ts'
import { openSession } from '../../src/sync/session.ts'
import type { SyncSession } from '../../src/sync/session-types.ts'
import type { Founded } from '../support/coalition.ts'
import { until } from '../support/network.ts'
import { type Intake, openIntake } from './intake.ts'
import { keys, type NodeReplica, openNodeReplica, verifier } from './node-replica.ts'

/** Longest that a mesh may take to form, in ms. */
export const MESH_DEADLINE_MS = 60_000

/** One shipped node. */
export interface MeshNode {
  readonly replica: Replica
  readonly host: NetworkHost
  stop(): Promise<void>
}

/** Starts a node for every member of a coalition; `seedOf` gives the seeds of their node keys. */
export async function startMesh(
  founded: Founded,
  seedOf: (member: number) => Uint8Array,
): Promise<MeshNode[]> {
  const addresses = new Map<KeyId, readonly string[]>()
  const nodes: MeshNode[] = []
  for (const [i, { node }] of founded.members.entries()) {
    const opened = openNodeReplica(founded, { now: () => Date.now() }, node)
    const started = await start(opened, seedOf(i), addresses)
    invariant(started.host.key === node.key, 'the seed of another key')
    addresses.set(node.key, started.host.listenAddresses())
    nodes.push(started)
  }
  for (const { host } of nodes) host.poke()
  const isMeshed = ({ host }: MeshNode) => {
    const peers = host.peers()
    return peers.length === nodes.length - 1 && peers.filter(({ inMesh }) => inMesh).length >= 4
  }
  await until('a mesh', () => nodes.every(isMeshed), MESH_DEADLINE_MS)
  return nodes
}

async function start(
  opened: NodeReplica,
  seed: Uint8Array,
  addresses: ReadonlyMap<KeyId, readonly string[]>,
): Promise<MeshNode> {
  const { replica } = opened
  const pooled = new GossipVerifier(verifier, new PooledVerifier(keys))
  const intake = openIntake(opened, pooled, (peer) => host.syncSoon(peer))
  const host = await createNetworkHost({
    port: new MeshPort(replica, intake, addresses),
    seed,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    inbound: { perSecond: 1000, pending: 1000, open: 1000 },
  })
  await host.start()
  const stop = async () => {
    await host.stop()
    intake.close()
    opened.close()
  }
  return { replica, host, stop }
}

/** The replica as the network sees it, with everybody a member whose address is known. */
class MeshPort implements NetworkPort {
  readonly coalition: string
  private readonly replica: Replica
  private readonly intake: Intake
  private readonly book: ReadonlyMap<KeyId, readonly string[]>

  constructor(replica: Replica, intake: Intake, book: ReadonlyMap<KeyId, readonly string[]>) {
    this.coalition = replica.coalition
    this.replica = replica
    this.intake = intake
    this.book = book
  }

  judge(message: Uint8Array, from: KeyId): ReturnType<NetworkPort['judge']> {
    return this.intake.judge.judge(message, from)
  }

  deliver(): void {}

  openSession(peer: KeyId): SyncSession {
    return openSession(this.replica, { nonce: randomBytes(NONCE_BYTES), from: peer })
  }

  sessionEnded(): void {}

  memberOf(key: KeyId): KeyId {
    return key
  }

  isMember(key: KeyId): boolean {
    return this.replica.ledger.keyring.knows(key)
  }

  isJoiner(): boolean {
    return false
  }

  addresses(): ReadonlyMap<KeyId, readonly string[]> {
    return this.book
  }

  hello(): Uint8Array[] {
    return []
  }

  receiveHello(): boolean {
    return false
  }
}

/** Signs, stores and publishes a comment; returns its CID. */
export function commentOn({ replica, host }: MeshNode, proposal: OpCid): OpCid {
  const text = 'Our staging cluster ran the candidate for two days without a regression.'
  const body = { proposal: 0, kind: 'support', text }
  const issued = unwrap(replica.issue({ type: 'comment.add', refs: [proposal], body }))
  const message = encodeGossip(issued)
  invariant(message, 'a comment fits into a message')
  void host.publish(message)
  return issued.op.cid
}
