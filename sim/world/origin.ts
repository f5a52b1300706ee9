/** The founded state that nodes of a run begin with: in memory once, however many they are. */
import { RULES, type SettleRules } from '../../src/ballot/rules.ts'
import type { Incoming } from '../../src/chain/run.ts'
import type { CoalitionId } from '../../src/op/ids.ts'
import type { Verifier } from '../../src/op/signature.ts'
import type { Clock } from '../../src/replica/reader.ts'
import { Replica, type ReplicaOptions } from '../../src/replica/replica.ts'
import { opensslSha256, type RunOps } from './ops.ts'
import { VirtualStore } from './store.ts'

/** What the replicas of a run have in common. */
export interface ReplicaParts {
  readonly coalition: CoalitionId
  readonly rules: Partial<SettleRules>
  readonly verifier: Verifier
  readonly ops: RunOps
}

/** A replica and its store that took in the founding at one moment. */
export interface Origin {
  readonly replica: Replica
  readonly store: VirtualStore
  /** That moment, by the clock of whoever may begin with it, in ms. */
  readonly at: number
}

/** How every replica of a run is opened, but for store, clock and key. */
export const replicaOptions = ({
  coalition,
  rules,
  verifier,
}: ReplicaParts): Omit<ReplicaOptions, 'store' | 'clock' | 'signer'> => ({
  coalition,
  verifier,
  hash: opensslSha256,
  rules: { ...RULES, ...rules },
})

/** Takes the founding in, now by that clock. */
export function originOf(parts: ReplicaParts, founding: readonly Incoming[], clock: Clock): Origin {
  const at = clock.now()
  const store = new VirtualStore(parts.ops)
  const replica = Replica.open({ ...replicaOptions(parts), store, clock: { now: () => at } })
  replica.ingest(founding)
  replica.flush()
  return { replica, store, at }
}
