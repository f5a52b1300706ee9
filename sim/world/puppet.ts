/** A faulty node's hands: what its strategies can do (`strategy.ts`), done to a node of the world. */
import type { OpCid } from '../../src/op/ids.ts'
import type { Op } from '../../src/op/operation.ts'
import { signOp } from '../../src/op/operation.ts'
import { invariant } from '../../src/op/refusal.ts'
import type { Draft } from '../../src/replica/draft.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Stream } from '../random/stream.ts'
import type { Core } from './core.ts'
import type { Gossip } from './gossip.ts'
import type { SimNode } from './node.ts'
import type { Actor, Strategy, VoteChoice } from './strategy.ts'

/** Operations by hand that one puppet signs at most: a run has to end. */
const MAX_SAID = 5_000

/** One faulty node and its strategies. */
export class Puppet implements Actor {
  readonly node: SimNode
  readonly strategies: readonly Strategy[]
  readonly random: Stream
  private readonly core: Core
  private readonly gossip: Gossip
  /** Operations signed by hand, which the own replica does not know of, by seq. */
  private readonly byHand: Op[] = []
  private said = 0

  constructor(
    core: Core,
    gossip: Gossip,
    { node, strategies }: { readonly node: SimNode; readonly strategies: readonly Strategy[] },
  ) {
    this.core = core
    this.gossip = gossip
    this.node = node
    this.strategies = strategies
    this.random = core.random.split('puppet').split(node.name)
    for (const strategy of strategies) this.tickLater(strategy)
  }

  get name(): string {
    return this.node.name
  }

  get replica(): Replica {
    return this.node.replica
  }

  get now(): number {
    return this.core.now
  }

  get copy(): number {
    return this.node.copy
  }

  get peers(): readonly string[] {
    return this.core.nodes.flatMap(({ name, up }) => (up && name !== this.name ? [name] : []))
  }

  issue(draft: Draft): boolean {
    const issued = this.node.replica.issue(draft)
    if (issued.ok) this.core.publish(this.node, issued.value)
    return issued.ok
  }

  say(
    draft: Draft,
    how: { readonly seq?: number; readonly at?: number; readonly to?: readonly string[] } = {},
  ): Op {
    const { signer, replica } = this.node
    invariant(signer, 'a puppet has a key')
    invariant(++this.said <= MAX_SAID, `a strategy says more than ${MAX_SAID} operations`)
    const { main } = replica.ledger.chain(signer.key)
    const last = this.byHand.at(-1)
    const seq = how.seq ?? Math.max(main.length, last ? last.seq + 1 : 0)
    const before = this.byHand.findLast((op) => op.seq === seq - 1) ?? main[seq - 1]?.op
    const signed = signOp(
      {
        v: 1,
        coalition: replica.coalition,
        key: signer.key,
        seq,
        prev: before?.cid ?? null,
        at: how.at ?? replica.clock.now(),
        ...draft,
      },
      signer,
    )
    this.byHand.push(signed.op)
    this.core.ops.intern(signed.op, signed)
    this.core.metrics.add('byzantine.said')
    this.send([signed.op.cid], how.to ?? this.peers)
    return signed.op
  }

  send(ops: readonly OpCid[], to: readonly string[]): void {
    const wanted = new Set(to)
    for (const peer of this.core.nodes) {
      if (!wanted.has(peer.name) || !peer.up) continue
      for (const cid of ops) {
        const entry = this.core.ops.get(cid)
        if (entry) this.gossip.send(this.node, entry.index, peer.index)
      }
    }
  }

  /** Its node took in an operation. */
  hear(op: Op): void {
    for (const strategy of this.strategies) strategy.onOp?.(this, op)
  }

  /** What is said instead of a choice. */
  choose(ballot: OpCid, choice: VoteChoice): VoteChoice | undefined {
    let said: VoteChoice | undefined = choice
    for (const strategy of this.strategies)
      if (said !== undefined && strategy.vote) said = strategy.vote(this, ballot, said)
    return said
  }

  /** Every strategy lets an operation pass. */
  passes(op: Op, to: string): boolean {
    return this.strategies.every((strategy) => strategy.passes?.(this, op, to) ?? true)
  }

  /** Every strategy takes an operation in. */
  hears(op: Op, from: string): boolean {
    return this.strategies.every((strategy) => strategy.hears?.(this, op, from) ?? true)
  }

  /** Every strategy talks with a peer. */
  meets(peer: string): boolean {
    return this.strategies.every((strategy) => strategy.meets?.(this, peer) ?? true)
  }

  private tickLater(strategy: Strategy): void {
    const { tickMs } = strategy
    if (tickMs === undefined) return
    this.core.after(tickMs * 1000, () => {
      if (this.core.now >= this.core.scenario.durationMs) return
      if (this.node.up) strategy.onTick?.(this)
      this.tickLater(strategy)
    })
  }
}
