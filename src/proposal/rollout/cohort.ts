/**
 * Who is in which stage of a rollout (design §3.9): a function of plan and charter, so that everybody
 * knows it before anybody votes.
 *
 * A share is drawn without regard to weight: the members that are in no earlier stage, in the order of
 * sha256(seed ‖ id), until that share of all members, rounded up, is in this stage or an earlier one.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { leastPart } from '../../charter/fraction.ts'
import type { Stakeholder } from '../../charter/schema.ts'
import type { StakeholderId } from '../../op/ids.ts'
import type { CohortPlan, RolloutPlan } from './plan.ts'

/** What cohorts are derived from. */
export interface CohortScene {
  /** Of the charter that the proposal names. */
  readonly members: readonly Pick<Stakeholder, 'id' | 'functions'>[]
  /** What the draw of shares depends on: the slot and the digest of what is voted on. */
  readonly seed: string
}

/** The members of each stage, in the order of the plan; each in the order of the charter. */
export function cohortsOf(
  { stages }: RolloutPlan,
  { members, seed }: CohortScene,
): readonly (readonly StakeholderId[])[] {
  const taken = new Set<string>()
  const drawn = drawOrder(members, seed)
  return stages.map(({ cohort }) => {
    const ids = chosen(cohort, { members, drawn, taken })
    for (const id of ids) taken.add(id)
    return members.flatMap(({ id }) => (ids.has(id) ? [id as StakeholderId] : []))
  })
}

interface Choice extends Pick<CohortScene, 'members'> {
  readonly drawn: readonly string[]
  /** Those of earlier stages. */
  readonly taken: ReadonlySet<string>
}

function chosen(cohort: CohortPlan, { members, drawn, taken }: Choice): ReadonlySet<string> {
  if ('stakeholders' in cohort) return new Set(cohort.stakeholders)
  if ('function' in cohort) {
    const able = members.filter(({ functions }) => functions.includes(cohort.function))
    return new Set(able.map(({ id }) => id)).difference(taken)
  }
  const missing = Math.max(0, leastPart(members.length, cohort.share) - taken.size)
  return new Set(drawn.filter((id) => !taken.has(id)).slice(0, missing))
}

/** Nobody's weight or name moves anybody forward, but the author chooses the text: a little bias. */
function drawOrder(members: CohortScene['members'], seed: string): string[] {
  const place = (id: string): string =>
    bytesToHex(sha256(utf8ToBytes(`folkmoot/cohort/v1\0${seed}\0${id}`)))
  return members
    .map(({ id }) => ({ id, place: place(id) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ id }) => id)
}
