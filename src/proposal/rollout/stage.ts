/** How far one stage of a rollout is (design §3.9): its limits, each a comparison of whole numbers. */
import type { StakeholderId } from '../../op/ids.ts'
import { failedIn } from './halt.ts'
import type { StagePlan } from './plan.ts'
import { type ReadReport, type ReportIndex, type Standpoint, standpointOf } from './position.ts'
import type { CloseRecord, RolloutStatement } from './record.ts'

/**
 * `waiting`: the stage before it is not complete. `held`: it is its turn, and something holds it.
 * `open`: its cohort may begin, or has begun. `soaking`: enough are healthy. `complete`: for as long
 * as it had to be; the next may open. `closed`: and what went otherwise than planned is on record.
 */
export type StageProgress = 'waiting' | 'held' | 'open' | 'soaking' | 'complete' | 'closed'

/** What the reports on a stage add up to. */
export interface StageCount {
  readonly plan: StagePlan
  readonly cohort: readonly StakeholderId[]
  /** In the order of the charter. */
  readonly members: readonly Standpoint[]
  readonly healthy: readonly StakeholderId[]
  /** Inconclusive or degraded: neither healthy nor failed. */
  readonly inconclusive: readonly StakeholderId[]
  /** Have failed since the last resume, whatever they said later. */
  readonly failed: readonly StakeholderId[]
  /** How many must be healthy. */
  readonly needed: number
  readonly isEnough: boolean
  /** More are inconclusive than may be: nobody else begins, until they report anew. */
  readonly isPaused: boolean
  /** When the soak is over, in ms by this node's clock; undefined until enough are healthy. */
  readonly soakedAt: number | undefined
  /** When this node had first seen enough healthy, whatever they said later, in ms. */
  readonly enoughAt: number | undefined
  readonly closes: readonly CloseRecord[]
}

/** A stage with how far it is, as this node sees it. */
export interface StageState extends StageCount {
  readonly progress: StageProgress
  /** Why nobody begins in it now; undefined where its cohort may. */
  readonly hold: string | undefined
}

/** What a stage is counted from. */
export interface StageScene {
  readonly reports: ReportIndex
  readonly closes: readonly CloseRecord[]
  readonly isCleared: (said: RolloutStatement) => boolean
}

/** Counts a stage: no clock but that of first sight has a part in it. */
export function countStage(
  plan: StagePlan,
  cohort: readonly StakeholderId[],
  { reports, closes, isCleared }: StageScene,
): StageCount {
  const members = cohort.map((id) => standpointOf(id, plan.name, reports))
  const withStatus = (...wanted: readonly string[]) =>
    members.filter(({ status }) => wanted.includes(status)).map(({ stakeholder }) => stakeholder)
  const healthy = withStatus('healthy')
  const inconclusive = withStatus('inconclusive', 'degraded')
  const needed = plan.minReports === 'all' ? cohort.length : plan.minReports
  const counted = reports.all.filter((report) => isOpenCount(report, plan, isCleared))
  const isEnough = healthy.length >= needed
  return {
    ...{ plan, cohort, members, healthy, inconclusive, needed, isEnough },
    failed: failedIn(counted),
    isPaused: inconclusive.length > plan.inconclusiveLimit,
    soakedAt: isEnough ? soakedAt(members, needed, plan.soak) : undefined,
    enoughAt: enoughAt(reports.all, plan.name, needed),
    closes: closes.filter(({ stage }) => stage === plan.name).sort(byCid),
  }
}

const isOpenCount = (
  report: ReadReport,
  { name }: StagePlan,
  isCleared: StageScene['isCleared'],
): boolean => report.stage === name && !isCleared(report)

/** The soak runs from the moment at which this node had seen enough of those who are healthy now. */
function soakedAt(members: readonly Standpoint[], needed: number, soakMs: number): number {
  const since = members.flatMap(({ healthySince }) => healthySince ?? []).sort((a, b) => a - b)
  return (since[needed - 1] ?? Number.POSITIVE_INFINITY) + soakMs
}

/** When the last of those who were needed had said for the first time that it is healthy. */
function enoughAt(
  reports: readonly ReadReport[],
  stage: string,
  needed: number,
): number | undefined {
  const first = new Map<StakeholderId, number>()
  for (const { stage: on, reading, stakeholder, seenAt } of reports)
    if (on === stage && reading.status === 'healthy')
      first.set(stakeholder, Math.min(seenAt, first.get(stakeholder) ?? seenAt))
  return [...first.values()].sort((a, b) => a - b)[needed - 1]
}

const byCid = (a: CloseRecord, b: CloseRecord): number => (a.cid < b.cid ? -1 : 1)
