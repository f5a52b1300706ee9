/** The endpoints of rollouts. */
import { z } from 'zod'
import { REPORT_STATUSES } from '../../src/proposal/rollout/ops.ts'
import { acting, byId, dryRunOf, endpoint, nothing } from './endpoint.ts'
import type * as rollout from './rollout-api.ts'
import * as shape from './schemas.ts'

const names = z.array(z.string())
const status = z.enum(REPORT_STATUSES)
const metricLines = z.array(z.object({ metric: z.string(), value: z.string() }))
const mitigations = z.array(
  z.object({
    what: z.string(),
    effect: z.string().exactOptional(),
    expiresAt: z.int().exactOptional(),
  }),
)

const turnLine: z.ZodType<rollout.RolloutTurnLine> = z.object({
  kind: z.enum(['deploy', 'rollback']),
  stage: z.string(),
  why: z.string(),
  waits: z.enum(['hook', 'ask', 'no-hook', 'off', 'was-run']),
})

const line = {
  proposal: z.string(),
  title: z.string(),
  slot: z.string(),
  basis: z.enum(['adopted', 'provisional', 'none']),
  state: z.enum([
    'waiting',
    'running',
    'paused',
    'halted',
    'rolling-back',
    'rolled-back',
    'complete',
    'done',
  ]),
  stage: z.string().nullable(),
  attempt: z.int(),
  hold: z.string().nullable(),
  undo: z.string().nullable(),
  moved: names,
  turn: turnLine.nullable(),
}
const rolloutLine: z.ZodType<rollout.RolloutLine> = z.object(line)

const member: z.ZodType<rollout.RolloutMember> = z.object({
  stakeholder: z.string(),
  status: z.enum([...REPORT_STATUSES, 'silent']),
  claimed: status.nullable(),
  why: z.string().nullable(),
  metrics: metricLines,
  mitigations,
  note: z.string().nullable(),
  at: z.number().nullable(),
})

const stageView: z.ZodType<rollout.RolloutStageView> = z.object({
  name: z.string(),
  progress: z.enum(['waiting', 'held', 'open', 'soaking', 'complete', 'closed']),
  hold: z.string().nullable(),
  needed: z.int(),
  soakMs: z.int(),
  soakedAt: z.number().nullable(),
  failureLimit: z.int(),
  inconclusiveLimit: z.int(),
  reversible: z.boolean(),
  success: names,
  healthy: names,
  failed: names,
  inconclusive: names,
  members: z.array(member),
  closes: z.array(
    z.object({
      id: z.string(),
      stakeholder: z.string(),
      deviations: names,
      mitigations,
      rationale: z.string(),
      at: z.number(),
    }),
  ),
})

const rolloutDetail: z.ZodType<rollout.RolloutDetail> = z.object({
  ...line,
  stages: z.array(stageView),
  halts: z.array(
    z.object({
      kind: z.enum(['failures', 'indicator', 'word']),
      stage: z.string().nullable(),
      stakeholders: names,
      statements: names,
      sentence: z.string(),
    }),
  ),
  resumes: names,
  indicators: names,
  rollback: z.object({ steps: names, owner: z.string().nullable(), onHalt: z.boolean() }),
  activation: z.object({ notBefore: z.number().nullable(), condition: z.string().nullable() }),
  artefacts: z.array(z.object({ name: z.string(), digest: z.string() })),
  hooks: z.array(
    z.object({
      kind: z.enum(['deploy', 'rollback']),
      stage: z.string(),
      attempt: z.int(),
      state: z.enum(['begun', 'ended', 'reported']),
      at: z.number(),
      status: z.string().nullable(),
    }),
  ),
})

const reportInput: z.ZodType<rollout.RolloutReportInput> = z.strictObject({
  proposal: z.string(),
  stage: shape.maybeText,
  status,
  metrics: metricLines,
  mitigations,
  note: shape.maybeText,
})

const closeInput: z.ZodType<rollout.RolloutCloseInput> = z.strictObject({
  proposal: z.string(),
  stage: z.string(),
  deviations: names,
  mitigations,
  rationale: z.string(),
})

/** How what was adopted reaches everybody. */
export const ROLLOUT_ENDPOINTS = {
  rollouts: endpoint({
    method: 'GET',
    path: '/v1/rollouts',
    summary: 'rollouts, with what is our turn in each',
    input: nothing,
    output: z.array(rolloutLine).readonly(),
    answer: (api) => api.rollouts.list(),
  }),
  rollout: endpoint({
    method: 'GET',
    path: '/v1/rollouts/:id',
    summary: 'one rollout: stages, reports, halts, our hooks',
    input: byId,
    output: rolloutDetail,
    answer: (api, { id }) => api.rollouts.show(id),
  }),
  reportRollout: endpoint({
    method: 'POST',
    path: '/v1/rollout-reports',
    summary: 'report how our part of a stage stands',
    input: acting({ input: reportInput }),
    output: shape.signed,
    answer: (api, act) => api.rollouts.report(act.input, dryRunOf(act)),
  }),
  closeStage: endpoint({
    method: 'POST',
    path: '/v1/rollout-closes',
    summary: 'close a stage that is complete, with deviations and a rationale',
    input: acting({ input: closeInput }),
    output: shape.signed,
    answer: (api, act) => api.rollouts.close(act.input, dryRunOf(act)),
  }),
  haltRollout: endpoint({
    method: 'POST',
    path: '/v1/rollouts/:id/halt',
    summary: 'halt a rollout everywhere',
    input: acting({ id: z.string(), because: z.string() }),
    output: shape.signed,
    answer: (api, act) => api.rollouts.halt(act.id, act.because, dryRunOf(act)),
  }),
  resumeRollout: endpoint({
    method: 'POST',
    path: '/v1/rollouts/:id/resume',
    summary: 'open the ballot by which a halted rollout goes on',
    input: acting({ id: z.string(), because: z.string() }),
    output: shape.signed,
    answer: (api, act) => api.rollouts.resume(act.id, act.because, dryRunOf(act)),
  }),
  approveRollout: endpoint({
    method: 'POST',
    path: '/v1/rollouts/:id/approval',
    summary: 'let the hook run that waits for our word',
    input: byId,
    output: turnLine,
    answer: (api, { id }) => api.rollouts.approve(id),
  }),
  rollBack: endpoint({
    method: 'POST',
    path: '/v1/rollouts/:id/rollback',
    summary: 'run our own rollback hook, whatever the others do',
    input: byId,
    output: turnLine,
    answer: (api, { id }) => api.rollouts.rollback(id),
  }),
}
