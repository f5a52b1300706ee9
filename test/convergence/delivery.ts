/** Ways in which a set of operations reaches a replica: orders, runs, copies, restarts. */
import type { Incoming } from '../../src/chain/run.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { Replica } from '../../src/replica/replica.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import { TestClock } from '../support/people.ts'
import type { Dice } from './moot.ts'
import type { OpSet } from './op-sets.ts'
import type { Made } from './pen.ts'
import { toyVerifier } from './toy-crypto.ts'

/** A node of a test: its replica, and what is left of it after a restart. */
export class Site {
  replica: Replica
  readonly clock: TestClock
  private readonly store = new MemoryStore()
  private readonly set: OpSet

  constructor(set: OpSet) {
    this.set = set
    this.clock = new TestClock(set.founded.at + 3_600_000)
    this.replica = this.open()
  }

  private open(store = this.store): Replica {
    return Replica.open({
      coalition: this.set.founded.coalition,
      store,
      clock: this.clock,
      verifier: toyVerifier,
    })
  }

  /** Stops and starts again with what is on disk. */
  restart(): void {
    this.replica.flush()
    this.replica = this.open()
  }

  /** Another replica that counts the same store from scratch. */
  recounted(): Replica {
    this.replica.flush()
    return this.open()
  }

  /** Lets time pass until nothing is from the future. */
  letTimePass(): void {
    this.clock.time = this.set.dueAt
    this.replica.tick()
  }

  /** Hands over what the replica asks for until it asks for nothing that there is. */
  answer(dice: Dice): void {
    const library = new Map<OpCid, Made>(this.set.ops.map((made) => [made.op.cid, made]))
    const given = new Set<string>()
    for (;;) {
      const asked = this.replica.missing().flatMap((cid) => library.get(cid) ?? [])
      const print = asked
        .map(({ op }) => op.cid)
        .sort()
        .join()
      if (asked.length === 0 || given.has(print)) return
      given.add(print)
      this.replica.ingest(dice.shuffled(asked), 'library')
    }
  }
}

/** What comes at once: a message of gossip, a run of sync. */
export type Arrival = readonly Incoming[]

const unasked = (set: OpSet): Made[] => set.ops.filter(({ op }) => !set.withheld.has(op.cid))

/** Everything good that is offered unasked, one operation at a time, as it was made. */
export const inOrder = (set: OpSet): Arrival[] =>
  unasked(set).map(({ bytes, sig, op }) => [{ bytes, sig, op }])

/** Everything that is offered unasked, one operation at a time, in random order. */
export const singly = (set: OpSet, dice: Dice): Arrival[] =>
  dice.shuffled([...unasked(set), ...set.bad]).map(({ bytes, sig }) => [{ bytes, sig }])

/** The same as runs of random length, in random order, each signed at its end only. */
export function inRuns(set: OpSet, dice: Dice): Arrival[] {
  const offered = new Map(unasked(set).map((made) => [made.op.cid, made]))
  const left = new Set(offered.keys())
  const runs: Arrival[] = set.bad.map((item) => [item])
  // From the newest back: every run ends in something not yet sent.
  for (const end of [...offered.values()].reverse()) {
    if (!left.delete(end.op.cid)) continue
    const run: Incoming[] = [{ bytes: end.bytes, sig: end.sig }]
    let at: Made | undefined = end.op.prev === null ? undefined : offered.get(end.op.prev)
    for (
      ;
      at && !dice.chance(0.2);
      at = at.op.prev === null ? undefined : offered.get(at.op.prev)
    ) {
      left.delete(at.op.cid)
      run.unshift({ bytes: at.bytes, sig: null })
    }
    runs.push(run)
  }
  return dice.shuffled(runs)
}
