/** The rollouts that a replica knows (design §3.9). */
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import type { Ballot } from '../ballot.ts'
import type { ReplicaReader } from '../reader.ts'
import { type Rollout, type RolloutScene, rolloutOf } from './rollout.ts'

/** Reads the rollout of one proposal. Refuses `no-rollout` where it plans none. */
export function readRollout(replica: ReplicaReader, id: OpCid): Result<Rollout> {
  const found = replica.views.ballot(id)
  if (!found.ok) return found
  const scene = rolloutScene(replica, found.value)
  const rollout = scene && rolloutOf(found.value, scene)
  return rollout
    ? accept(rollout)
    : refuse('no-rollout', 'the proposal plans no rollout', 'folkmoot rollout list')
}

/** All rollouts, those of proposals too that are not adopted. */
export const readRollouts = (replica: ReplicaReader): Rollout[] =>
  replica.views.ballots().flatMap((ballot) => {
    const scene = ballot.planned && rolloutScene(replica, ballot)
    return (scene && rolloutOf(ballot, scene)) ?? []
  })

/** What a rollout is seen by. */
function rolloutScene(replica: ReplicaReader, ballot: Ballot): RolloutScene | undefined {
  const { views, clock } = replica
  const standing = views.standing()
  const self = selfOn(replica, ballot)
  return (
    standing && {
      standing,
      self,
      now: clock.now(),
      ballot: (id) => {
        const other = views.ballot(id)
        return other.ok ? other.value : undefined
      },
    }
  )
}

/** Whom this node's key speaks for on a ballot, by the charter of its proposal. */
export const selfOn = (
  { signer }: Pick<ReplicaReader, 'signer'>,
  { membership }: Pick<Ballot, 'membership'>,
): StakeholderId | undefined => signer && membership.stakeholderOf(signer.key)
