/** A node's service over replicas in memory: what it sent, and a way to let members exchange. */
import { join } from 'node:path'
import { EventLog } from '../../node/api/event-log.ts'
import { EventWatch } from '../../node/api/event-watch.ts'
import type { Alarm, NodeEvent } from '../../node/api/node-api.ts'
import { NodeService } from '../../node/api/service.ts'
import type { NetworkView, Surroundings } from '../../node/api/surroundings.ts'
import type { DutyMode } from '../../node/home/config-schema.ts'
import { layoutOf } from '../../node/home/layout.ts'
import type { JournalLine } from '../../node/store/journal.ts'
import type { Charter } from '../../src/charter/schema.ts'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { ProposalInput } from '../../src/replica/acts.ts'
import type { Issued } from '../../src/replica/replica.ts'
import type { MemoryStore } from '../../src/replica/store.ts'
import {
  type Founded,
  found,
  heldOps,
  type Member,
  openReplica,
  Party,
  simpleProposal,
} from './coalition.ts'
import { TestClock } from './people.ts'

/** A network that is nothing but a list. */
export class FakeNetwork implements NetworkView {
  blocked: KeyId[] = []
  peers(): [] {
    return []
  }
  listenAddresses(): string[] {
    return ['/ip4/127.0.0.1/tcp/4001']
  }
  setBlocked(keys: Iterable<KeyId>): void {
    this.blocked = [...keys]
  }
}

/** One member with its replica, service, events and everything that it sent. */
export class ServedNode {
  readonly party: Party
  readonly service: NodeService
  readonly events: EventLog
  readonly network = new FakeNetwork()
  readonly published: Issued[] = []
  readonly alarms: Alarm[] = []
  readonly journal: JournalLine[] = []
  pokes = 0
  stops = 0
  isReadOnly = false

  constructor(founded: Founded, member: Member, clock: TestClock, options: ServedOptions = {}) {
    const replica = openReplica(founded, { member, clock, ...options })
    this.party = new Party(member, replica)
    this.events = new EventLog(() => clock.now())
    new EventWatch(replica, this.events)
    this.service = new NodeService({
      replica,
      home: {
        layout: layoutOf(join('/home', member.id)),
        identity: { root: member.root.key, node: member.node.key },
      },
      surroundings: this.surroundings(),
      sealModes: () => options.sealMode ?? 'auto',
      rollout: { mode: () => 'auto', hooks: {}, monitor: undefined, watchMs: 60_000 },
      startedAt: clock.now(),
    })
  }

  get replica() {
    return this.party.replica
  }

  /** The events so far, after the given one. */
  async eventsSince(since: number): Promise<NodeEvent[]> {
    const list: NodeEvent[] = []
    if (since >= this.events.lastId) return list
    for await (const event of this.service.events(since, new AbortController().signal)) {
      list.push(event)
      if (event.id === this.events.lastId) break
    }
    return list
  }

  private surroundings(): Surroundings {
    return {
      bootstrap: new Map(),
      events: this.events,
      network: () => this.network,
      artefacts: () => undefined,
      journal: () => this.journal,
      alarms: () => this.alarms,
      isReadOnly: () => this.isReadOnly,
      storeFailed() {},
      publish: (ops) => void this.published.push(...ops),
      poke: () => void this.pokes++,
      stop: async () => void this.stops++,
    }
  }
}

/** What may differ from a plain node. */
export interface ServedOptions {
  readonly store?: MemoryStore
  readonly sealMode?: DutyMode
  /** What differs from a plain charter. */
  readonly charter?: Partial<Charter>
}

/** A coalition of served nodes with one clock. */
export class ServedCoalition {
  readonly clock = new TestClock()
  readonly founded: Founded
  readonly nodes: readonly ServedNode[]

  constructor(weights: readonly number[], options: ServedOptions = {}) {
    this.founded = found(weights, options.charter)
    this.nodes = this.founded.members.map(
      (member) => new ServedNode(this.founded, member, this.clock, options),
    )
  }

  /** The node of the first, second, … member. */
  node(n: number): ServedNode {
    const node = this.nodes[n]
    if (!node) throw new RangeError(`there are ${this.nodes.length} nodes`)
    return node
  }

  /** Everybody gets what everybody holds. */
  exchange(): void {
    for (const from of this.nodes)
      for (const to of this.nodes) to.replica.ingest(heldOps(from.replica))
  }

  /** A proposal of the first member that all hold. */
  async proposed(slot: string, title = slot, over: Partial<ProposalInput> = {}): Promise<OpCid> {
    const { service, published } = this.node(0)
    unwrap(await service.propose({ ...simpleProposal(slot, title), ...over }))
    this.exchange()
    const opened = published.findLast(({ op }) => op.type === 'proposal.open')
    if (!opened) throw new RangeError('the proposal was not sent')
    return opened.op.cid
  }

  /** Exchanges and does duties until nobody owes anything. */
  settle(): void {
    for (let round = 0; round < 100; round++) {
      const said = this.nodes.flatMap(({ party }) => party.doDuties())
      if (said.length === 0) return
      this.exchange()
    }
    throw new RangeError('the ballots never settle')
  }
}
