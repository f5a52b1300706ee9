/**
 * A disk that can be full, replaced by an old copy, or lost what was never flushed. It keeps to what
 * the design promises to survive: what `commit` returned from is there after a crash.
 */
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { decodeOp } from '../../src/op/operation.ts'
import type { OpStore, StoreBatch, StoredOp } from '../../src/replica/store.ts'
import { isEqual, type RunOp, type RunOps } from './ops.ts'

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
  readonly moments: Float64Array
  readonly odd: ReadonlyMap<OpCid, StoredOp>
  readonly facts: ReadonlyMap<string, string>
}

/**
 * A store in memory that survives its process. Of an operation that the run knows it keeps one
 * number, when it was first seen: below zero where only a later operation vouches for it, zero where
 * it is not kept.
 */
export class VirtualStore implements OpStore {
  isFull = false
  commits = 0
  private readonly known: RunOps
  private readonly isEarly: boolean
  /** By the operation's number in the run, in ms. */
  private moments = new Float64Array(0)
  /** What the run does not know yet, or knows with another signature. */
  private odd = new Map<OpCid, StoredOp>()
  private facts = new Map<string, string>()
  /** What a crash now would leave; only a broken disk has it. */
  private safe: Backup | undefined

  /** `isEarly`: a broken one, which acknowledges a batch before it is on disk. */
  constructor(known: RunOps, isEarly = false) {
    this.known = known
    this.isEarly = isEarly
  }

  get readOnly(): boolean {
    return this.isFull
  }

  get isEmpty(): boolean {
    return this.odd.size === 0 && this.moments.every((moment) => moment === 0)
  }

  load(): Iterable<StoredOp> {
    const plain = this.known.list.flatMap((entry) => this.plain(entry) ?? [])
    return [...plain, ...this.odd.values()].sort((a, b) =>
      a.key < b.key ? -1 : a.key > b.key ? 1 : a.seq - b.seq,
    )
  }

  notes(): Iterable<readonly [string, string]> {
    return this.facts
  }

  get(cid: OpCid): StoredOp | undefined {
    return this.odd.get(cid) ?? this.plain(this.known.get(cid))
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
    const own = [...this.load()].filter((op) => op.key === key)
    const first = own.find(({ bytes }) => isSeal(bytes))
    for (const { cid, seq } of own) if (first && seq >= first.seq) this.drop(cid)
    for (const name of [...this.facts.keys()])
      if (name.startsWith('closed:')) this.facts.delete(name)
  }

  private write(batch: StoreBatch): void {
    for (const op of batch.puts) this.put(op)
    for (const [cid, sig] of batch.signatures) {
      const op = this.get(cid)
      if (op) this.put({ ...op, sig })
    }
    for (const cid of batch.drops) this.drop(cid)
    for (const [name, value] of batch.notes) {
      if (value === null) this.facts.delete(name)
      else this.facts.set(name, value)
    }
  }

  private put(op: StoredOp): void {
    const entry = this.known.get(op.cid)
    const isPlain = entry?.sig && (op.sig === null || isEqual(op.sig, entry.sig))
    if (!isPlain) {
      this.drop(op.cid)
      this.odd.set(op.cid, op)
      return
    }
    this.odd.delete(op.cid)
    if (entry.index >= this.moments.length) this.grow(entry.index)
    this.moments[entry.index] = op.sig ? op.seenAt : -op.seenAt
  }

  private drop(cid: OpCid): void {
    this.odd.delete(cid)
    const index = this.known.get(cid)?.index
    if (index !== undefined && index < this.moments.length) this.moments[index] = 0
  }

  private grow(index: number): void {
    const grown = new Float64Array(Math.max(this.known.list.length, index + 1) + ROOM)
    grown.set(this.moments)
    this.moments = grown
  }

  private plain(entry: RunOp | undefined): StoredOp | undefined {
    const moment = entry ? (this.moments[entry.index] ?? 0) : 0
    if (!entry || moment === 0) return undefined
    const { op, bytes, sig } = entry
    const { cid, key, seq } = op
    return { cid, key, seq, bytes, sig: moment > 0 ? sig : null, seenAt: Math.abs(moment) }
  }

  close(): void {}

  /** Begins with the operations of another disk, and with no facts. */
  begin({ moments, odd }: VirtualStore): void {
    this.moments = moments.slice()
    this.odd = new Map(odd)
  }

  /** A copy of what is there now. */
  backup(): Backup {
    const { moments, odd, facts } = this
    return { moments: moments.slice(), odd: new Map(odd), facts: new Map(facts) }
  }

  /** Puts a copy in the place of what is there. */
  restore({ moments, odd, facts }: Backup): void {
    this.moments = moments.slice()
    this.odd = new Map(odd)
    this.facts = new Map(facts)
  }
}

/** Numbers by which a disk grows. */
const ROOM = 128
