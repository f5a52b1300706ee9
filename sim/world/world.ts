/**
 * One run: nodes, links, people and faults on one virtual time. A synchronous loop over a calendar of
 * events in total order; no promise, no clock of the machine, no randomness but the seed's.
 */
import type { SettleRules } from '../../src/ballot/rules.ts'
import type { Incoming } from '../../src/chain/run.ts'
import type { Op } from '../../src/op/operation.ts'
import type { Verifier } from '../../src/op/signature.ts'
import type { Issued } from '../../src/replica/replica.ts'
import type { NodeView, WorldView } from '../oracle/oracle.ts'
import { Stream } from '../random/stream.ts'
import type { TimedEvent } from '../scenario/event.ts'
import { nodeKeyOf } from '../scenario/root-keys.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { TraceHash } from '../trace/hash.ts'
import type { TraceRecord } from '../trace/record.ts'
import { Acceptance } from './acceptance.ts'
import type { Broken } from './broken.ts'
import { Calendar, codeOf, kindOf, whomOf } from './calendar.ts'
import { Cast } from './cast.ts'
import { SkewedClock } from './clock.ts'
import { type Core, EVENT, type Happening } from './core.ts'
import { Gossip } from './gossip.ts'
import { type Founded, found, type Said } from './identity.ts'
import type { RunLimits } from './limits.ts'
import { Links } from './links.ts'
import { Metrics } from './metrics.ts'
import { type NodeParts, SimNode } from './node.ts'
import { RunOps } from './ops.ts'
import { originOf } from './origin.ts'
import { People } from './people.ts'
import { type Inhabitant, newcomersOf, populationOf } from './population.ts'
import { Script, type Stagehands } from './script.ts'
import { Steward } from './steward.ts'
import type { Strategy } from './strategy.ts'
import { Syncing } from './syncing.ts'
import { Watcher } from './watcher.ts'

/** How soon a node looks at its duties after something came, in µs: many pokes become one look. */
const LOOK_SOON_US = 20_000
/** How soon a mesh notices that peers came or went, in µs. */
const GRAFT_SOON_US = 1_000_000
/** Between two looks at what waits for its time, in µs. */
const TICK_US = 5_000_000
/** Bits of a call's number in one event. */
const CALLS = 0x7fffffff

/** What a world is made with. */
export interface WorldOptions {
  readonly scenario: Scenario
  readonly seed: number
  readonly events: readonly TimedEvent[]
  readonly rules: Partial<SettleRules>
  readonly broken: Broken
  readonly verifier: Verifier
  readonly verifiesEverywhere: boolean
  readonly strategies: readonly Strategy[]
  readonly limits: RunLimits
  readonly onTrace: (record: TraceRecord) => void
  /** Is told whose word brought operations to a node, by the names of both. */
  readonly onDelivery: ((from: string, to: string) => void) | undefined
}

/** A world. */
export class World implements Core, WorldView, Stagehands {
  readonly scenario: Scenario
  readonly founded: Founded
  readonly calendar = new Calendar()
  readonly links: Links
  readonly ops = new RunOps()
  readonly nodes: SimNode[] = []
  readonly metrics = new Metrics()
  readonly random: Stream
  readonly people: People
  readonly hash = new TraceHash()
  /** Events that happened. */
  events = 0
  /** It would not end, so it was ended. */
  isCut = false
  private readonly parts: NodeParts
  private readonly gossip: Gossip
  private readonly syncing: Syncing
  private readonly steward: Steward
  private readonly watcher: Watcher
  private readonly script: Script
  private readonly cast: Cast
  private readonly byName = new Map<string, SimNode>()
  private readonly calls = new Map<number, () => void>()
  private nextCall = 0
  private isGrafting = false
  private readonly limits: RunLimits
  private readonly onTrace: (record: TraceRecord) => void
  private readonly onDelivery: WorldOptions['onDelivery']

  constructor(options: WorldOptions) {
    const { scenario, events, verifier } = options
    this.scenario = scenario
    this.limits = options.limits
    this.onTrace = options.onTrace
    this.onDelivery = options.onDelivery
    this.random = Stream.of(options.seed)
    this.links = new Links(scenario.network)
    this.cast = new Cast(options.strategies)
    const late = new Set(events.flatMap((event) => (event.do === 'join' ? [event.node] : [])))
    const newcomers = newcomersOf(scenario, events)
    const { charter, members, running } = scenario.coalition
    const idle = new Set(members.slice(running).map(({ id }) => id))
    this.founded = found(charter, { late, idle, newcomers })
    const { coalition } = this.founded
    const founding = this.trusted(this.founded.ops)
    const { rules, broken } = options
    const common = { coalition, rules, verifier, ops: this.ops }
    const origin = originOf(common, founding, new SkewedClock(this, 0))
    this.parts = { ...common, origin, founding, broken }
    this.gossip = new Gossip(this, {
      verifier,
      everywhere: options.verifiesEverywhere,
      passes: (from, op, to) => this.passes(from, op, to),
    })
    this.syncing = new Syncing(this, (a, b) => this.cast.meet(a, b))
    this.watcher = new Watcher(this)
    this.steward = new Steward(this, scenario.coalition.checkpoints, (node, duty) => {
      if (node.honest) this.watcher.duty(node, duty)
    })
    const acceptance = new Acceptance(this, (node, said) => this.announce(node, said))
    this.people = new People(
      this,
      (node, ballot, choice) => this.cast.choose(node, ballot, choice),
      (node, ballot) => acceptance.hear(node, ballot),
    )
    this.script = new Script(this, this, broken)
    this.populate(populationOf(scenario, events, this.cast), late)
    this.script.begin(events)
  }

