/** Keeps the home's membership file up to date: from founding or joining to member. */
import type { Replica } from '../../src/replica/replica.ts'
import { ownStakeholder } from '../api/naming.ts'
import type { HomeLayout } from '../home/layout.ts'
import { type Membership, saveMembership } from '../home/membership.ts'

/** The membership that the replica shows; the same object when nothing changed. */
export function membershipNow(replica: Replica, membership: Membership): Membership {
  const isMember = ownStakeholder(replica) !== undefined && !replica.mayIssue('checkpoint')
  const isActive = replica.views.ratification()?.active === true
  const isThrough = membership.state === 'founding' ? isActive : isMember && isActive
  return membership.state === 'member' || !isThrough
    ? membership
    : { ...membership, state: 'member' }
}

/** Saves the membership when it moved on; returns what holds now. */
export function advanceMembership(
  replica: Replica,
  layout: HomeLayout,
  membership: Membership,
): Membership {
  const now = membershipNow(replica, membership)
  if (now !== membership) saveMembership(layout, now)
  return now
}
