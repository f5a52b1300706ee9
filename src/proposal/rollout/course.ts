/**
 * The course of a rollout (design §3.9): a function of the plan, of what counts, of what surrounds it
 * and of this node's clock. The clock says when a soak is over and nothing else: whoever holds the
 * same statements comes to the same stages once time has passed.
 *
 * 1. A stage is its cohort's turn once the stage before it is complete: enough are healthy, not too
 *    many inconclusive, and the soak is over.
 * 2. It opens unless something holds it: a halt, a pause, or what surrounds the rollout.
 * 3. Nothing that was reported is un-counted; a halt ends with a ballot that names it, a pause with
 *    better reports.
 */
import type { StakeholderId } from '../../op/ids.ts'
import { clearedBy, type Halt, haltsOf } from './halt.ts'
import type { RollbackPlan, RolloutPlan } from './plan.ts'
import { indexReports, type ReadReport, readReports } from './position.ts'
import type { RolloutRecords } from './record.ts'
import { countStage, type StageCount, type StageState } from './stage.ts'

/** What surrounds a rollout: its ballot, its slot, appeals, other rollouts. */
export interface Surrounds {
  /** Why no stage opens, whatever is reported; or none that cannot be undone. */
  readonly hold?: { readonly stages: 'all' | 'irreversible'; readonly why: string }
  /** When that ends by itself, in ms by this node's clock. */
  readonly until?: number
  /** Before that moment nobody could begin, in ms by this node's clock: no soak is older. */
  readonly since?: number
  /** Why whoever has moved goes back. */
  readonly undo?: string
  /** Something newer holds its slot: nobody goes back any more, whatever halts this. */
  readonly isReplaced?: true
}

/** What a course is derived from. */
export interface CourseScene extends Surrounds {
  readonly plan: RolloutPlan
  readonly rollback: RollbackPlan | undefined
  readonly cohorts: readonly (readonly StakeholderId[])[]
  readonly records: RolloutRecords
  /** In ms by this node's clock. */
  readonly now: number
}

/**
 * `waiting`: nothing may open yet. `running`. `paused`: too much is inconclusive. `halted`.
 * `rolling-back`: some have yet to go back. `rolled-back`: nobody is there any more. `complete`: every
 * stage is; `done`: and closed.
 */
export type CourseState =
  | 'waiting'
  | 'running'
  | 'paused'
  | 'halted'
  | 'rolling-back'
  | 'rolled-back'
  | 'complete'
  | 'done'

/** A rollout as this node sees it. */
export interface Course {
  readonly state: CourseState
  readonly stages: readonly StageState[]
  readonly halts: readonly Halt[]
  /** Why whoever has moved goes back; undefined where nobody needs to. */
  readonly undo: string | undefined
  /** Members who have moved and not gone back. */
  readonly moved: readonly StakeholderId[]
  /** How often a ballot has resumed it: hooks run once a stage and attempt. */
  readonly attempt: number
  /** Reports that no other replaces, read, by CID. */
  readonly standing: readonly ReadReport[]
  /** When to look again at the latest, in ms; Infinity where only statements change it. */
  readonly wakeAt: number
}

/** Derives the course of a rollout. */
export function courseOf(scene: CourseScene): Course {
  const { plan, records, cohorts } = scene
  const reports = indexReports(readReports(plan, cohorts, records.reports))
  const all = { reports: reports.all, halts: records.halts, resumes: records.resumes }
  const halts = haltsOf({ plan, ...all })
  const isCleared = clearedBy(all)
  const counts = plan.stages.map((stage, at) =>
    countStage(stage, cohorts[at] ?? [], { reports, closes: records.closes, isCleared }),
  )
  const stages = stagesOf(counts, halts, scene)
  const back = reports.standing.filter(({ reading }) => reading.status === 'rolled-back')
  const moved = reports.standing.filter((report) => !back.includes(report)).map(ofStakeholder)
  const undo = scene.undo ?? haltUndo(halts, scene)
  const course = {
    ...{ stages, halts, undo },
    moved: [...new Set(moved)].sort(),
    attempt: records.resumes.length,
    standing: reports.standing,
    wakeAt: wakeAt(stages, scene),
  }
  return { ...course, state: stateOf(course, back.length > 0, scene) }
}

