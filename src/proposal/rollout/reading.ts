/**
 * What a report counts as (design §3.9). A report that calls itself healthy is healthy only where its
 * metrics show it; whatever it calls itself, a metric beyond an indicator speaks louder.
 */
import type { Metric, ReportStatus } from './ops.ts'
import type { MetricLimit, RolloutPlan, StagePlan } from './plan.ts'
import { compare, formatQuantity } from './quantity.ts'
import type { ReportRecord } from './record.ts'

/** An indicator that a report shows to be breached. */
export interface Breach {
  readonly indicator: MetricLimit
  readonly measured: Metric
}

/** A report as it counts. */
export interface Reading {
  readonly status: ReportStatus
  readonly breaches: readonly Breach[]
  /** Why it does not count as what it calls itself. */
  readonly why: string | undefined
}

/** Reads a report by the plan. */
export function readingOf(
  { status, metrics }: Pick<ReportRecord, 'status' | 'metrics'>,
  stage: Pick<StagePlan, 'success'>,
  { indicators }: Pick<RolloutPlan, 'indicators'>,
): Reading {
  const breaches = breachesOf(metrics, indicators)
  const [first] = breaches
  // Whoever has gone back measures the old version, or why it went.
  if (status === 'rolled-back') return { status, breaches: [], why: undefined }
  if (first) return { status: 'failed', breaches, why: `${breachText(first)} is an indicator` }
  if (status !== 'healthy') return { status, breaches, why: undefined }
  return { ...healthOf(metrics, stage), breaches }
}

/** Every indicator that these metrics breach; of one measured twice, either value does. */
export const breachesOf = (
  metrics: readonly Metric[],
  indicators: RolloutPlan['indicators'],
): Breach[] =>
  indicators.flatMap((indicator) => {
    const measured = metrics.find((metric) => isWithin(metric, indicator))
    return measured ? { indicator, measured } : []
  })

/** Healthy where every limit is measured and met; inconclusive where one is not measured. */
export function healthOf(
  metrics: readonly Metric[],
  { success }: Pick<StagePlan, 'success'>,
): Pick<Reading, 'status' | 'why'> {
  const valuesOf = (limit: MetricLimit): Metric[] =>
    metrics.filter(({ metric }) => metric === limit.metric)
  const missed = success.find((limit) => valuesOf(limit).some((one) => !isWithin(one, limit)))
  if (missed) return { status: 'degraded', why: `${limitText(missed)} is not met` }
  const unmeasured = success.find((limit) => valuesOf(limit).length === 0)
  if (unmeasured) return { status: 'inconclusive', why: `${unmeasured.metric} was not measured` }
  return { status: 'healthy', why: undefined }
}

const isWithin = ({ metric, value }: Metric, limit: MetricLimit): boolean =>
  metric === limit.metric && compare(value, limit.op, limit.value)

/** A limit as people read it: `error-rate <= 0.05`. */
export const limitText = ({ metric, op, value }: MetricLimit): string =>
  `${metric} ${op} ${formatQuantity(value)}`

/** A breach as people read it: `error-rate 0.2 (> 0.05)`. */
export const breachText = ({ indicator: { op, value }, measured }: Breach): string =>
  `${measured.metric} ${formatQuantity(measured.value)} (${op} ${formatQuantity(value)})`
