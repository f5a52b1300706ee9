/** The rollout that a proposal plans, with who takes part in it (design §3.9). */
import { componentOf } from '../../charter/lookup.ts'
import type { Charter } from '../../charter/schema.ts'
import type { StakeholderId } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import { cohortsOf } from '../../proposal/rollout/cohort.ts'
import type { RollbackPlan, RolloutPlan } from '../../proposal/rollout/plan.ts'
import { planFault } from '../../proposal/rollout/plan-fault.ts'
import type { ProposalBody } from '../topics.ts'

/** A plan that holds under the charter of its proposal. */
export interface Planned {
  readonly plan: RolloutPlan
  readonly rollback: RollbackPlan
  /** Who is in each stage. */
  readonly cohorts: readonly (readonly StakeholderId[])[]
  /** Whose "stop" counts: those in it, the owners of what it touches, its author. */
  readonly mayHalt: ReadonlySet<StakeholderId>
}

/** What of a proposal says how it is rolled out. */
export type PlanBody = Pick<ProposalBody, 'rollout' | 'rollback' | 'slot' | 'components'> & {
  readonly document: { readonly digest: string }
}

/** Reads the plan of a proposal; undefined where it has none. Refuses what nobody could follow. */
export function readPlan(
  { rollout, rollback, slot, components, document }: PlanBody,
  charter: Charter,
  author: StakeholderId,
): Result<Planned | undefined> {
  if (!rollout)
    return rollback
      ? refuse('invalid-proposal', 'a rollback plan without a rollout: there is nothing to undo')
      : accept(undefined)
  const scene = { members: charter.stakeholders, seed: `${slot}\0${document.digest}` }
  const fault = planFault(rollout, { ...scene, charter, rollback })
  if (fault !== undefined || !rollback) return refuse('invalid-proposal', `rollout: ${fault}`)
  const cohorts = cohortsOf(rollout, scene)
  const owners = components.flatMap((id) => componentOf(charter, id)?.owners ?? [])
  const mayHalt = new Set([...cohorts.flat(), ...owners.map(asStakeholder), author])
  return accept({ plan: rollout, rollback, cohorts, mayHalt })
}

const asStakeholder = (id: string): StakeholderId => id as StakeholderId
