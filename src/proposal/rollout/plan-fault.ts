/** What is wrong with a rollout plan under a charter (design §3.9), in one sentence. */
import { isThreshold } from '../../charter/fraction.ts'
import type { Charter } from '../../charter/schema.ts'
import { type CohortScene, cohortsOf } from './cohort.ts'
import type { RollbackPlan, RolloutPlan, StagePlan } from './plan.ts'

/** A plan with what it is judged by. */
export interface PlanScene extends CohortScene {
  readonly charter: Pick<Charter, 'stakeholders' | 'functions'>
  readonly rollback: RollbackPlan | undefined
}

/** The first fault of a plan; undefined where everybody can follow it. */
export function planFault(plan: RolloutPlan, scene: PlanScene): string | undefined {
  if (!scene.rollback) return 'a rollout has a rollback plan'
  return (
    nameFault(plan) ??
    memberFault(plan, scene) ??
    plan.stages.map((stage) => stageFault(stage, scene)).find((fault) => fault !== undefined) ??
    cohortFault(plan, scene)
  )
}

function nameFault({ stages }: RolloutPlan): string | undefined {
  for (const [at, { name, after }] of stages.entries()) {
    const earlier = stages.slice(0, at).map((stage) => stage.name)
    if (earlier.includes(name)) return `two stages are called ${name}`
    if (after !== undefined && !earlier.includes(after))
      return `stage ${name} is after ${after}, which is no earlier stage`
  }
  return undefined
}

function memberFault(
  { stages, builds }: RolloutPlan,
  { charter, rollback }: PlanScene,
): string | undefined {
  const ids = new Set(charter.stakeholders.map(({ id }) => id))
  const named = stages.flatMap(({ cohort }) =>
    'stakeholders' in cohort ? cohort.stakeholders : [],
  )
  const owner = rollback?.owner === undefined ? [] : [rollback.owner]
  const stranger = [...named, ...builds.map(({ stakeholder }) => stakeholder), ...owner].find(
    (id) => !ids.has(id),
  )
  if (stranger !== undefined) return `${stranger} is no member of the charter`
  const twice = builds.find(({ stakeholder, name }, at) =>
    builds.slice(0, at).some((other) => other.stakeholder === stakeholder && other.name === name),
  )
  return twice && `${twice.stakeholder} has two builds of ${twice.name}`
}

function stageFault({ name, cohort }: StagePlan, { charter }: PlanScene): string | undefined {
  if ('function' in cohort && !Object.hasOwn(charter.functions, cohort.function))
    return `stage ${name}: the charter has no function ${cohort.function}`
  if ('share' in cohort && !isThreshold(cohort.share))
    return `stage ${name}: a share is more than 0, at most 1`
  if ('stakeholders' in cohort && new Set(cohort.stakeholders).size < cohort.stakeholders.length)
    return `stage ${name} names a member twice`
  return undefined
}

function cohortFault(plan: RolloutPlan, scene: CohortScene): string | undefined {
  const cohorts = cohortsOf(plan, scene)
  for (const [at, { name, minReports }] of plan.stages.entries()) {
    const size = cohorts[at]?.length ?? 0
    if (size === 0) return `stage ${name} has nobody who is in no earlier stage`
    if (minReports !== 'all' && minReports > size)
      return `stage ${name} waits for ${minReports} reports; ${size} are in it`
  }
  return undefined
}
