/**
 * What must hold of a member that is killed again and again, seen from outside: nothing that it said
 * it kept is lost, its key never says two things at one place, no ballot has two seals of it.
 */

import type { Incoming } from '../../../src/chain/run.ts'
import type { KeyId, OpCid } from '../../../src/op/ids.ts'
import { decodeOp, type Op } from '../../../src/op/operation.ts'
import type { Head } from './wire.ts'

/** Holds a member to what it said. */
export class CrashChecker {
  /** Operations that it said it kept, and that were gone afterwards. */
  lost = 0
  /** Places of its chain, or ballots, with two different words of it. */
  doubleSeals = 0
  private readonly victim: KeyId
  /** Furthest place of each chain that is owed. */
  private readonly owed = new Map<KeyId, number>()
  private readonly said: OpCid[] = []
  private readonly seals = new Map<OpCid, OpCid>()

  constructor(victim: KeyId) {
    this.victim = victim
  }

  /** Ballots that it sealed. */
  get sealed(): number {
    return this.seals.size
  }

  /** How much of its own chain has left the process. */
  get saidCount(): number {
    return this.said.length
  }

  /** It answered that this is on disk. */
  kept(heads: readonly Head[]): void {
    for (const [key, seq] of heads) this.owes(key, seq)
  }

  /** Something of its own left the process; what left must be there for ever. */
  heard(ops: readonly Incoming[]): void {
    for (const { bytes } of ops) {
      const op = decodeOp(bytes)
      if (op.ok && op.value.key === this.victim) this.hear(op.value)
    }
  }

  /** It is up again, and this is what it has. */
  back(heads: readonly Head[]): void {
    const has = new Map(heads.map(([key, seq, cid]) => [key, { seq, cid }] as const))
    for (const [key, seq] of this.owed) this.lost += Math.max(0, seq - (has.get(key)?.seq ?? -1))
    const own = has.get(this.victim)
    const before = own && this.said[own.seq]
    if (own && before !== undefined && before !== own.cid) this.doubleSeals++
    // What is lost is lost once.
    this.owed.clear()
    this.kept(heads)
  }

  private hear({ key, seq, cid, type, refs }: Op): void {
    const before = this.said[seq]
    if (before !== undefined && before !== cid) this.doubleSeals++
    this.said[seq] ??= cid
    this.owes(key, seq)
    const ballot = type === 'seal' ? refs[0] : undefined
    if (ballot === undefined) return
    const sealed = this.seals.get(ballot)
    if (sealed !== undefined && sealed !== cid) this.doubleSeals++
    this.seals.set(ballot, cid)
  }

  private owes(key: KeyId, seq: number): void {
    this.owed.set(key, Math.max(seq, this.owed.get(key) ?? -1))
  }
}
