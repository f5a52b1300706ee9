/** Pens: keys that write chains by hand, honest ones and such that fork theirs. */
import type { CoalitionId, KeyId } from '../../src/op/ids.ts'
import { type Op, type SignedOp, type Signer, signOp } from '../../src/op/operation.ts'
import type { Draft } from '../../src/replica/draft.ts'

/** An operation with its own signature, as its author made it. */
export type Made = SignedOp & { readonly op: Op }

/** A draft with its time, and with what only later protocols change. */
export interface Line extends Draft {
  readonly at: number
  readonly v?: number
}

/** Where a key writes: one of its branches. */
export interface Place {
  readonly pen: Pen
  readonly branch: number
}

/** One key with all branches that it wrote; branch 0 is its first. */
export class Pen {
  readonly signer: Signer
  readonly branches: Made[][]
  private readonly coalition: CoalitionId

  constructor(signer: Signer, coalition: CoalitionId, said: readonly Made[] = []) {
    this.signer = signer
    this.coalition = coalition
    this.branches = [[...said]]
  }

  get key(): KeyId {
    return this.signer.key
  }

  get isForked(): boolean {
    return this.branches.length > 1
  }

  /** The operations of a branch, oldest first. */
  branch(index = 0): Made[] {
    const branch = this.branches[index]
    if (!branch) throw new RangeError(`key ${this.key} has no branch ${index}`)
    return branch
  }

  /** Signs the next operation of a branch. */
  say({ v = 1, ...line }: Line, index = 0): Made {
    const branch = this.branch(index)
    const prev = branch.at(-1)?.op.cid ?? null
    const { key, coalition } = this
    const made = signOp({ v, coalition, key, seq: branch.length, prev, ...line }, this.signer)
    branch.push(made)
    return made
  }

  /** Begins another branch that shares the first `seq` operations of one; returns its index. */
  fork(seq: number, index = 0): number {
    return this.branches.push(this.branch(index).slice(0, seq)) - 1
  }
}
