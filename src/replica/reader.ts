/** A replica as its parts see it: what may be read, nothing that acts. */
import type { Ledger } from '../chain/ledger.ts'
import type { Signer } from '../op/operation.ts'
import type { Refusal } from '../op/refusal.ts'
import type { OpType } from '../op/type.ts'
import type { Local } from './local.ts'
import type { CharterVersion } from './outcomes.ts'
import type { Views } from './views.ts'

/** Tells the time in ms since the epoch. */
export interface Clock {
  now(): number
}

/** What a replica knows. */
export interface ReplicaReader {
  readonly clock: Clock
  readonly ledger: Ledger
  readonly views: Views
  readonly local: Local
  /** The protocol of this build. */
  readonly protocol: number
  readonly types: ReadonlyMap<string, OpType<unknown>>
  readonly signer: Signer | undefined
  /** The charter in force; undefined until the founding operation is held. */
  readonly charter: CharterVersion | undefined
  /** Why this node may not sign an operation of that type now, if so. */
  mayIssue(type: string): Refusal | undefined
}
