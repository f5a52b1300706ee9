/**
 * Sync sessions between nodes, the shipped ones, frame by frame over virtual links. A look at all
 * nodes goes round while some that can reach each other hold different things, and rests otherwise.
 */
import { NONCE_BYTES } from '../../src/sync/message.ts'
import { openSession } from '../../src/sync/session.ts'
import type { SessionStep, SyncSession } from '../../src/sync/session-types.ts'
import { codeOf } from './calendar.ts'
import { type Core, EVENT } from './core.ts'
import type { SimNode } from './node.ts'
import { fingerprint } from './ops.ts'

/** Parts of a sync interval in which a share of the nodes has its turn. */
const TURNS = 8
/** Sessions that one node takes part in at once. */
const MAX_SESSIONS = 16
/** Bytes of a session in which both sides find that they hold the same. */
const EQUAL_BYTES = 100
/** Attempts to find a peer that can be reached. */
const TRIES = 4

interface Side {
  readonly node: SimNode
  readonly session: SyncSession
  /** The process that opened it: after a restart it is another. */
  readonly boot: object
  isDone: boolean
  /** Frames arrive in the order in which they were sent. */
  arrivesAtUs: number
}

interface Exchange {
  readonly sides: readonly [Side, Side]
  isOver: boolean
  moved: number
}

/** All sessions of a world. */
export class Syncing {
  private readonly core: Core
  private readonly meets: (a: SimNode, b: SimNode) => boolean
  private readonly turnUs: number
  private turn = 0
  private isGoingRound = false
  private readonly open = new Map<number, number>()
  /** Pairs that found nothing to send each other, by what they held then. */
  private readonly settled = new Map<number, string>()
  private sessions = 0

  constructor(core: Core, meets: (a: SimNode, b: SimNode) => boolean) {
    this.core = core
    this.meets = meets
    this.turnUs = Math.max(1000, Math.floor((core.scenario.network.syncMs * 1000) / TURNS))
  }

  /** Something changed: there may be differences between nodes that reach each other. */
  stir(): void {
    if (this.isGoingRound) return
    this.isGoingRound = true
    this.core.calendar.push(this.core.nowUs + this.turnUs, codeOf(EVENT.sweep, 0))
  }

  /** The nodes whose turn it is look for a peer each. */
  sweep(): void {
    this.isGoingRound = false
    if (this.isAllTheSame()) return
    const { nodes } = this.core
    this.turn = (this.turn + 1) % TURNS
    for (let i = this.turn; i < nodes.length; i += TURNS) {
      const node = nodes[i]
      if (node?.up) this.meet(node)
    }
    this.stir()
  }

  /** One node asks another for what it lacks. */
  ask(node: SimNode, peer: SimNode | undefined): void {
    if (node.up && peer?.up && this.core.links.connects(node.index, peer.index))
      this.begin(node, peer)
  }

  private meet(node: SimNode): void {
    const { nodes, links } = this.core
    for (let i = 0; i < TRIES; i++) {
      const peer = nodes[node.stream.int(0, nodes.length - 1)]
      if (!peer?.up || peer === node || !links.connects(node.index, peer.index)) continue
      this.begin(node, peer)
      return
    }
  }

  private begin(a: SimNode, b: SimNode): void {
    if (!this.meets(a, b)) return
    if (this.isSettled(a, b)) {
      this.noteEqual(a, b)
      return
    }
    const isBusy = [a, b].some(({ index }) => (this.open.get(index) ?? 0) >= MAX_SESSIONS)
    if (isBusy) return
    const sides = [this.side(a, b), this.side(b, a)] as const
    const exchange: Exchange = { sides, isOver: false, moved: a.version + b.version }
    for (const { node } of sides) this.open.set(node.index, (this.open.get(node.index) ?? 0) + 1)
    this.core.metrics.add('sync.sessions')
    sides.forEach((side, i) => {
      this.transmit(exchange, i, side.session.start())
    })
  }

  private side(node: SimNode, peer: SimNode): Side {
    const nonce = this.core.random
      .split('nonce')
      .split(this.sessions++)
      .bytes(NONCE_BYTES)
    const session = openSession(node.door, { nonce, from: nameOf(peer), hash: fingerprint })
    return { node, session, boot: node.replica, isDone: false, arrivesAtUs: 0 }
  }