const ofStakeholder = ({ stakeholder }: ReadReport): StakeholderId => stakeholder

const haltUndo = (
  halts: readonly Halt[],
  { rollback, isReplaced }: CourseScene,
): string | undefined => (rollback?.onHalt && !isReplaced ? halts[0]?.sentence : undefined)

/**
 * Each stage after the one that it waits for; a plan names only earlier ones. A soak begins when the
 * stage opens, at the earliest: who calls itself healthy before has shown nothing yet.
 */
function stagesOf(
  counts: readonly StageCount[],
  halts: readonly Halt[],
  scene: CourseScene,
): StageState[] {
  const states = new Map<string, StageState>()
  const passedAt = new Map<string, number>()
  const first = Math.max(scene.since ?? 0, scene.plan.activation?.notBefore ?? 0)
  counts.forEach((count, at) => {
    const { name, after, soak } = count.plan
    const before = after ?? counts[at - 1]?.plan.name
    const isReached = before === undefined || isComplete(states.get(before))
    const hold = isReached ? holdOn(count, halts, scene) : `stage ${before} is not complete`
    const opensAt = before === undefined ? first : (passedAt.get(before) ?? first)
    if (count.enoughAt !== undefined) passedAt.set(name, Math.max(count.enoughAt, opensAt) + soak)
    const soaked = { ...count, soakedAt: noEarlier(count.soakedAt, opensAt + soak) }
    states.set(name, { ...soaked, hold, progress: progressOf(soaked, isReached, hold, scene) })
  })
  return [...states.values()]
}

const noEarlier = (at: number | undefined, least: number): number | undefined =>
  at === undefined ? undefined : Math.max(at, least)

const isComplete = (stage: StageState | undefined): boolean =>
  stage?.progress === 'complete' || stage?.progress === 'closed'

/** Why nobody begins in a stage whose turn it is. */
function holdOn(
  { plan, isPaused, inconclusive }: StageCount,
  halts: readonly Halt[],
  { hold, undo, plan: { activation }, now }: CourseScene,
): string | undefined {
  const [halt] = halts
  if (undo !== undefined) return undo
  if (halt) return `halted: ${halt.sentence}`
  if (hold && (hold.stages === 'all' || !plan.reversible)) return hold.why
  if (now < (activation?.notBefore ?? 0)) return 'it is too early by the plan'
  return isPaused
    ? `${inconclusive.join(', ')} inconclusive; more than ${plan.inconclusiveLimit} may not be`
    : undefined
}

function progressOf(
  { isEnough, isPaused, soakedAt, closes, members }: StageCount,
  isReached: boolean,
  hold: string | undefined,
  { now }: CourseScene,
): StageState['progress'] {
  const hasBegun = members.some(({ status }) => status !== 'silent')
  if (!isReached) return hasBegun ? 'open' : 'waiting'
  if (isEnough && !isPaused && soakedAt !== undefined) {
    if (now < soakedAt) return 'soaking'
    return closes.length > 0 ? 'closed' : 'complete'
  }
  return hold !== undefined && !hasBegun ? 'held' : 'open'
}

function stateOf(
  { stages, halts, undo, moved }: Omit<Course, 'state'>,
  hasBack: boolean,
  { hold }: CourseScene,
): CourseState {
  if (undo !== undefined && moved.length > 0) return 'rolling-back'
  if (undo !== undefined && hasBack) return 'rolled-back'
  if (halts.length > 0) return 'halted'
  if (stages.every(({ progress }) => progress === 'closed')) return 'done'
  if (stages.every(isComplete)) return 'complete'
  if (undo !== undefined || hold?.stages === 'all') return 'waiting'
  return stages.some(({ isPaused, progress }) => isPaused && progress !== 'waiting')
    ? 'paused'
    : 'running'
}

function wakeAt(
  stages: readonly StageState[],
  { plan: { activation }, until, now }: CourseScene,
): number {
  const moments = [
    ...stages.flatMap(({ soakedAt }) => soakedAt ?? []),
    ...[activation?.notBefore, until].flatMap((at) => at ?? []),
  ]
  return Math.min(Number.POSITIVE_INFINITY, ...moments.filter((at) => at > now))
}
