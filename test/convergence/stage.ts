/** A founded coalition with pens for everybody: what stories about chains begin with. */
import type { PendingLimits } from '../../src/chain/pending.ts'
import { cidOf, linkOf } from '../../src/op/cid.ts'
import type { CoalitionId, KeyId, OpCid } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import type { Signer } from '../../src/op/operation.ts'
import type { Capability } from '../../src/op/type.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { Replica } from '../../src/replica/replica.ts'
import { MemoryStore, type OpStore } from '../../src/replica/store.ts'
import { delegation, type Founded, found } from '../support/coalition.ts'
import { TestClock } from '../support/people.ts'
import { type Made, Pen } from './pen.ts'
import { toyKey, toySigner, toyVerifier } from './toy-crypto.ts'

/** What differs from a plain replica. */
export interface StageReplica {
  readonly store?: OpStore
  readonly clock?: TestClock
  readonly signer?: Signer
  readonly pendingLimits?: PendingLimits
}

/** Four members (weights 1, 2, 3, 1), their pens, and statements in short. */
export class Stage {
  readonly founded: Founded
  readonly coalition: CoalitionId
  readonly roots: readonly Pen[]
  readonly nodes: readonly Pen[]
  readonly clock: TestClock
  private newKeys = 0

  constructor(opsPerMinute = 100_000) {
    const plain = found([1, 2, 3, 1])
    const limits = { ...plain.charter.limits, opsPerMinute }
    this.founded = found([1, 2, 3, 1], { limits })
    this.coalition = this.founded.coalition
    const said = (key: KeyId): Made[] => this.founded.ops.filter(({ op }) => op.key === key)
    const pen = ({ key }: Signer): Pen => new Pen(toySigner(key), this.coalition, said(key))
    this.roots = this.founded.members.map(({ root }) => pen(root))
    this.nodes = this.founded.members.map(({ node }) => pen(node))
    this.clock = new TestClock(this.founded.at)
  }

  /** A root's pen. */
  root(i: number): Pen {
    return this.one(this.roots, i)
  }

  /** A member's node key. */
  node(i: number): Pen {
    return this.one(this.nodes, i)
  }

  private one(pens: readonly Pen[], i: number): Pen {
    const pen = pens[i]
    if (!pen) throw new RangeError(`no pen ${i}`)
    return pen
  }

  /** A key that nobody has delegated yet. */
  newPen(): Pen {
    return new Pen(toySigner(toyKey(1000 + this.newKeys++)), this.coalition)
  }

  /** Says something of no importance, different each time that `text` is. */
  note(pen: Pen, text = '', branch = 0): Made {
    const at = this.clock.now()
    const body = { addresses: [`/memory/${text}`] }
    return pen.say({ type: 'node.address', refs: [], body, at }, branch)
  }

  /** Says something that builds on other operations. */
  refer(pen: Pen, refs: readonly Made[], more: Partial<Draft> & { branch?: number } = {}): Made {
    const { branch = 0, ...draft } = more
    const cids = refs.map(({ op }) => op.cid)
    const line = { type: 'comment.add', refs: cids, body: {}, at: this.clock.now(), ...draft }
    return pen.say(line, branch)
  }

  /** A root delegates a key. */
  delegate(
    root: Pen,
    node: Pen,
    { branch = 0, can }: { branch?: number; can?: readonly Capability[] } = {},
  ): Made {
    const draft = delegation(this.coalition, root.signer, node.signer, can)
    return root.say({ ...draft, at: this.clock.now() }, branch)
  }

  /** A root revokes a key: everything after that operation, or everything. */
  revoke(root: Pen, node: Pen, lastGood: Made | null, branch = 0): Made {
    const good = lastGood && { seq: lastGood.op.seq, cid: linkOf(lastGood.op.cid) }
    const body = { key: keyBytes(node.key), lastGood: good, reason: 'lost' }
    return root.say({ type: 'key.revoke', refs: [], body, at: this.clock.now() }, branch)
  }

  /** A member's node key, writing for another coalition. */
  penElsewhere(i: number): Pen {
    return new Pen(this.node(i).signer, cidOf(Uint8Array.of(1)))
  }

  /** A replica that holds nothing. */
  empty(): Replica {
    const { coalition, clock } = this
    return Replica.open({ coalition, store: new MemoryStore(), clock, verifier: toyVerifier })
  }

  /** A replica that holds what was said at the founding. */
  replica({ store = new MemoryStore(), clock = this.clock, ...more }: StageReplica = {}): Replica {
    const { coalition } = this
    const replica = Replica.open({ coalition, store, clock, verifier: toyVerifier, ...more })
    replica.ingest(this.founded.ops)
    return replica
  }
}

/** How an operation stands at a replica; `absent` when it is not held. */
export const standingOf = ({ ledger }: Replica, { op }: Made): string =>
  ledger.byCid.get(op.cid)?.standing ?? 'absent'

/** The operations as one run, signed at its end only. */
export const asRun = (ops: readonly Made[]): { bytes: Uint8Array; sig: Uint8Array | null }[] =>
  ops.map(({ bytes, sig }, i) => ({ bytes, sig: i === ops.length - 1 ? sig : null }))

/** CIDs of operations. */
export const cidsOf = (ops: readonly Made[]): OpCid[] => ops.map(({ op }) => op.cid)

/** The operations by CID, lowest first. */
export const byCid = (ops: readonly Made[]): Made[] =>
  [...ops].sort((a, b) => (a.op.cid < b.op.cid ? -1 : 1))
