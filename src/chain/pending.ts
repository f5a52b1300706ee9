/** What has arrived too early waits here, within bounds: it is delayed, never judged (§2.6). */
import type { KeyId, OpCid } from '../op/ids.ts'
import { refuse } from '../op/refusal.ts'
import { MAX_PENDING_BYTES, MAX_PENDING_BYTES_PER_PEER, MAX_PENDING_TWINS } from './limits.ts'
import type { Run } from './run.ts'

/** Sizes of the buffer, in bytes; tests make them small. */
export interface PendingLimits {
  readonly totalBytes: number
  readonly perPeerBytes: number
}

/** Why a run is refused for which there is no room; the peer is not at fault. */
export const FULL = refuse('pending-full', 'too much waits; it comes again')

/** A run and the peer on whose behalf it waits. */
export interface Waiting {
  readonly run: Run
  readonly from: string
}

/** Runs of one key, by their last operation. */
interface Queue {
  readonly byLast: Map<OpCid, Waiting[]>
  /** No run that waits for its predecessor begins at a lower seq. */
  lowest: number
  /** No run that waits for its time need be looked at earlier, in ms. */
  dueAt: number
}

/** What waits on behalf of one peer, in the order in which it came. */
interface Share {
  readonly waiting: Set<Waiting>
  bytes: number
}

/** Runs whose key, predecessor or time has not come yet. */
export class Pending {
  private readonly byKey = new Map<KeyId, Queue>()
  private readonly keyOfOp = new Map<OpCid, KeyId>()
  private readonly shares = new Map<string, Share>()
  private bytes = 0
  private readonly limits: PendingLimits

  constructor(
    limits: PendingLimits = {
      totalBytes: MAX_PENDING_BYTES,
      perPeerBytes: MAX_PENDING_BYTES_PER_PEER,
    },
  ) {
    this.limits = limits
  }

  /** Bytes that wait. */
  get sizeBytes(): number {
    return this.bytes
  }

  /**
   * Keeps a run on behalf of a peer; false when there is no room (it comes again by sync). What
   * waits for its time, `dueAt` in ms, is not looked at each time that its key says something else:
   * a faulty member may have as much of it wait as there is room.
   */
  add(run: Run, from: string, dueAt?: number): boolean {
    const last = run.ops.at(-1)?.op.cid
    if (last === undefined) return true
    const queue = this.byKey.get(run.key) ?? emptyQueue()
    const alike = queue.byLast.get(last) ?? []
    if (alike.some((other) => isWithin(run, other.run))) return true
    if (alike.filter((other) => other.from === from).length >= MAX_PENDING_TWINS) return false
    if (!this.makeRoom(run, from)) return false
    this.byKey.set(run.key, queue)
    const one: Waiting = { run, from }
    queue.byLast.set(last, [...(queue.byLast.get(last) ?? []), one])
    this.enter(one)
    if (dueAt === undefined) queue.lowest = Math.min(queue.lowest, firstSeq(run))
    else queue.dueAt = Math.min(queue.dueAt, dueAt)
    return true
  }

  /** True when nothing more of this size may wait on behalf of a peer. */
  isFull(from: string, sizeBytes: number): boolean {
    return (this.shares.get(from)?.bytes ?? 0) + sizeBytes > this.limits.perPeerBytes
  }

  /** Takes out all runs of a key, lowest seq first. */
  take(key: KeyId): Waiting[] {
    const queue = this.byKey.get(key)
    if (!queue) return []
    this.byKey.delete(key)
    const waiting = [...queue.byLast.values()].flat()
    for (const one of waiting) this.leave(one)
    return waiting.sort((a, b) => firstSeq(a.run) - firstSeq(b.run))
  }

  /** True when runs of the key wait. */
  has(key: KeyId): boolean {
    return this.byKey.has(key)
  }

  /** True when the time of a run of the key has come. */
  isDue(key: KeyId, now: number): boolean {
    return (this.byKey.get(key)?.dueAt ?? Number.POSITIVE_INFINITY) <= now
  }

  /** True when a run of the key waits for a predecessor and begins at that seq or below. */
  hasUpTo(key: KeyId, seq: number): boolean {
    return (this.byKey.get(key)?.lowest ?? Number.POSITIVE_INFINITY) <= seq
  }

  /** The key of an operation that waits. */
  keyOf(cid: OpCid): KeyId | undefined {
    return this.keyOfOp.get(cid)
  }

  /** Predecessors of a key's runs that do not wait themselves. */
  predecessors(key: KeyId): OpCid[] {
    const runs = [...(this.byKey.get(key)?.byLast.values() ?? [])].flat()
    return runs.flatMap(({ run }) => {
      const prev = run.ops[0]?.op.prev ?? null
      return prev === null || this.keyOfOp.has(prev) ? [] : prev
    })
  }

  /** Keys of which something waits. */
  keys(): KeyId[] {
    return [...this.byKey.keys()]
  }

  /** Room for one more of a peer: where all of it is taken, whoever has most of it gives way. */
  private makeRoom({ sizeBytes }: Run, from: string): boolean {
    if (this.isFull(from, sizeBytes)) return false
    const wanted = (this.shares.get(from)?.bytes ?? 0) + sizeBytes
    while (this.bytes + sizeBytes > this.limits.totalBytes) {
      const greediest = [...this.shares.values()].reduce(
        (most, share) => (share.bytes > most.bytes ? share : most),
        { bytes: wanted, waiting: new Set<Waiting>() },
      )
      const [oldest] = greediest.waiting
      if (!oldest) return false
      this.evict(oldest)
    }
    return true
  }

  private evict(one: Waiting): void {
    this.leave(one)
    const { key, ops } = one.run
    const queue = this.byKey.get(key)
    const last = ops.at(-1)?.op.cid
    if (!queue || last === undefined) return
    const others = (queue.byLast.get(last) ?? []).filter((other) => other !== one)
    if (others.length > 0) queue.byLast.set(last, others)
    else queue.byLast.delete(last)
    if (queue.byLast.size === 0) this.byKey.delete(key)
  }

  private enter(one: Waiting): void {
    const { run, from } = one
    const share = this.shares.get(from) ?? { waiting: new Set(), bytes: 0 }
    this.shares.set(from, share)
    share.waiting.add(one)
    share.bytes += run.sizeBytes
    this.bytes += run.sizeBytes
    for (const { op } of run.ops) this.keyOfOp.set(op.cid, op.key)
  }

  private leave(one: Waiting): void {
    const { run, from } = one
    const share = this.shares.get(from)
    if (!share?.waiting.delete(one)) return
    share.bytes -= run.sizeBytes
    this.bytes -= run.sizeBytes
    if (share.waiting.size === 0) this.shares.delete(from)
    for (const { op } of run.ops) this.keyOfOp.delete(op.cid)
  }
}

const emptyQueue = (): Queue => ({
  byLast: new Map(),
  lowest: Number.POSITIVE_INFINITY,
  dueAt: Number.POSITIVE_INFINITY,
})

const firstSeq = (run: Run): number => run.ops[0]?.op.seq ?? 0

/**
 * True when a run is the end of another, with the same signature: that of an unknown key has not
 * been looked at yet, and a forged one must not keep out the real one.
 */
const isWithin = (run: Run, other: Run): boolean =>
  run.ops.length <= other.ops.length && run.sig.every((byte, i) => byte === other.sig[i])
