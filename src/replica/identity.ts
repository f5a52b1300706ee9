/** Who this node is on ballots: what its duties follow from (design §2.7, §3.8). */
import type { KeyId } from '../op/ids.ts'
import type { Identity } from './duties.ts'
import type { ReplicaReader } from './reader.ts'
import { panelAwaitedSince } from './recourse/disputes.ts'

/** The identity of a key on the ballots that a replica holds. */
export function identityOf(
  replica: Pick<ReplicaReader, 'charter' | 'views'>,
  key: KeyId,
): Identity {
  const { views } = replica
  const charter = replica.charter?.charter
  const self = charter?.panels && views.stakeholderOf(key, charter)
  return {
    key,
    sealsAs: (ballot) => ballot.eligibility.stakeholderOf(key),
    recordsFrom: self
      ? panelAwaitedSince(views.matters.disputes(), self)
      : Number.POSITIVE_INFINITY,
  }
}
