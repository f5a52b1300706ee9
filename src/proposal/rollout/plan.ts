/**
 * The rollout and rollback plan of a proposal (design §3.9): what is voted on together with the
 * change, and so fixed once it is adopted.
 */
import { z } from 'zod'
import { fractionSchema, ID_PATTERN, MAX_STAKEHOLDERS } from '../../charter/schema.ts'
import { millis, text } from '../../op/type.ts'
import { COMPARISONS, quantitySchema } from './quantity.ts'

/** Most stages of a rollout. */
export const MAX_STAGES = 32
/** Most success limits of a stage, indicators of a rollout, metrics of a report. */
export const MAX_METRICS = 32
/** Longest name of a metric. */
export const MAX_METRIC_NAME = 128
/** Most steps of a rollback plan. */
export const MAX_STEPS = 64
/** Longest soak of a stage and window of a metric, in ms: a year. */
export const MAX_SOAK_MS = 365 * 86_400_000
/** Most builds that a plan names. */
export const MAX_BUILDS = 1024

const id = z.string().regex(ID_PATTERN, 'must be lower-case letters, digits, -')
const duration = millis.max(MAX_SOAK_MS)
const many = z.int().min(0).max(MAX_STAKEHOLDERS)

/** The name of a metric: `error-rate`, `http.latency_p99`. */
export const metricName = z
  .string()
  .max(MAX_METRIC_NAME)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'must be letters, digits, . _ : -')

const limit = { metric: metricName, op: z.enum(COMPARISONS), value: quantitySchema }

/** What a metric must be for a report to count as healthy; measured over `window` ms. */
export const successSchema = z.strictObject({ ...limit, window: duration })
/** What a metric must not be: a report that shows it holds the rollout everywhere. */
export const indicatorSchema = z.strictObject(limit)

/**
 * Who is in a stage: those that it names; those with a function that no earlier stage has; or as
 * many more as it takes for that share of the members to be in this stage or an earlier one.
 */
export const cohortSchema = z.union([
  z.strictObject({ stakeholders: z.array(id).min(1).max(MAX_STAKEHOLDERS) }),
  z.strictObject({ function: id }),
  z.strictObject({ share: fractionSchema }),
])

/** One stage. It opens when the stage before it (or `after`) is complete. */
export const stageSchema = z.strictObject({
  name: id,
  cohort: cohortSchema,
  /** An earlier stage that must be complete; by default the one before. */
  after: id.exactOptional(),
  /** How long it must have been healthy before the next may open, in ms. */
  soak: duration,
  success: z.array(successSchema).max(MAX_METRICS),
  /** How many of its cohort must be healthy: a number, or all. */
  minReports: z.union([z.literal('all'), many.min(1)]),
  /** More failures than this halt the rollout everywhere. */
  failureLimit: many,
  /** With more than this inconclusive or degraded it pauses until they report anew. */
  inconclusiveLimit: many,
  reversible: z.boolean(),
})

/** The artefact that one organisation deploys where it builds its own. */
export const buildSchema = z.strictObject({
  stakeholder: id,
  name: text(256),
  digest: text(256),
})

/** How an adopted change reaches everybody. */
export const rolloutPlanSchema = z.strictObject({
  stages: z.array(stageSchema).min(1).max(MAX_STAGES),
  indicators: z.array(indicatorSchema).max(MAX_METRICS),
  builds: z.array(buildSchema).max(MAX_BUILDS),
  /** No stage opens before that moment (ms); what else must hold is for people to see to. */
  activation: z
    .strictObject({ notBefore: millis.exactOptional(), condition: text(1024).exactOptional() })
    .exactOptional(),
})

/** How an organisation goes back. */
export const rollbackPlanSchema = z.strictObject({
  steps: z.array(text(1024)).min(1).max(MAX_STEPS),
  /** Who sees to it that it works. */
  owner: id.exactOptional(),
  /** Where it is halted, every organisation that has moved goes back without another decision. */
  onHalt: z.boolean(),
})

/** A rollout plan. */
export type RolloutPlan = z.infer<typeof rolloutPlanSchema>
/** A rollback plan. */
export type RollbackPlan = z.infer<typeof rollbackPlanSchema>
/** One stage of a plan. */
export type StagePlan = z.infer<typeof stageSchema>
/** A limit on a metric. */
export type MetricLimit = z.infer<typeof indicatorSchema>
/** Who is in a stage. */
export type CohortPlan = z.infer<typeof cohortSchema>
