/** What has arrived too early waits here, within bounds: it is delayed, never judged (§2.6). */
import type { KeyId } from '../op/ids.ts'
import { MAX_PENDING_BYTES, MAX_PENDING_BYTES_PER_PEER } from './limits.ts'
import type { Run } from './run.ts'

/** Sizes of the buffer, in bytes; tests make them small. */
export interface PendingLimits {
  readonly totalBytes: number
  readonly perPeerBytes: number
}

interface Waiting {
  readonly run: Run
  readonly from: string
}

/** Runs whose key, predecessor or time has not come yet. */
export class Pending {
  private readonly byKey = new Map<KeyId, Waiting[]>()
  private readonly bytesByPeer = new Map<string, number>()
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

  /** Keeps a run on behalf of a peer; false when there is no room (it comes again by sync). */
  add(run: Run, from: string): boolean {
    const waiting = this.byKey.get(run.key) ?? []
    const last = run.ops.at(-1)?.op.cid
    if (
      waiting.some((w) => w.run.ops.at(-1)?.op.cid === last && w.run.ops.length >= run.ops.length)
    )
      return true
    const ofPeer = (this.bytesByPeer.get(from) ?? 0) + run.sizeBytes
    if (ofPeer > this.limits.perPeerBytes || this.bytes + run.sizeBytes > this.limits.totalBytes)
      return false
    this.bytesByPeer.set(from, ofPeer)
    this.bytes += run.sizeBytes
    waiting.push({ run, from })
    this.byKey.set(run.key, waiting)
    return true
  }

  /** Takes out all runs of a key, lowest seq first. */
  take(key: KeyId): { readonly run: Run; readonly from: string }[] {
    const waiting = this.byKey.get(key)
    if (!waiting) return []
    this.byKey.delete(key)
    for (const { run, from } of waiting) {
      this.bytes -= run.sizeBytes
      const left = (this.bytesByPeer.get(from) ?? 0) - run.sizeBytes
      if (left > 0) this.bytesByPeer.set(from, left)
      else this.bytesByPeer.delete(from)
    }
    return waiting.sort((a, b) => firstSeq(a.run) - firstSeq(b.run))
  }

  /** True when runs of the key wait. */
  has(key: KeyId): boolean {
    return this.byKey.has(key)
  }

  /** Keys of which something waits. */
  keys(): KeyId[] {
    return [...this.byKey.keys()]
  }
}

const firstSeq = (run: Run): number => run.ops[0]?.op.seq ?? 0
