/** What a replica is made of, and what it gives. */
import type { SettleRules } from '../ballot/rules.ts'
import type { PendingLimits } from '../chain/pending.ts'
import type { SnapshotStore } from '../document/snapshot.ts'
import type { Sha256 } from '../op/cid.ts'
import type { CoalitionId, OpCid } from '../op/ids.ts'
import type { Op, SignedOp, Signer } from '../op/operation.ts'
import type { Verifier } from '../op/signature.ts'
import type { OpType } from '../op/type.ts'
import type { Clock } from './reader.ts'
import type { OpStore, StoredOp } from './store.ts'
import type { Touched } from './topics.ts'

/** What a replica is made of. */
export interface ReplicaOptions {
  readonly coalition: CoalitionId
  readonly store: OpStore
  readonly clock: Clock
  readonly verifier?: Verifier
  readonly hash?: Sha256
  /** Where derived documents are kept; nowhere unless given. */
  readonly snapshots?: SnapshotStore
  /** The image that it is opened by, where there is one that fits its store. */
  readonly image?: StoredImage | undefined
  /** The node key; none for a replica that only reads. */
  readonly signer?: Signer
  /** The protocol of this build and the types that it knows; tests run other builds. */
  readonly protocol?: number
  readonly types?: ReadonlyMap<string, OpType<unknown>>
  /** Only tests break them. */
  readonly rules?: SettleRules
  readonly pendingLimits?: PendingLimits
}

/** An image of a replica beside its store (`rest/image.ts`). */
export interface StoredImage {
  readonly bytes: Uint8Array
  /** Of the rules of this build: an image by others is not looked at. */
  readonly rules: string
  /** How many operations the store held then and holds still. */
  readonly operations: number
  /** Those of them of which a signature has come since. */
  readonly signed: readonly OpCid[]
  /** What came since, ordered by key, then seq. */
  readonly since: () => Iterable<StoredOp>
  /** Told when the image is of no use, and why. */
  readonly rejected: (why: string) => void
}

/** An operation that this replica signed: on disk already, to be sent now. */
export interface Issued extends SignedOp {
  readonly op: Op
  readonly sig: Uint8Array
}

/** Called after a batch with what it touched. */
export type ChangeListener = (touched: readonly Touched[]) => void
