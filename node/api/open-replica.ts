/** A home's replica on its store: the same for the daemon and for commands without one. */

import type { SnapshotStore } from '../../src/document/snapshot.ts'
import { isOpCid } from '../../src/op/cid.ts'
import type { Verifier } from '../../src/op/signature.ts'
import { PROTOCOL } from '../../src/op/type.ts'
import type { StoredImage } from '../../src/replica/options.ts'
import type { Clock } from '../../src/replica/reader.ts'
import { REGISTRY } from '../../src/replica/registry.ts'
import { Replica, type ReplicaOptions } from '../../src/replica/replica.ts'
import type { OpStore } from '../../src/replica/store.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import { nodeSigner } from '../crypto/node-signer.ts'
import { OpensslVerifier } from '../crypto/openssl-verifier.ts'
import type { Home } from '../home/home.ts'
import type { Membership } from '../home/membership.ts'
import { readNodeKey } from '../home/node-key.ts'
import type { Images } from '../store/images.ts'
import { rulesPrint } from '../store/rules-print.ts'
import { reached } from '../store/steps.ts'
import { noCoalition } from './errors.ts'
import { noticeLostStore, offerRootOps } from './own-root.ts'

/** Another protocol, and the types that it knows, than this build has; only tests run other builds. */
export type Build = Required<Pick<ReplicaOptions, 'protocol' | 'types'>>

/** What a replica is opened with. */
export interface OpenParts {
  readonly home: Home
  readonly membership: Membership
  readonly store: OpStore & { readonly snapshots?: SnapshotStore } & Partial<ImagedStore>
  readonly verifier?: Verifier
  readonly clock?: Clock
  readonly build?: Build | undefined
  /** Hears why an image was of no use. */
  readonly log?: { warn(facts: object, sentence: string): void }
}

/** A store that keeps images of its replica. */
interface ImagedStore {
  readonly images: Pick<Images, 'load'>
  /** False where it was not checked whole, as an image of it is kept. */
  readonly isChecked: boolean
  readonly checkWhole: () => void
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
    image: imageFor(parts),
    signer: nodeSigner(readNodeKey(home)),
    ...build,
  })
  reached('replica.opened')
  noticeLostStore(replica)
  offerRootOps(replica, home.identity.root)
  return replica
}

/** The image that a store keeps; where it is of no use the store is checked whole after all. */
function imageFor({ store, build, log }: OpenParts): StoredImage | undefined {
  const loaded = store.images?.load()
  if (!loaded && store.isChecked === false) store.checkWhole?.()
  return (
    loaded && {
      ...loaded,
      rules: imageRules(build),
      rejected: (why) => {
        log?.warn({ why }, 'the image of the replica is of no use; every operation is read')
        if (store.isChecked === false) store.checkWhole?.()
      },
    }
  )
}

/** Names the rules that a replica counts by: those of this build, and the types that it knows. */
export const imageRules = ({
  protocol = PROTOCOL,
  types = REGISTRY,
}: Partial<Build> = {}): string => [rulesPrint(), protocol, ...[...types.keys()].sort()].join(' ')

/** The wall clock, set off by the setting `clockOffsetMs`. */
export function clockOf({ config }: Pick<Home, 'config'>): Clock {
  const { clockOffsetMs } = config.values
  return { now: () => Date.now() + clockOffsetMs }
}
