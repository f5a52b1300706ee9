/** How a ledger is asked to take operations in, and what it says of them. */
import type { KeyId, OpCid } from '../op/ids.ts'
import type { Op } from '../op/operation.ts'
import type { Refusal } from '../op/refusal.ts'
import type { Decoded } from './run.ts'

/** Why operations were not taken; the peer is at fault unless it says so otherwise. */
export interface Refused {
  readonly cid: OpCid | null
  readonly reason: Refusal
}

/** What became of a batch; what waits does so for its key, predecessor or time. */
export interface IngestReport {
  readonly accepted: Op[]
  readonly waiting: OpCid[]
  readonly refused: Refused[]
  /** Keys in which this batch proved a fork. */
  readonly evidence: KeyId[]
}

/** A report that says nothing yet. */
export const emptyReport = (): IngestReport => ({
  accepted: [],
  waiting: [],
  refused: [],
  evidence: [],
})

/** How a ledger is asked to take something in. */
export type IngestContext = { readonly now: number; readonly from: string }

/** An operation as it comes back from the store. */
export interface Restored extends Decoded {
  readonly signed: boolean
  readonly seenAt: number
}
