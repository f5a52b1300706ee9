/** What organisations say about a rollout (design §3.9): statements, counted like votes. */
import { z } from 'zod'
import { defineOp, millis, refIndex, text } from '../../op/type.ts'
import { MAX_METRICS, metricName } from './plan.ts'
import { quantitySchema } from './quantity.ts'

/** What an organisation can say about its part in a stage. */
export const REPORT_STATUSES = [
  'started',
  'healthy',
  'degraded',
  'failed',
  'inconclusive',
  'rolled-back',
] as const
/** One of these. */
export type ReportStatus = (typeof REPORT_STATUSES)[number]

/** Longest note, reason, rationale. */
export const MAX_ROLLOUT_TEXT = 4096
/** Most mitigations of a report, deviations of a stage. */
export const MAX_LINES = 32
/** Most reports that one replaces: a stakeholder's standing ones, in all stages. */
export const MAX_SUPERSEDED = 63

const said = z.string().max(MAX_ROLLOUT_TEXT).regex(/\S/, 'must say something')

/** A metric as it was measured. */
export const metricSchema = z.strictObject({ metric: metricName, value: quantitySchema })
/** What was put in place beside the change, with what it is for and when it ends. */
export const mitigationSchema = z.strictObject({
  what: said,
  effect: text(1024).exactOptional(),
  /** In ms. */
  expiresAt: millis.exactOptional(),
})

/** "This is how our part of that stage stands." Replaces what `supersedes` points at. */
export const rolloutReport = defineOp('rollout.report', 'attest', {
  proposal: refIndex,
  stage: text(64),
  /** How often the rollout had been resumed, as far as its author knew: a hook runs once in each. */
  attempt: z.int().min(0),
  status: z.enum(REPORT_STATUSES),
  metrics: z.array(metricSchema).max(MAX_METRICS),
  mitigations: z.array(mitigationSchema).max(MAX_LINES).exactOptional(),
  note: text(MAX_ROLLOUT_TEXT).exactOptional(),
  supersedes: z.array(refIndex).max(MAX_SUPERSEDED),
})

/** "Stop": nothing more is opened anywhere until a ballot resumes it. */
export const rolloutHalt = defineOp('rollout.halt', 'any', { proposal: refIndex, reason: said })

/** The record of a stage that is complete: what went otherwise than planned, and why. */
export const rolloutClose = defineOp('rollout.close', 'attest', {
  proposal: refIndex,
  stage: text(64),
  /** Empty says that there were none. */
  deviations: z.array(said).max(MAX_LINES),
  mitigations: z.array(mitigationSchema).max(MAX_LINES),
  rationale: said,
})

/** A measured metric. */
export type Metric = z.infer<typeof metricSchema>
/** A mitigation. */
export type Mitigation = z.infer<typeof mitigationSchema>
