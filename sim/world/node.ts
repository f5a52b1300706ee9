/** A node of a run: the shipped replica, a clock and a disk of its own, and what it has passed on. */
import type { IngestReport } from '../../src/chain/report.ts'
import type { Incoming } from '../../src/chain/run.ts'
import type { KeyId } from '../../src/op/ids.ts'
import type { Op, Signer } from '../../src/op/operation.ts'
import type { Standing } from '../../src/replica/outcomes.ts'
import { Replica, type ReplicaOptions } from '../../src/replica/replica.ts'
import type { NodeView } from '../oracle/oracle.ts'
import type { Stream } from '../random/stream.ts'
import type { Broken } from './broken.ts'
import type { SkewedClock } from './clock.ts'
import type { LinkEnd } from './links.ts'
import type { RunOp } from './ops.ts'
import { type Origin, type ReplicaParts, replicaOptions } from './origin.ts'
import { type Backup, VirtualStore } from './store.ts'

/** What all nodes of a run are made with. */
export interface NodeParts extends ReplicaParts {
  /** What all begin with, held once; and the same as operations, for who begins later. */
  readonly origin: Origin
  readonly founding: readonly Incoming[]
  readonly broken: Broken
}

/** Who a node is. */
export interface NodeIdentity {
  readonly index: number
  readonly name: string
  readonly stakeholder: string | null
  readonly region: string
  readonly signer: Signer | undefined
  readonly stream: Stream
  readonly clock: SkewedClock
  /** Which of several nodes with one key. */
  readonly copy: number
}

/** One node. */
export class SimNode implements LinkEnd, NodeView {
  readonly index: number
  readonly name: string
  readonly stakeholder: string | null
  readonly region: string
  readonly stream: Stream
  readonly clock: SkewedClock
  readonly copy: number
  signer: Signer | undefined
  readonly store: VirtualStore
  honest = true
  /** One of several nodes with one key. */
  isCopy = false
  up = false
  /** It ended for good. */
  isGone = false
  startedAt = 0
  /** Grows with everything taken in, and with every start. */
  version = 0
  /** Fingerprint of the operations it holds. */
  printX = 0
  printY = 0
  /** Its mesh: peers that it passes every new operation to. */
  mesh: number[] = []
  /** Operations of the last heartbeats, by number, with the heartbeat in which they came. */
  recent: { readonly op: number; readonly beat: number }[] = []
  isBeating = false
  /** When it looks at its duties next, in µs. */
  wakeAtUs = Number.POSITIVE_INFINITY
  isTicking = false
  /** Something it was sent waits for its time or its predecessor. */
  mayWait = false
  /** Keys in which it was shown a fork. */
  readonly evidence: KeyId[] = []
  /** No key that it knows was forked or revoked. */
  isPlain = true
  /** What was seen of the replica at the last look. */
  standing: Standing | undefined
  ballotsSeen = 0
  private readonly parts: NodeParts
  private open: Replica | undefined
  private openDoor: Replica | undefined
  private seen = new Uint8Array(256)
  private contentsAt = -1
  private contentsMemo = ''

  constructor(identity: NodeIdentity, parts: NodeParts) {
    this.index = identity.index
    this.name = identity.name
    this.stakeholder = identity.stakeholder
    this.region = identity.region
    this.stream = identity.stream
    this.clock = identity.clock
    this.copy = identity.copy
    this.signer = identity.signer
    this.parts = parts
    this.store = new VirtualStore(parts.ops, parts.broken.acknowledgesEarly === true)
  }

  get replica(): Replica {
    if (!this.open) this.open = this.reopened()
    return this.open
  }

  /** The replica as a sync session writes to it: what the run knows is not computed again. */
  get door(): Replica {
    this.openDoor ??= this.doorOf(this.replica)
    return this.openDoor
  }

  /** Starts the process on what the disk holds; the first time on the founding operations. */
  start(now: number): void {
    const isFirst = this.store.isEmpty
    this.up = true
    if (this.version === 0) this.startedAt = now
    this.open = isFirst ? this.begun() : this.reopened()
    this.replica.flush()
    this.recount()
    this.version++
  }

