/**
 * Gossip as gossipsub does it: every new operation to the peers of the mesh at once, word of recent
 * ones to some others at each heartbeat, who ask for what they lack. Nothing is scheduled while there
 * is nothing new.
 */

import { signingInput } from '../../src/op/operation.ts'
import type { Verifier } from '../../src/op/signature.ts'
import { prejudge } from '../../src/sync/gossip.ts'
import { mixWord } from '../random/stream.ts'
import { codeOf } from './calendar.ts'
import { type Core, EVENT } from './core.ts'
import { LOST } from './links.ts'
import type { Count } from './metrics.ts'
import type { SimNode } from './node.ts'

/** Peers outside the mesh that hear at each heartbeat what there is (gossipsub's D_lazy). */
const LAZY_PEERS = 6
/** Heartbeats for which something is recent (gossipsub's mcache gossip window). */
const RECENT_BEATS = 3
/** Bytes of a message beside the operation and its signature. */
const FRAMING_BYTES = 12
/** Bytes of word that an operation exists. */
const IHAVE_BYTES = 44
/** How long a node waits before it asks for what is missing by a session, in µs. */
const ASK_SOON_US = 100_000

/** Who may pass what: faulty nodes keep things back. */
export type Passes = (from: SimNode, op: number, to: SimNode) => boolean

/** Gossip between all nodes of a world. */
export class Gossip {
  private readonly core: Core
  private readonly verifier: Verifier
  private readonly verifiesEverywhere: boolean
  private readonly passes: Passes
  private readonly beatUs: number
  private readonly degree: number
  private readonly messages: Count
  private readonly bytes: Count
  private readonly lost: Count
  private readonly duplicates: Count

  constructor(
    core: Core,
    options: { readonly verifier: Verifier; readonly everywhere: boolean; readonly passes: Passes },
  ) {
    this.core = core
    this.verifier = options.verifier
    this.verifiesEverywhere = options.everywhere
    this.passes = options.passes
    this.beatUs = core.scenario.network.gossip.heartbeatMs * 1000
    this.degree = core.scenario.network.gossip.degree
    this.messages = core.metrics.count('gossip.messages')
    this.bytes = core.metrics.count('gossip.bytes')
    this.lost = core.metrics.count('gossip.lost')
    this.duplicates = core.metrics.count('gossip.duplicates')
  }

  /** Sends an operation to the mesh, but not to whom it came from. */
  forward(node: SimNode, op: number, from: number): void {
    for (const peer of node.mesh) if (peer !== from) this.send(node, op, peer)
    node.recent.push({ op, beat: this.beat() })
    if (node.isBeating) return
    node.isBeating = true
    this.core.calendar.push(this.nextBeatOf(node), codeOf(EVENT.heartbeat, node.index))
  }

  /** An operation arrives. */
  arrive(to: SimNode, from: number, op: number): void {
    const { core } = this
    if (!to.up || to.hasSeen(op)) {
      this.duplicates.value++
      return
    }
    const entry = core.ops.list[op]
    if (!entry?.sig) return
    const judgement = prejudge(to.replica, entry.op)
    if (judgement === 'ask') {
      core.calendar.push(core.nowUs + ASK_SOON_US, codeOf(EVENT.ask, to.index), from, op)
      return
    }
    if (judgement === 'ignore') return
    to.mark(op)
    const { bytes, sig } = entry
    if (this.verifiesEverywhere) {
      core.took(to, to.ingest([{ bytes, sig }], nameOf(core, from)), from)
      return
    }
    if (!entry.verified && !this.verifier.verify(sig, signingInput(bytes), entry.op.key)) return
    entry.verified = true
    const item = { bytes, sig, op: entry.op, verified: true }
    core.took(to, to.ingest([item], nameOf(core, from)), from)
  }

  /** A heartbeat: tells some others what is recent, until nothing is. */
  heartbeat(node: SimNode): void {
    node.isBeating = false
    if (!node.up) return
    const oldest = this.beat() - RECENT_BEATS
    node.recent = node.recent.filter(({ beat }) => beat >= oldest)
    if (node.recent.length === 0) return
    for (let i = 0; i < LAZY_PEERS; i++) this.tell(node)
    node.isBeating = true
    this.core.calendar.push(this.nextBeatOf(node), codeOf(EVENT.heartbeat, node.index))
  }

  /** Word of what is recent at a node arrives: what is lacking is asked for and comes. */
  hearOf(to: SimNode, from: SimNode): void {
    if (!to.up || !from.up) return
    for (const { op } of from.recent) {
      if (to.hasSeen(op)) continue
      const asking = this.core.links.delay(to, from, IHAVE_BYTES)
      if (asking !== LOST) this.send(from, op, to.index, asking)
    }
  }

  /** Fills a node's mesh with peers that it reaches, and drops those that it does not. */
  graft(node: SimNode): void {
    const { core } = this
    const { nodes, links } = core
    const isGood = (peer: number): boolean => {
      const other = nodes[peer]
      return other?.up === true && peer !== node.index && links.connects(node.index, peer)
    }
    node.mesh = node.mesh.filter(isGood)
    if (!node.up || node.mesh.length >= this.degree) return
    const tries = Math.min(8 * this.degree, 4 * nodes.length)
    for (let i = 0; i < tries && node.mesh.length < this.degree; i++) {
      const peer = node.stream.int(0, nodes.length - 1)
      if (node.mesh.includes(peer) || !isGood(peer)) continue
      node.mesh.push(peer)
      const other = nodes[peer]
      if (other && !other.mesh.includes(node.index)) other.mesh.push(node.index)
    }
  }

  /** Sends an operation to one peer, if the network and the sender let it. */
  send(from: SimNode, op: number, to: number, laterUs = 0): void {
    const { core } = this
    const peer = core.nodes[to]
    const entry = core.ops.list[op]
    if (!peer || !entry || !this.passes(from, op, peer)) return
    const sizeBytes = entry.bytes.length + 64 + FRAMING_BYTES
    this.messages.value++
    this.bytes.value += sizeBytes
    const delay = core.links.delay(from, peer, sizeBytes)
    if (delay === LOST) {
      this.lost.value++
      return
    }
    const code = codeOf(EVENT.gossip, to)
    core.calendar.push(core.nowUs + laterUs + delay, code, from.index, op)
    if (core.links.isDoubled(from))
      core.calendar.push(core.nowUs + laterUs + 2 * delay, code, from.index, op)
  }

  private tell(node: SimNode): void {
    const { nodes, links, calendar, nowUs } = this.core
    const peer = nodes[node.stream.int(0, nodes.length - 1)]
    if (!peer || peer === node || !peer.up || node.mesh.includes(peer.index)) return
    const delay = links.delay(node, peer, IHAVE_BYTES * node.recent.length)
    if (delay !== LOST) calendar.push(nowUs + delay, codeOf(EVENT.ihave, peer.index), node.index)
  }

  private beat(): number {
    return Math.floor(this.core.nowUs / this.beatUs)
  }

  /** Every node has its own phase. */
  private nextBeatOf(node: SimNode): number {
    const phase = mixWord(node.index + 1) % this.beatUs
    return (this.beat() + 1) * this.beatUs + phase
  }
}

const nameOf = (core: Core, node: number): string => core.nodes[node]?.signer?.key ?? `node ${node}`
