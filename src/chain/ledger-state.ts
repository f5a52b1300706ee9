/** What a ledger is given, tells, and keeps: what placing and counting both work on. */
import type { Sha256 } from '../op/cid.ts'
import type { CoalitionId, KeyId, OpCid } from '../op/ids.ts'
import type { Op } from '../op/operation.ts'
import type { Verifier } from '../op/signature.ts'
import type { Chain, Held } from './held.ts'
import type { Keyring } from './keyring.ts'
import type { LayeredMap } from './layered-map.ts'
import type { OpIndex } from './op-index.ts'
import type { Pending, PendingLimits } from './pending.ts'
import type { RateMeter } from './rate.ts'

/** What the ledger is given. */
export interface LedgerOptions {
  readonly coalition: CoalitionId
  readonly verifier: Verifier
  readonly hash?: Sha256
  /** Roots that an operation makes known: the founding operation's and an amendment's. */
  readonly rootsNamedBy: (op: Op) => readonly KeyId[]
  /** Only tests say false: settle operations are then not pulled by reference (§3.6). */
  readonly pullsSettleOps?: boolean
  readonly pendingLimits?: PendingLimits
}

/** What becomes of the derived views. */
export interface LedgerListener {
  /** An operation and all that it builds on are held: its effect may be read. */
  completed(held: Held): void
  /** Standings changed: forget everything and read `ledger.all()` again. */
  reset(): void
  /** To be kept in the store. */
  stored(held: Held, bytes: Uint8Array, sig: Uint8Array | null): void
  dropped(held: Held): void
  signed(cid: OpCid, sig: Uint8Array): void
}

/** What counting reads and writes. */
export interface LedgerState {
  readonly keyring: Keyring
  readonly chains: LayeredMap<KeyId, Chain>
  readonly byCid: OpIndex
  readonly rate: RateMeter
  readonly pending: Pending
  /** References that are not held or not complete, with the operations that wait for them. */
  readonly waiters: Map<OpCid, Set<Held>>
  /** Predecessors that pulled operations need, with who refers to those (§2.2: "with the chain"). */
  readonly wantedPrevs: Map<OpCid, Set<Held>>
  /** Pulled, but what leads to them is not all held; with the next operation that is lacking. */
  readonly stuck: Map<Held, OpCid>
  readonly options: LedgerOptions
  readonly listener: LedgerListener
  /** How often everything was counted anew, or evidence of a fork. */
  recounts: number
  /** The chain of a key, made when it is first spoken of. */
  chain(key: KeyId): Chain
}
