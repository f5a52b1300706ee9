/** A node of a run: the shipped replica, a clock of its own, an inbox, and what was seen of it. */
import { RULES, type SettleRules } from '../../src/ballot/rules.ts'
import type { Incoming } from '../../src/chain/run.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { decodeOp } from '../../src/op/operation.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { Verifier } from '../../src/op/signature.ts'
import type { Duty } from '../../src/replica/duties.ts'
import { type Issued, Replica } from '../../src/replica/replica.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import { type Founded, type Member, verifier } from '../support/coalition.ts'
import { TestClock } from '../support/people.ts'

/** What a node is made of. */
export interface NodeOptions {
  readonly founded: Founded
  /** None for a node that only reads. */
  readonly member: Member | undefined
  readonly clockOffsetMs: number
  readonly rules: Partial<SettleRules>
  readonly verifier: Verifier
  /** What it starts with; empty when left out. */
  readonly store?: MemoryStore
}

/** Most duties in a row; an honest node's always end. */
const MAX_DUTIES = 500

/** Checks each signature once a process: every node of a run sees the same operations. */
export function rememberingVerifier(): Verifier {
  const known = new Map<string, boolean>()
  return {
    acceptsKey: (key) => verifier.acceptsKey(key),
    verify: (sig, message, key) => {
      const name = `${key}${Buffer.from(sig).toString('latin1')}${Buffer.from(message).toString('latin1')}`
      const before = known.get(name)
      if (before !== undefined) return before
      const good = verifier.verify(sig, message, key)
      known.set(name, good)
      return good
    },
  }
}

let nodes = 0

/** One node: honest, or one of the copies that a faulty stakeholder runs. */
export class SettleNode {
  /** Its own in the process. */
  readonly name: number = nodes++
  readonly member: Member | undefined
  readonly replica: Replica
  /** Grows with everything taken in or said: what two nodes exchanged is stale when it moved. */
  version = 0
  private readonly options: NodeOptions
  private readonly store: MemoryStore
  private readonly clock: TestClock
  private epoch: number
  private leaptMs = 0
  private inbox: { readonly ops: readonly Incoming[]; readonly from: KeyId }[] = []

  constructor(options: NodeOptions) {
    const { founded, member, clockOffsetMs, rules } = options
    this.options = options
    this.store = options.store ?? new MemoryStore()
    this.member = member
    this.epoch = founded.at + clockOffsetMs
    this.clock = new TestClock(this.epoch)
    this.replica = Replica.open({
      coalition: founded.coalition,
      store: this.store,
      clock: this.clock,
      verifier: options.verifier,
      rules: { ...RULES, ...rules },
      ...(member && { signer: member.node }),
    })
    this.replica.ingest(founded.ops)
  }

  get key(): KeyId | undefined {
    return this.member?.node.key
  }

  /** A second node with the same key and the same past: from here on they fork the key. */
  clone(): SettleNode {
    this.replica.flush()
    const store = new MemoryStore()
    store.commit({
      puts: [...this.store.load()],
      drops: [],
      signatures: [],
      notes: [...this.store.notes()],
    })
    const copy = new SettleNode({ ...this.options, store })
    copy.leap(this.leaptMs)
    return copy
  }

  /** Turns the node's clock to a moment of virtual time. */
  turnTo(nowMs: number): void {
    this.clock.time = this.epoch + nowMs
  }

  /** Lets time pass by its clock in which nothing happens. */
  leap(ms: number): void {
    this.epoch += ms
    this.leaptMs += ms
  }

  /** A moment by the node's clock in virtual ms. */
  virtual(localMs: number): number {
    return localMs - this.epoch
  }

  /** Puts operations into the inbox; true when it was empty. */
  receive(ops: readonly Incoming[], from: KeyId): boolean {
    this.inbox.push({ ops, from })
    return this.inbox.length === 1
  }

  /** Takes in what is in the inbox, and what waited for its time. */
  takeIn(): void {
    const inbox = this.inbox
    this.inbox = []
    for (const { ops, from } of inbox) this.replica.ingest(this.withoutOwn(ops), from)
    this.version++
  }

  /** Lets in what waited for its time. */
  tick(): void {
    this.replica.tick()
    this.version++
  }

  /** Does what it owes until nothing is due; what it said, and when to ask again (virtual ms). */
  doDuties(each: (duty: Duty) => void): { readonly said: Issued[]; readonly wakeAt: number } {
    const said: Issued[] = []
    for (let i = 0; i < MAX_DUTIES; i++) {
      const { due, wakeAt } = this.replica.duties()
      const [duty] = due
      if (!duty) return { said, wakeAt: this.virtual(wakeAt) }
      each(duty)
      const issued = unwrap(this.replica.perform(duty))
      if (issued) said.push(issued)
      this.version++
    }
    throw new RangeError('duties never end')
  }

  /**
   * Operations of the node's own key that it did not make: only a faulty stakeholder's copies meet
   * them, and refuse them so that they can go on.
   */
  private withoutOwn(ops: readonly Incoming[]): Incoming[] {
    return ops.filter((item) => {
      const op = item.op ?? unwrap(decodeOp(item.bytes))
      return op.key !== this.key || this.replica.ledger.byCid.has(op.cid)
    })
  }
}
