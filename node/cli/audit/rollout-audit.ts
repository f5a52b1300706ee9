/** Rollouts, read anew from the operations alone: who reported what, what halted, who went back. */
import type { OpCid, StakeholderId } from '../../../src/op/ids.ts'
import type { CourseState } from '../../../src/proposal/rollout/course.ts'
import type { Replica } from '../../../src/replica/replica.ts'
import { readRollouts } from '../../../src/replica/rollout/rollouts.ts'

/** One rollout of an adopted proposal. */
export interface RolloutAudit {
  readonly proposal: OpCid
  readonly title: string
  readonly state: CourseState
  readonly stages: readonly {
    readonly name: string
    readonly progress: string
    readonly healthy: readonly StakeholderId[]
  }[]
  /** Statements that halt it, each with a sentence. */
  readonly halts: readonly string[]
  readonly resumes: number
  readonly moved: readonly StakeholderId[]
  /** Who reported in a stage without being in it: their word has no effect. */
  readonly outsiders: readonly StakeholderId[]
}

/** Every rollout that began. */
export const auditRollouts = (replica: Replica): RolloutAudit[] =>
  readRollouts(replica)
    .filter(({ basis, ballot }) => basis !== 'none' || ballot.rolloutSaid.reports.length > 0)
    .map(({ ballot, course }) => ({
      proposal: ballot.id,
      title: ballot.body.title,
      state: course.state,
      stages: course.stages.map(({ plan, progress, healthy }) => ({
        name: plan.name,
        progress,
        healthy,
      })),
      halts: course.halts.map(({ sentence }) => sentence),
      resumes: course.attempt,
      moved: course.moved,
      outsiders: [
        ...new Set(
          ballot.rolloutSaid.reports
            .filter(
              (report) =>
                !course.stages.some(
                  ({ plan, cohort }) =>
                    plan.name === report.stage && cohort.includes(report.stakeholder),
                ),
            )
            .map(({ stakeholder }) => stakeholder),
        ),
      ].sort(),
    }))
    .sort((a, b) => (a.proposal < b.proposal ? -1 : 1))