  /** Ends the process; what was not flushed is lost. */
  stop(): void {
    if (this.parts.broken.forgetsAtCrash && this.signer) this.store.forgetSeals(this.signer.key)
    this.store.crash()
    this.up = false
    this.open = undefined
    this.openDoor = undefined
    this.standing = undefined
    this.mesh = []
    this.recent = []
    this.wakeAtUs = Number.POSITIVE_INFINITY
  }

  /** Puts an old copy of the disk in its place; the process must have ended. */
  restore(backup: Backup): void {
    this.store.restore(backup)
  }

  /** Takes operations in; what was accepted. */
  ingest(ops: readonly Incoming[], from: string): readonly Op[] {
    const report = this.replica.ingest(this.acceptable(ops), from)
    this.note(report)
    return report.accepted
  }

  private note({ accepted, waiting, evidence }: IngestReport): void {
    if (waiting.length > 0) this.mayWait = true
    if (evidence.length > 0) this.evidence.push(...evidence)
    if (evidence.length > 0 || accepted.some(({ type }) => type === 'key.revoke'))
      this.isPlain = false
  }

  /** Notes that it holds an operation now; what the run knows of that. */
  hold(op: Op): RunOp | undefined {
    const entry = this.parts.ops.get(op.cid)
    if (!entry) return undefined
    this.mark(entry.index)
    this.printX ^= entry.print[0]
    this.printY ^= entry.print[1]
    this.version++
    return entry
  }

  /** It was told of an operation before. */
  hasSeen(op: number): boolean {
    return ((this.seen[op >> 3] ?? 0) & (1 << (op & 7))) !== 0
  }

  /** Remembers that it was told of an operation. */
  mark(op: number): void {
    const at = op >> 3
    if (at >= this.seen.length) {
      const grown = new Uint8Array(2 * at + 64)
      grown.set(this.seen)
      this.seen = grown
    }
    this.seen[at] = (this.seen[at] ?? 0) | (1 << (op & 7))
  }

  /** What it counts, as a text that is the same for the same; computed once a version. */
  contents(): string {
    // Where no key ever broke, everything held counts.
    if (this.isPlain) return `${this.printX} ${this.printY}`
    if (this.contentsAt !== this.version) {
      this.contentsAt = this.version
      this.contentsMemo = this.replica.digest().ops
    }
    return this.contentsMemo
  }

  /** Looks through all that it holds: after a start, and when counting began anew. */
  recount(): void {
    this.printX = 0
    this.printY = 0
    this.seen.fill(0)
    for (const { op } of this.replica.ledger.byCid.values()) this.hold(op)
  }

  /** True when one of several nodes with one key did not make an operation of that key itself. */
  private isOfOtherCopy(op: Op): boolean {
    return op.key === this.signer?.key && !this.replica.ledger.byCid.has(op.cid)
  }

  /** Copies refuse each other's operations, or each would see that it is one of several and stop. */
  private acceptable(ops: readonly Incoming[]): readonly Incoming[] {
    if (!this.isCopy) return ops
    return ops.filter(({ op }) => !op || !this.isOfOtherCopy(op))
  }

  /** A replica that reads everything from the disk again. */
  reopened(): Replica {
    return Replica.open(this.options)
  }

  /** Begins with the founding: by what all share where its clock says the same. */
  private begun(): Replica {
    const { origin, founding } = this.parts
    if (this.clock.now() === origin.at) {
      this.store.begin(origin.store)
      return Replica.fork(origin.replica, this.options)
    }
    const replica = this.reopened()
    replica.ingest(founding)
    return replica
  }

  private get options(): ReplicaOptions {
    const { store, clock, signer } = this
    return { ...replicaOptions(this.parts), store, clock, ...(signer && { signer }) }
  }

  private doorOf(replica: Replica): Replica {
    const ingest: Replica['ingest'] = (items, from) => {
      const recalled = [...items].map((item) => this.parts.ops.recall(item))
      const report = replica.ingest(this.acceptable(recalled), from)
      this.note(report)
      this.onDoor(report.accepted, from)
      return report
    }
    return Object.create(replica, { ingest: { value: ingest } })
  }

  /** Told what came in by a session, and by whose word. */
  onDoor: (accepted: readonly Op[], from: string | undefined) => void = () => undefined
}
