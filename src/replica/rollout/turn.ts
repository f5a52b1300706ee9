/**
 * Whose turn it is in a rollout (design §3.9): what one organisation has to do now by the course as its
 * node sees it. Data, not side effects: the node runs hooks for it, or tells people.
 */
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import type { StageState } from '../../proposal/rollout/stage.ts'
import type { Rollout } from './rollout.ts'

/** What an organisation has to do: take the change in a stage, or go back. */
export interface RolloutTurn {
  readonly kind: 'deploy' | 'rollback'
  readonly proposal: OpCid
  /** The stage that has come; for a rollback the last one in which it had moved. */
  readonly stage: string
  readonly attempt: number
  readonly self: StakeholderId
  readonly why: string
}

/** Longest window over which a stage is measured, in ms. */
export const measuringMs = ({ plan }: Pick<StageState, 'plan'>): number =>
  Math.max(0, ...plan.success.map(({ window }) => window))

/** What an organisation has to do; undefined while it has nothing to do. */
export function turnOf(rollout: Rollout, self: StakeholderId): RolloutTurn | undefined {
  return rollbackTurn(rollout, self) ?? deployTurn(rollout, self)
}

function rollbackTurn({ ballot, course }: Rollout, self: StakeholderId): RolloutTurn | undefined {
  const { undo, moved, attempt, stages, standing } = course
  if (undo === undefined || !moved.includes(self)) return undefined
  const last = stages.findLast(({ plan }) =>
    standing.some(
      ({ stakeholder, stage, reading }) =>
        stakeholder === self && stage === plan.name && reading.status !== 'rolled-back',
    ),
  )
  if (!last) return undefined
  return named(ballot.id, { kind: 'rollback', stage: last.plan.name, attempt, self, why: undo })
}

/**
 * Stages one after the other, in the order of the plan. Whoever has said anything in a stage and
 * attempt has begun it there: nothing is begun twice, and only a ballot that resumes begins anew.
 */
function deployTurn({ ballot, course }: Rollout, self: StakeholderId): RolloutTurn | undefined {
  const { attempt, stages } = course
  const stage = stages.find(
    ({ plan, cohort, hold, members }) =>
      hold === undefined &&
      cohort.includes(self) &&
      members.some(({ stakeholder, status }) => stakeholder === self && MAY_BEGIN.has(status)) &&
      !ballot.rolloutSaid.reports.some(
        (report) =>
          report.stakeholder === self && report.stage === plan.name && report.attempt >= attempt,
      ),
  )
  if (!stage) return undefined
  const { name } = stage.plan
  return named(ballot.id, {
    kind: 'deploy',
    stage: name,
    attempt,
    self,
    why: `stage ${name} is open`,
  })
}

/** Who is healthy, or has begun, has nothing to begin. */
const MAY_BEGIN: ReadonlySet<string> = new Set(['silent', 'failed', 'rolled-back'])

const named = (proposal: OpCid, turn: Omit<RolloutTurn, 'proposal'>): RolloutTurn => ({
  proposal,
  ...turn,
})
