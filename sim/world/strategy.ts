/**
 * What a misbehaviour is. Most need little: a stakeholder that runs its node twice with one key, on
 * different sides of a filter, equivocates, seals twice and forgets without a line of attack. The
 * interface is small and public, so that `--strategy file.ts` can bring one's own.
 *
 *   export const strategy: Strategy = {
 *     name: 'late-no',
 *     about: 'votes yes at once and no in the last minute',
 *     onOp: (actor, op) => { … actor.say(voteDraft(…)) … },
 *   }
 */
import type { OpCid } from '../../src/op/ids.ts'
import type { Op } from '../../src/op/operation.ts'
import type { Draft } from '../../src/replica/draft.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Stream } from '../random/stream.ts'
import type { NodeName } from '../scenario/event.ts'

/** A vote's choice. */
export type VoteChoice = 'yes' | 'no' | 'abstain' | 'veto'

/** A faulty node, as its strategy sees and moves it. */
export interface Actor {
  readonly name: NodeName
  /** Its replica: the real one; what it signs by duty, people and `issue` goes through it. */
  readonly replica: Replica
  /** Randomness of its own. */
  readonly random: Stream
  /** Ms of virtual time. */
  readonly now: number
  /** All other nodes that run. */
  readonly peers: readonly NodeName[]
  /** Which of the copies with this key it is: 0, 1 … */
  readonly copy: number
  /** Signs a draft as the protocol would, and publishes it; false where the replica refuses. */
  issue(draft: Draft): boolean
  /**
   * Signs anything at any place of the key's chain (the next one unless `seq` says another) and
   * sends it to some nodes only (all unless named). The own replica does not hear of it.
   */
  say(
    draft: Draft,
    how?: { readonly seq?: number; readonly at?: number; readonly to?: readonly NodeName[] },
  ): Op
  /** Sends operations that somebody signed at some time, once more. */
  send(ops: readonly OpCid[], to: readonly NodeName[]): void
}

/** A misbehaviour. */
export interface Strategy {
  readonly name: string
  /** What it does, in a sentence. */
  readonly about: string
  /** Nodes that the stakeholder runs with its one key; 1 unless said. */
  readonly copies?: number
  /** Ms between two calls of `onTick`; never called unless said. */
  readonly tickMs?: number
  onTick?(actor: Actor): void
  /** Its replica took in an operation, or signed one. */
  onOp?(actor: Actor, op: Op): void
  /** What it says instead of what its people would; `undefined` for silence. */
  vote?(actor: Actor, ballot: OpCid, choice: VoteChoice): VoteChoice | undefined
  /** Whether it passes an operation on to a peer by gossip, its own or another's. */
  passes?(actor: Actor, op: Op, to: NodeName): boolean
  /** Whether it takes in an operation that a peer sends by gossip. */
  hears?(actor: Actor, op: Op, from: NodeName): boolean
  /** Whether it syncs with a peer. */
  meets?(actor: Actor, peer: NodeName): boolean
}
