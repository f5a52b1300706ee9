/** A home's replica on its store: the same for the daemon and for commands without one. */

import type { SnapshotStore } from '../../src/document/snapshot.ts'
import { isOpCid } from '../../src/op/cid.ts'
import type { Verifier } from '../../src/op/signature.ts'
import type { Clock } from '../../src/replica/reader.ts'
import { Replica, type ReplicaOptions } from '../../src/replica/replica.ts'
import type { OpStore } from '../../src/replica/store.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import { nodeSigner } from '../crypto/node-signer.ts'
import { OpensslVerifier } from '../crypto/openssl-verifier.ts'
import type { Home } from '../home/home.ts'
import type { Membership } from '../home/membership.ts'
import { readNodeKey } from '../home/node-key.ts'
import { reached } from '../store/steps.ts'
import { noCoalition } from './errors.ts'
import { noticeLostStore, offerRootOps } from './own-root.ts'

/** Another protocol, and the types that it knows, than this build has; only tests run other builds. */
export type Build = Required<Pick<ReplicaOptions, 'protocol' | 'types'>>

/** What a replica is opened with. */
export interface OpenParts {
  readonly home: Home
  readonly membership: Membership
  readonly store: OpStore & { readonly snapshots?: SnapshotStore }
  readonly verifier?: Verifier
  readonly clock?: Clock
  readonly build?: Build | undefined
}

/** Opens the replica and offers it what our root said that it could not place before. */
export function openReplica(parts: OpenParts): Replica {
  const { home, membership, store, verifier, clock, build } = parts
  const { coalition } = membership
  if (!isOpCid(coalition)) throw noCoalition(home.layout.dir)
  const replica = Replica.open({
    coalition,
    store,
    clock: clock ?? clockOf(home),
    verifier: verifier ?? new OpensslVerifier(),
    hash: nodeSha256,
    ...(store.snapshots && { snapshots: store.snapshots }),
    signer: nodeSigner(readNodeKey(home)),
    ...build,
  })
  reached('replica.opened')
  noticeLostStore(replica)
  offerRootOps(replica, home.identity.root)
  return replica
}

/** The wall clock, set off by the setting `clockOffsetMs`. */
export function clockOf({ config }: Pick<Home, 'config'>): Clock {
  const { clockOffsetMs } = config.values
  return { now: () => Date.now() + clockOffsetMs }
}
