/** Gossiped operations on their way into the replica: what was judged together, in one batch (§2.6). */
import type { Incoming } from '../../src/chain/run.ts'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import type { Op } from '../../src/op/operation.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { reached } from '../store/steps.ts'
import type { Log } from './log.ts'

/** Most operations that may be judged or wait to be taken in; beyond it gossip is left to sync. */
export const MAX_QUEUED = 4_096
/** Most of them from one peer: no flood keeps out what others say. */
export const MAX_QUEUED_PER_PEER = 1_024

/** A verified operation from gossip. */
export interface Verified extends Incoming {
  readonly op: Op
}

/** What the queue feeds. */
export interface QueueParts {
  readonly replica: Replica
  readonly log: Log
  /** So many operations were taken in. */
  readonly taken: (ops: number) => void
}

/** Gathers operations and ingests them together, each sender's as from that sender. */
export class IngestQueue {
  private readonly parts: QueueParts
  /** Being judged or waiting, by CID: what chains to them is no gap. */
  private readonly underWay = new Map<OpCid, KeyId>()
  private readonly ofPeer = new Map<KeyId, number>()
  private batch: { readonly item: Verified; readonly from: KeyId }[] = []

  constructor(parts: QueueParts) {
    this.parts = parts
  }

  /** True while there is room for one more of a peer. */
  hasRoom(from: KeyId): boolean {
    return this.underWay.size < MAX_QUEUED && (this.ofPeer.get(from) ?? 0) < MAX_QUEUED_PER_PEER
  }

  /** True for an operation that is being judged or waits. */
  has(cid: OpCid): boolean {
    return this.underWay.has(cid)
  }

  /** An operation of a peer is being judged. */
  enter(cid: OpCid, from: KeyId): void {
    if (this.underWay.has(cid)) return
    this.underWay.set(cid, from)
    this.ofPeer.set(from, (this.ofPeer.get(from) ?? 0) + 1)
  }

  /** It was judged unworthy, or has been taken in. */
  leave(cid: OpCid): void {
    const from = this.underWay.get(cid)
    if (from === undefined) return
    this.underWay.delete(cid)
    const left = (this.ofPeer.get(from) ?? 0) - 1
    if (left > 0) this.ofPeer.set(from, left)
    else this.ofPeer.delete(from)
  }

  /** It was judged good: it is taken in, with all others that were judged together. */
  add(item: Verified, from: KeyId): void {
    if (this.batch.length === 0) queueMicrotask(() => this.drain())
    this.batch.push({ item, from })
  }

  /** Takes in what waits, now. */
  drain(): void {
    const batch = this.batch
    this.batch = []
    for (const [from, entries] of Map.groupBy(batch, (entry) => entry.from))
      this.ingest(
        entries.map(({ item }) => item),
        from,
      )
    for (const { item } of batch) this.leave(item.op.cid)
  }

  private ingest(items: readonly Verified[], from: KeyId): void {
    const { replica, log, taken } = this.parts
    try {
      const { refused } = replica.ingest(items, replica.ledger.keyring.rootOf(from) ?? from)
      for (const { cid, reason } of refused)
        log.debug({ cid, from, code: reason.code }, reason.message)
      reached('gossip.taken')
      taken(items.length)
    } catch (error) {
      log.error({ err: error, from }, 'taking in gossiped operations failed')
    }
  }
}
