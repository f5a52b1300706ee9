/**
 * Where one organisation stands in each stage (design §3.9): its reports that none of its own replaces.
 * Of several at once, from two keys, the worst counts: nothing is healthier than its worst witness.
 */
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import type { ReportStatus } from './ops.ts'
import type { RolloutPlan } from './plan.ts'
import { type Reading, readingOf } from './reading.ts'
import type { ReportRecord } from './record.ts'

/** A report with what it counts as. */
export interface ReadReport extends ReportRecord {
  readonly reading: Reading
}

/** Where an organisation stands in a stage. */
export interface Standpoint {
  readonly stakeholder: StakeholderId
  /** `silent`: nothing that stands. */
  readonly status: ReportStatus | 'silent'
  /** Its reports on the stage that stand, by CID. */
  readonly standing: readonly ReadReport[]
  /** Since when it has been healthy without a break, in ms by this node's clock. */
  readonly healthySince: number | undefined
}

/** From the worst to the best. */
const WORST_FIRST: readonly ReportStatus[] = [
  'failed',
  'rolled-back',
  'inconclusive',
  'degraded',
  'started',
  'healthy',
]

/** The reports of members of each stage, read, by stage; one on another stage's part has no effect. */
export function readReports(
  plan: RolloutPlan,
  cohorts: readonly (readonly StakeholderId[])[],
  reports: readonly ReportRecord[],
): ReadReport[] {
  const byName = new Map(
    plan.stages.map((stage, at) => [stage.name, { stage, cohort: new Set(cohorts[at]) }]),
  )
  return reports
    .flatMap((report) => {
      const found = byName.get(report.stage)
      if (!found?.cohort.has(report.stakeholder)) return []
      return { ...report, reading: readingOf(report, found.stage, plan) }
    })
    .sort((a, b) => (a.cid < b.cid ? -1 : 1))
}

/** Reports that no other report of the same stakeholder replaces. */
export function standingReports(reports: readonly ReadReport[]): ReadReport[] {
  const replaced = new Set(
    reports.flatMap(({ stakeholder, supersedes }) =>
      supersedes.map((cid) => `${stakeholder} ${cid}`),
    ),
  )
  return reports.filter(({ stakeholder, cid }) => !replaced.has(`${stakeholder} ${cid}`))
}

/** Where a stakeholder stands in a stage, by its reports on all stages. */
export function standpointOf(
  stakeholder: StakeholderId,
  stage: string,
  { standingIn, byCid }: ReportIndex,
): Standpoint {
  const own = standingIn.get(placeOf({ stakeholder, stage })) ?? []
  const status = WORST_FIRST.find((word) => own.some(({ reading }) => reading.status === word))
  return {
    stakeholder,
    status: status ?? 'silent',
    standing: own,
    healthySince: status === 'healthy' ? healthySince(own, byCid) : undefined,
  }
}

/** Reports, found by what is asked of them. */
export interface ReportIndex {
  readonly all: readonly ReadReport[]
  readonly standing: readonly ReadReport[]
  /** Those of one stakeholder in one stage: whoever reports without end costs nobody else much. */
  readonly standingIn: ReadonlyMap<string, readonly ReadReport[]>
  readonly byCid: ReadonlyMap<OpCid, ReadReport>
}

/** Indexes read reports. */
export function indexReports(all: readonly ReadReport[]): ReportIndex {
  const standing = standingReports(all)
  return {
    ...{ all, standing },
    standingIn: Map.groupBy(standing, placeOf),
    byCid: new Map(all.map((report) => [report.cid, report])),
  }
}

const placeOf = ({ stakeholder, stage }: Pick<ReadReport, 'stakeholder' | 'stage'>): string =>
  `${stakeholder} ${stage}`

/** Saying again that all is well does not begin the soak anew; having said otherwise does. */
function healthySince(standing: readonly ReadReport[], byCid: ReportIndex['byCid']): number {
  let since = Math.max(...standing.map(({ seenAt }) => seenAt))
  const seen = new Set<OpCid>()
  for (let line: readonly ReadReport[] = standing; line.length > 0; ) {
    since = Math.min(since, ...line.map(({ seenAt }) => seenAt))
    for (const { cid } of line) seen.add(cid)
    line = line.flatMap((report) => earlier(report, byCid)).filter(({ cid }) => !seen.has(cid))
  }
  return since
}

/** What a report replaces in its stage, where all of that was healthy. */
function earlier(report: ReadReport, byCid: ReportIndex['byCid']): readonly ReadReport[] {
  const before = report.supersedes
    .flatMap((cid) => byCid.get(cid) ?? [])
    .filter(
      ({ stakeholder, stage }) => stakeholder === report.stakeholder && stage === report.stage,
    )
  return before.every(({ reading }) => reading.status === 'healthy') ? before : []
}
