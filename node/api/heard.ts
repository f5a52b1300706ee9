/** Whom this node has heard since it started: members whose sync sessions with it completed. */
import { faultBound, weightSum } from '../../src/charter/lookup.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { ownStakeholder, stakeholderOf } from './naming.ts'

/** Members heard, and whether one of them at least is honest. */
export interface Heard {
  /** Ids of stakeholders. */
  readonly from: readonly string[]
  readonly weight: number
  /** More than may be faulty, or all the others there are. */
  readonly neededWeight: number
  readonly isEnough: boolean
}

/** Counts the other members that were heard. */
export function heardOf(replica: Replica): Heard {
  const own = ownStakeholder(replica)
  const members = replica.charter?.charter.stakeholders ?? []
  const others = members.filter(({ id }) => id !== own)
  const known = new Set<string | undefined>(
    [...replica.local.syncedAt.keys()].map((key) => stakeholderOf(replica, key)),
  )
  const heard = others.filter(({ id }) => known.has(id))
  const neededWeight = Math.min(faultBound(weightSum(members)) + 1, weightSum(others))
  const weight = weightSum(heard)
  const isEnough = heard.length > 0 && weight >= neededWeight
  return { from: heard.map(({ id }) => id), weight, neededWeight, isEnough }
}
