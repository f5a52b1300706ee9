/**
 * A process that holds only the store and the replica of one member, to be killed at any moment.
 * It says that it kept something only once that is on disk, and sends nothing that is not.
 */
import { nodeSha256 } from '../../../node/crypto/node-sha256.ts'
import { OpensslVerifier } from '../../../node/crypto/openssl-verifier.ts'
import { SqliteStore } from '../../../node/store/sqlite-store.ts'
import { reached } from '../../../node/store/steps.ts'
import type { Incoming } from '../../../src/chain/run.ts'
import type { Result } from '../../../src/op/refusal.ts'
import { castDraft } from '../../../src/replica/acts.ts'
import { type Issued, Replica } from '../../../src/replica/replica.ts'
import type { OpStore } from '../../../src/replica/store.ts'
import { TestClock } from '../../support/people.ts'
import { crashCoalition, victimOf } from './coalition.ts'
import { armKillSwitch } from './kill-switch.ts'
import { LaggingStore } from './lagging-store.ts'
import {
  type Broken,
  fromWire,
  type Head,
  messagesOf,
  type Order,
  toWire,
  type Word,
} from './wire.ts'

/** Duties done at one order; each changes what the next must be. */
const MAX_DUTIES = 16

const epoch = Number(process.argv[2] ?? 0)
const founded = crashCoalition(epoch)
const victim = victimOf(founded)
const verifier = new OpensslVerifier()
const clock = new TestClock(founded.at)

/** Written at once: a pipe's write is synchronous, so what is said has left. */
const say = (word: Word): void => void process.stdout.write(`${JSON.stringify(word)}\n`)

class Child {
  private readonly replica: Replica
  private readonly broken: Broken | undefined

  constructor(path: string, broken: Broken | undefined) {
    this.broken = broken
    const sqlite = SqliteStore.open(path)
    const store: OpStore = broken === 'sends-first' ? new LaggingStore(sqlite) : sqlite
    const { coalition } = founded
    const signer = victim.node
    this.replica = Replica.open({ coalition, store, clock, verifier, hash: nodeSha256, signer })
    reached('replica.opened')
    if (!this.replica.ledger.byCid.has(coalition)) {
      this.replica.ingest(founded.ops)
      this.replica.flush()
    }
    say({ is: 'open', heads: this.heads() })
  }

  obey(order: Exclude<Order, { do: 'open' }>): void {
    if ('now' in order) clock.time = order.now
    if (order.do === 'take') this.take(order.ops.map(fromWire))
    else if (order.do === 'vote') this.vote(order)
    else if (order.do === 'duties') this.doDuties()
    else if (order.do === 'tail') this.sendTail(order.from)
    else say({ is: 'digest', digest: this.replica.digest() })
  }

  private take(ops: readonly Incoming[]): void {
    this.replica.ingest(ops, 'peer')
    reached('sync.taken')
    // The broken one answers before it has written, as many a log does.
    if (this.broken === 'acknowledges-first') {
      say({ is: 'kept', heads: this.heads() })
      setTimeout(() => this.replica.flush(), 5)
      return
    }
    this.replica.flush()
    say({ is: 'kept', heads: this.heads() })
  }

  private vote({ ballot, choice }: Extract<Order, { do: 'vote' }>): void {
    const draft = castDraft(this.replica, ballot, choice)
    this.send(draft.ok ? this.replica.issue(draft.value) : draft, 'act.stored')
  }

  private doDuties(): void {
    const refusal = this.replica.mayIssue('seal')
    if (refusal) say({ is: 'failed', why: `it may not seal: ${refusal.code}` })
    for (let i = 0; i < MAX_DUTIES; i++) {
      const [duty] = this.replica.duties().due
      if (!duty) break
      const isSeal = duty.kind === 'seal'
      const done = this.replica.perform(duty)
      if (!done.ok) break
      if (done.value) this.send(done as Result<Issued>, isSeal ? 'seal.stored' : 'duty.stored')
      if (isSeal) reached('seal.sent')
    }
    say({ is: 'done' })
  }

  private send(issued: Result<Issued>, step: Parameters<typeof reached>[0]): void {
    if (!issued.ok) return
    reached(step)
    say({ is: 'said', ops: [toWire(issued.value)] })
  }

  /** What a peer that syncs would get of our own chain. */
  private sendTail(from: number): void {
    const { main } = this.replica.ledger.chain(victim.node.key)
    const ops = main.slice(from).flatMap(({ op }) => this.replica.stored(op.cid) ?? [])
    say({ is: 'said', ops: ops.map(toWire) })
  }

  private heads(): Head[] {
    return [...this.replica.ledger.chains.values()].flatMap(({ key, main }): Head[] => {
      const last = main.at(-1)?.op
      return last ? [[key, last.seq, last.cid]] : []
    })
  }
}

let child: Child | undefined

function follow(order: Order): void {
  if (order.do !== 'open') {
    child?.obey(order)
    return
  }
  if (order.fate) armKillSwitch(order.fate)
  child = new Child(order.path, order.broken)
}

say({ is: 'warm' })
for await (const order of messagesOf<Order>(process.stdin)) {
  try {
    follow(order)
  } catch (error) {
    say({ is: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : `${error}` })
  }
}