  get nowUs(): number {
    return this.calendar.at
  }

  get now(): number {
    return this.calendar.at / 1000
  }

  get honest(): readonly NodeView[] {
    return this.nodes.filter(({ honest, up }) => honest && up)
  }

  node(name: string): SimNode | undefined {
    return this.byName.get(name)
  }

  /** Lets things happen until a moment in ms. */
  run(untilMs: number): void {
    const until = untilMs * 1000
    const { calendar, hash, limits } = this
    const { list } = this.ops
    while (!this.isCut && calendar.pop(until)) {
      this.events++
      hash.number(calendar.at)
      hash.word(calendar.code)
      hash.word(calendar.b ^ Math.imul(calendar.c, 0x9e3779b1))
      this.happen(calendar.code, calendar.b, calendar.c)
      if (this.events > limits.events || list.length > limits.ops) this.cut()
    }
    if (!this.isCut) calendar.moveTo(until)
  }

  private cut(): void {
    this.isCut = true
    this.emit({ what: 'cut', events: this.events, ops: this.ops.list.length })
  }

  /** Everything that can be mended is. */
  heal(): void {
    this.script.heal()
  }

  /** All honest nodes look once more at what they read. */
  lookAll(): void {
    for (const node of this.nodes) if (node.honest && node.up) this.watcher.look(node)
  }

  after(delayUs: number, action: () => void): void {
    this.call(this.nowUs + delayUs, action)
  }

  at(ms: number, action: () => void): void {
    this.call(Math.round(ms * 1000), action)
  }

  emit(happening: Happening): void {
    this.hash.text(happening.what)
    this.onTrace({ at: this.now, ...happening } as TraceRecord)
  }

  took(node: SimNode, accepted: readonly Op[], from: number): void {
    if (accepted.length === 0) return
    const peer = this.nodes[from]
    if (peer) this.onDelivery?.(peer.name, node.name)
    for (const op of accepted) {
      const entry = node.hold(op)
      if (entry?.sig) this.gossip.forward(node, entry.index, from)
      if (!node.honest) this.cast.hear(node, op)
    }
    this.metrics.add('ops.accepted', accepted.length)
    this.wakeAt(node, this.nowUs + LOOK_SOON_US)
    if (node.mayWait) this.tickLater(node)
    this.syncing.stir()
  }

  publish(node: SimNode, { op, bytes, sig }: Issued): void {
    const entry = this.ops.intern(op, { bytes, sig })
    entry.verified = true
    this.hash.text(op.cid)
    this.metrics.add('ops.issued')
    node.hold(op)
    const { name, honest } = node
    const ballot =
      this.ops.get(op.refs[0] ?? op.cid)?.op.type === 'proposal.open' ? op.refs[0] : null
    this.emit({
      what: 'issued',
      node: name,
      cid: op.cid,
      type: op.type,
      ballot: ballot ?? null,
      honest,
    })
    this.gossip.forward(node, entry.index, -1)
    this.wakeAt(node, this.nowUs + LOOK_SOON_US)
    this.syncing.stir()
    if (!honest) this.cast.hear(node, op)
  }

  wakeAt(node: SimNode, atUs: number): void {
    if (!node.up || atUs >= node.wakeAtUs) return
    node.wakeAtUs = Math.max(atUs, this.nowUs)
    this.calendar.push(node.wakeAtUs, codeOf(EVENT.wake, node.index))
  }

  topologyChanged(): void {
    this.syncing.stir()
    if (this.isGrafting) return
    this.isGrafting = true
    this.after(GRAFT_SOON_US, () => {
      this.isGrafting = false
      for (const node of this.nodes) this.gossip.graft(node)
      this.syncing.stir()
    })
  }

  start(node: SimNode): void {
    if (node.up) return
    node.start(this.now)
    node.onDoor = (accepted, key) => {
      const peer = this.onDelivery && this.nodes.find(({ signer }) => signer?.key === key)
      if (peer && accepted.length > 0) this.onDelivery?.(peer.name, node.name)
      this.took(node, accepted, -1)
    }
    node.ballotsSeen = 0
    this.emit({ what: 'started', node: node.name })
    this.topologyChanged()
    this.wakeAt(node, this.nowUs)
  }

