/** Who was a member and is none any more (design §3.3, leaving). */
import type { Charter } from '../../src/charter/schema.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import { type Refusal, refuse } from '../../src/op/refusal.ts'
import { isOpen } from '../../src/replica/closing.ts'
import type { CharterVersion } from '../../src/replica/outcomes.ts'
import type { Replica } from '../../src/replica/replica.ts'

/** The root keys that a charter names. */
export const rootsOf = ({ stakeholders }: Charter): KeyId[] =>
  stakeholders.map(({ root }) => keyIdFromBytes(root))

/** The charter that removed a root; undefined for a member's and for one that never was one. */
export function removalOf({ views }: Replica, root: KeyId): CharterVersion | undefined {
  const line = views.charters()
  const last = line.findLastIndex(({ charter }) => rootsOf(charter).includes(root))
  return last < 0 ? undefined : line[last + 1]
}

/** Roots that were members', without those that are. */
export function formerRoots({ views }: Replica): ReadonlySet<KeyId> {
  const [now, ...before] = views.charters().toReversed()
  const former = new Set(before.flatMap(({ charter }) => rootsOf(charter)))
  for (const root of now ? rootsOf(now.charter) : []) former.delete(root)
  return former
}

/** Roots whose seal and settle operations still count: on ballots that are open (§3.3). */
export function rootsOnOpenBallots({ views }: Replica): ReadonlySet<KeyId> {
  const standing = views.standing()
  const open = standing ? views.ballots().filter((ballot) => isOpen(ballot, standing)) : []
  return new Set(open.flatMap(({ electorate }) => electorate.members.map(({ root }) => root)))
}

/** Why this node's organisation takes no part any more; undefined while it may. */
export function ownRemoval(replica: Replica): Refusal | undefined {
  const root = replica.signer && replica.ledger.keyring.rootOf(replica.signer.key)
  const removal = root && removalOf(replica, root)
  return removal
    ? refuse(
        'not-a-member',
        `version ${removal.charter.version} of the charter removed this organisation`,
        'folkmoot charter show; to come back, have a member propose an amendment that names it',
      )
    : undefined
}
