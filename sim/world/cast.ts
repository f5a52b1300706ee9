/** The faulty of a run: which nodes they have, and what these do otherwise than the protocol says. */
import type { OpCid } from '../../src/op/ids.ts'
import type { Op } from '../../src/op/operation.ts'
import { invariant } from '../../src/op/refusal.ts'
import type { Core } from './core.ts'
import type { Gossip } from './gossip.ts'
import type { SimNode } from './node.ts'
import { Puppet } from './puppet.ts'
import type { Strategy, VoteChoice } from './strategy.ts'

/** Puppets by node. */
export class Cast {
  private readonly puppets = new Map<SimNode, Puppet>()
  private readonly byName: ReadonlyMap<string, Strategy>

  constructor(strategies: readonly Strategy[]) {
    this.byName = new Map(strategies.map((strategy) => [strategy.name, strategy]))
  }

  /** A strategy by its name. */
  strategy(name: string): Strategy {
    const found = this.byName.get(name)
    invariant(found, `scenario checks know every strategy, not "${name}"`)
    return found
  }

  /** A node is faulty from now on. */
  turn(core: Core, gossip: Gossip, node: SimNode, names: readonly string[]): void {
    node.honest = false
    const strategies = names.map((name) => this.strategy(name))
    this.puppets.set(node, new Puppet(core, gossip, { node, strategies }))
  }

  /** Nodes that a stakeholder with these strategies runs. */
  copiesOf(names: readonly string[]): number {
    return Math.max(1, ...names.map((name) => this.strategy(name).copies ?? 1))
  }

  /** A faulty node took in, or signed, an operation. */
  hear(node: SimNode, op: Op): void {
    if (this.puppets.size > 0) this.puppets.get(node)?.hear(op)
  }

  /** What a node says instead of a choice. */
  choose(node: SimNode, ballot: OpCid, choice: VoteChoice): VoteChoice | undefined {
    const puppet = this.puppets.get(node)
    return puppet ? puppet.choose(ballot, choice) : choice
  }

  /** A node passes an operation on to another, who takes it in. */
  passes(from: SimNode, op: Op, to: SimNode): boolean {
    if (this.puppets.size === 0) return true
    const isSent = this.puppets.get(from)?.passes(op, to.name) ?? true
    return isSent && (this.puppets.get(to)?.hears(op, from.name) ?? true)
  }

  /** Two nodes talk with each other. */
  meet(a: SimNode, b: SimNode): boolean {
    if (this.puppets.size === 0) return true
    const first = this.puppets.get(a)?.meets(b.name) ?? true
    return first && (this.puppets.get(b)?.meets(a.name) ?? true)
  }
}