  stop(node: SimNode): void {
    if (!node.up) return
    node.stop()
    this.emit({ what: 'stopped', node: node.name })
    this.topologyChanged()
  }

  turn(node: SimNode, strategies: readonly string[]): void {
    const copies = [
      node,
      ...this.nodes.filter((one) => one.copy > 0 && one.stakeholder === node.stakeholder),
    ]
    for (const copy of copies) {
      copy.isCopy = copies.length > 1
      this.cast.turn(this, this.gossip, copy, strategies)
      if (copy === node || copy.up || !node.up) continue
      // A second node with one key begins where the first one is.
      node.replica.flush()
      copy.restore(node.store.backup())
      this.start(copy)
    }
  }

  thief(victim: SimNode, strategies: readonly string[]): void {
    const thief = this.nodes.find((one) => one.copy > 0 && one.stakeholder === victim.stakeholder)
    if (!thief || !victim.up) return
    victim.honest = false
    thief.isCopy = true
    this.cast.turn(this, this.gossip, thief, strategies)
    victim.replica.flush()
    thief.restore(victim.store.backup())
    this.start(thief)
  }

  announce(node: SimNode, said: readonly Said[]): void {
    for (const { op } of said) this.hash.text(op.cid)
    this.took(node, node.ingest(this.trusted(said), 'local'), -1)
  }

  private happen(code: number, b: number, c: number): void {
    const kind = kindOf(code)
    if (kind === EVENT.call) {
      this.answer(b)
      return
    }
    if (kind === EVENT.sweep) {
      this.syncing.sweep()
      return
    }
    const node = this.nodes[whomOf(code)]
    if (!node) return
    if (kind === EVENT.gossip) this.gossip.arrive(node, b, c)
    else if (kind === EVENT.wake) this.wake(node)
    else if (kind === EVENT.heartbeat) this.gossip.heartbeat(node)
    else if (kind === EVENT.ihave) this.hearOf(node, b)
    else if (kind === EVENT.tick) this.tick(node)
    else if (!node.hasSeen(c)) this.syncing.ask(node, this.nodes[b])
  }

  private hearOf(node: SimNode, from: number): void {
    const peer = this.nodes[from]
    if (peer) this.gossip.hearOf(node, peer)
  }

  private wake(node: SimNode): void {
    if (!node.up || node.wakeAtUs > this.nowUs) return
    node.wakeAtUs = Number.POSITIVE_INFINITY
    this.people.lookAt(node)
    this.steward.look(node)
    if (node.honest) this.watcher.look(node)
  }

  /** Lets in what waited for its time, as long as something does. */
  private tick(node: SimNode): void {
    node.isTicking = false
    if (!node.up) return
    const { accepted } = node.replica.tick()
    node.mayWait = node.replica.ledger.pending.sizeBytes > 0
    this.took(node, accepted, -1)
    if (node.mayWait) this.tickLater(node)
  }

  private tickLater(node: SimNode): void {
    if (node.isTicking) return
    node.isTicking = true
    this.calendar.push(this.nowUs + TICK_US, codeOf(EVENT.tick, node.index))
  }

  private call(atUs: number, action: () => void): void {
    const number = this.nextCall
    this.nextCall = (this.nextCall + 1) & CALLS
    this.calls.set(number, action)
    this.calendar.push(atUs, codeOf(EVENT.call, 0), number)
  }

  private answer(number: number): void {
    const action = this.calls.get(number)
    this.calls.delete(number)
    action?.()
  }

  private passes(from: SimNode, op: number, to: SimNode): boolean {
    const entry = this.ops.list[op]
    return entry !== undefined && this.cast.passes(from, entry.op, to)
  }

  /** What the run made itself, as it is taken in: nobody need check it. */
  private trusted(said: readonly Said[]): Incoming[] {
    for (const { op, bytes, sig } of said) this.ops.intern(op, { bytes, sig }).verified = true
    return said.map((one) => ({ ...one, verified: true }))
  }

  private populate(who: readonly Inhabitant[], late: ReadonlySet<string>): void {
    for (const inhabitant of who) this.add(inhabitant)
    for (const node of this.nodes) if (node.copy === 0 && !late.has(node.name)) this.start(node)
    for (const node of this.nodes) this.gossip.graft(node)
  }

  private add(who: Inhabitant): void {
    const index = this.nodes.length
    const signer = who.stakeholder === null ? undefined : nodeKeyOf(who.stakeholder)
    const stream = this.random.split('node').split(who.name)
    const clock = new SkewedClock(this, index)
    const node = new SimNode({ index, signer, stream, clock, ...who }, this.parts)
    this.nodes.push(node)
    this.byName.set(who.name, node)
  }
}
