/** A replica as the daemon runs it: on the shipped store, verifier and hash. */
import { nodeSha256 } from '../../node/crypto/node-sha256.ts'
import { KeyCache, OpensslVerifier } from '../../node/crypto/openssl-verifier.ts'
import { SqliteStore } from '../../node/store/sqlite-store.ts'
import type { Signer } from '../../src/op/operation.ts'
import { InvariantError } from '../../src/op/refusal.ts'
import type { Clock } from '../../src/replica/reader.ts'
import { Replica } from '../../src/replica/replica.ts'
import type { Founded } from '../support/coalition.ts'
import { freshPath, remove } from './disk.ts'
import type { History } from './history.ts'

/** Keys are judged once in the life of a node, so not in the measured part. */
export const keys = new KeyCache()
/** The daemon's synchronous verifier. */
export const verifier = new OpensslVerifier(keys)

/** A replica with its store. */
export interface NodeReplica {
  readonly replica: Replica
  readonly store: SqliteStore
  /** Closes the store and removes its file. */
  close(): void
}

/** A replica that holds the founding; one without a signer only reads. */
export function openNodeReplica(founded: Founded, clock: Clock, signer?: Signer): NodeReplica {
  const path = freshPath()
  const store = SqliteStore.open(path)
  const { coalition } = founded
  const options = { coalition, store, clock, verifier, hash: nodeSha256 }
  const replica = Replica.open({ ...options, ...(signer && { signer }) })
  replica.ingest(founded.ops)
  replica.flush()
  const close = () => {
    store.close()
    remove(path)
  }
  return { replica, store, close }
}

/** A replica for which a history has just ended, and that holds nothing of it yet. */
export const openReader = ({ founded, endsAt }: Pick<History, 'founded' | 'endsAt'>): NodeReplica =>
  openNodeReplica(founded, { now: () => endsAt })

/** Reads every view; throws unless it holds all of a history, and every ballot in it is valid. */
export function readViews(replica: Replica, { founded, ops, ballots }: History): void {
  const standing = replica.views.standing()
  const held = replica.ledger.byCid.size
  const expected = founded.ops.length + ops.length
  const valid = replica.views.ballots().length
  if (!standing || held !== expected || valid !== ballots)
    throw new InvariantError(`held ${held} of ${expected}, ballots ${valid} of ${ballots}`)
}
