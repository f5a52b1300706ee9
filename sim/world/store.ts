/**
 * A disk that can be full, replaced by an old copy, or lost what was never flushed. It keeps to what
 * the design promises to survive: what `commit` returned from is there after a crash.
 */
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { decodeOp } from '../../src/op/operation.ts'
import type { OpStore, StoreBatch, StoredOp } from '../../src/replica/store.ts'

const isSeal = (bytes: Uint8Array): boolean => {
  const op = decodeOp(bytes)
  return op.ok && op.value.type === 'seal'
}

/** Nothing could be written. */
export class DiskFullError extends Error {
  readonly code = 'disk-full'
  readonly hint = 'the scenario says so'

  constructor() {
    super('the virtual disk is full')
    this.name = 'DiskFullError'
  }
}

/** A copy of what a disk held at some moment. */
export interface Backup {
  readonly ops: ReadonlyMap<OpCid, StoredOp>
  readonly facts: ReadonlyMap<string, string>
}

/** A store in memory that survives its process. */
export class VirtualStore implements OpStore {
  isFull = false
  commits = 0
  private readonly isEarly: boolean
  private ops = new Map<OpCid, StoredOp>()
  private facts = new Map<string, string>()
  /** What a crash now would leave; only a broken disk has it. */
  private safe: Backup | undefined

  /** `isEarly`: a broken one, which acknowledges a batch before it is on disk. */
  constructor(isEarly = false) {
    this.isEarly = isEarly
  }

  get readOnly(): boolean {
    return this.isFull
  }

  /** Operations kept. */
  get size(): number {
    return this.ops.size
  }

  load(): Iterable<StoredOp> {
    return [...this.ops.values()].sort((a, b) =>
      a.key < b.key ? -1 : a.key > b.key ? 1 : a.seq - b.seq,
    )
  }

  notes(): Iterable<readonly [string, string]> {
    return this.facts
  }

  get(cid: OpCid): StoredOp | undefined {
    return this.ops.get(cid)
  }

  commit(batch: StoreBatch): void {
    if (this.isFull) throw new DiskFullError()
    this.commits++
    if (this.isEarly) this.safe = this.backup()
    this.write(batch)
  }

  /** The process ended: what was not written is gone. */
  crash(): void {
    if (this.safe) this.restore(this.safe)
  }

  /** Loses own seals, what was said after them, and every local fact: only a mutant does that. */
  forgetSeals(key: KeyId): void {
    const own = [...this.ops.values()].filter((op) => op.key === key).sort((a, b) => a.seq - b.seq)
    const first = own.find(({ bytes }) => isSeal(bytes))
    for (const { cid, seq } of own) if (first && seq >= first.seq) this.ops.delete(cid)
    for (const name of [...this.facts.keys()])
      if (name.startsWith('closed:')) this.facts.delete(name)
  }

  private write(batch: StoreBatch): void {
    for (const op of batch.puts) this.ops.set(op.cid, op)
    for (const [cid, sig] of batch.signatures) {
      const op = this.ops.get(cid)
      if (op) this.ops.set(cid, { ...op, sig })
    }
    for (const cid of batch.drops) this.ops.delete(cid)
    for (const [name, value] of batch.notes) {
      if (value === null) this.facts.delete(name)
      else this.facts.set(name, value)
    }
  }

  close(): void {}

  /** A copy of what is there now. */
  backup(): Backup {
    return { ops: new Map(this.ops), facts: new Map(this.facts) }
  }

  /** Puts a copy in the place of what is there. */
  restore({ ops, facts }: Backup): void {
    this.ops = new Map(ops)
    this.facts = new Map(facts)
  }
}