  private transmit(exchange: Exchange, from: number, step: SessionStep): void {
    const side = exchange.sides[from as 0 | 1]
    const other = exchange.sides[(1 - from) as 0 | 1]
    const { core } = this
    for (const frame of step.send) {
      core.metrics.add('sync.frames')
      core.metrics.add('sync.bytes', frame.length)
      core.metrics.most('sync.largestFrame', frame.length)
      const delay = core.links.streamDelay(side.node, other.node, frame.length)
      other.arrivesAtUs = Math.max(other.arrivesAtUs + 1, core.nowUs + delay)
      core.after(other.arrivesAtUs - core.nowUs, () => this.arrive(exchange, 1 - from, frame))
    }
    if (step.fault !== undefined) this.fail(exchange, step.fault)
    side.isDone ||= step.done
    if (exchange.sides.every(({ isDone }) => isDone)) this.end(exchange)
  }

  private arrive(exchange: Exchange, to: number, frame: Uint8Array): void {
    if (exchange.isOver) return
    const side = exchange.sides[to as 0 | 1]
    const other = exchange.sides[(1 - to) as 0 | 1]
    if (!this.isAlive(side) || !this.isAlive(other)) {
      this.close(exchange)
      return
    }
    if (!this.core.links.connects(side.node.index, other.node.index)) {
      this.close(exchange)
      return
    }
    this.transmit(exchange, to, side.session.receive(frame))
  }

  private isAlive({ node, boot }: Side): boolean {
    return node.up && node.replica === boot
  }

  private fail(exchange: Exchange, fault: string): void {
    const isHonest = exchange.sides.every(({ node }) => node.honest)
    this.core.metrics.add(isHonest ? 'sync.faults.honest' : 'sync.faults')
    this.core.metrics.add(`sync.fault.${fault.split(':')[0] ?? ''}`)
    this.close(exchange)
  }

  private end(exchange: Exchange): void {
    const [{ node: a }, { node: b }] = exchange.sides
    this.close(exchange)
    if (a.version + b.version === exchange.moved)
      this.settled.set(this.pair(a, b), this.versions(a, b))
    this.noteEqual(a, b)
  }

  private close(exchange: Exchange): void {
    if (exchange.isOver) return
    exchange.isOver = true
    for (const { node } of exchange.sides)
      this.open.set(node.index, (this.open.get(node.index) ?? 1) - 1)
  }

  /** What a peer had, we have: a node that wants to close a ballot waits for such word. */
  private noteEqual(a: SimNode, b: SimNode): void {
    this.core.metrics.add('sync.bytes', EQUAL_BYTES)
    if (b.signer) a.replica.noteSynced(b.signer.key)
    if (a.signer) b.replica.noteSynced(a.signer.key)
  }

  private isSettled(a: SimNode, b: SimNode): boolean {
    if (isSame(a, b)) return true
    return this.settled.get(this.pair(a, b)) === this.versions(a, b)
  }

  private pair(a: SimNode, b: SimNode): number {
    const [low, high] = a.index < b.index ? [a, b] : [b, a]
    return low.index * this.core.nodes.length + high.index
  }

  private versions(a: SimNode, b: SimNode): string {
    const [low, high] = a.index < b.index ? [a, b] : [b, a]
    return `${low.version} ${high.version}`
  }

  /**
   * Nobody can reach anybody who holds anything else: on each side of all partitions everybody is held
   * against one honest node. Whom that one does not meet keeps away by choice.
   */
  private isAllTheSame(): boolean {
    const { nodes, links } = this.core
    if (links.isParted && !links.isPlain) return false
    const firsts = new Map<string, SimNode>()
    for (const isHonest of [true, false])
      for (const node of nodes) {
        if (!node.up || node.honest !== isHonest) continue
        const zone = links.isParted ? links.zoneOf(node.index) : ''
        const first = firsts.get(zone)
        if (!first) firsts.set(zone, node)
        else if (!this.isSettled(first, node) && this.meets(first, node)) return false
      }
    return true
  }
}

const isSame = (a: SimNode, b: SimNode): boolean => a.printX === b.printX && a.printY === b.printY

const nameOf = (node: SimNode): string => node.signer?.key ?? node.name
