/** The endpoints of disputes. */
import { z } from 'zod'
import { DISPUTE_KINDS } from '../../src/proposal/dispute/ops.ts'
import type { DisputeState } from '../../src/replica/recourse/disputes.ts'
import type * as dispute from './dispute-api.ts'
import { acting, byId, dryRunOf, endpoint, nothing } from './endpoint.ts'
import * as shape from './schemas.ts'

const names = z.array(z.string())

const rulingLine: z.ZodType<dispute.RulingLine> = z.object({
  id: z.string(),
  stakeholder: z.string(),
  ruling: z.string(),
  text: z.string(),
  at: z.number(),
})

const state: z.ZodType<DisputeState> = z.discriminatedUnion('state', [
  z.object({ state: z.literal('open') }),
  z.object({ state: z.literal('contested'), rulings: names }),
  z.object({
    state: z.literal('settled'),
    by: z.enum(['parties', 'council', 'panel', 'mediator']),
    ruling: z.string().nullable(),
  }),
])

/** What a council member did by its mandate. */
export const councilActLine: z.ZodType<dispute.CouncilActLine> = z.object({
  stakeholder: z.string(),
  election: z.string(),
  inOffice: z.boolean(),
})

const disputeLine: z.ZodType<dispute.DisputeLine> = z.object({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  grounds: z.string(),
  openedBy: z.string(),
  at: z.number(),
  parties: names,
  about: z.string().nullable(),
  closedBy: names,
  closedByCouncil: z.array(councilActLine),
  panels: z.array(
    z.object({
      id: z.string(),
      seatedBy: z.string(),
      settlement: z.string(),
      members: names,
      rulings: z.array(rulingLine),
    }),
  ),
  mediators: z.array(
    z.object({
      id: z.string(),
      acceptedBy: names,
      isAccepted: z.boolean(),
      rulings: z.array(rulingLine),
    }),
  ),
  mediationBinds: z.boolean(),
  state,
})

const request: z.ZodType<dispute.DisputeRequest> = z.strictObject({
  kind: z.enum(DISPUTE_KINDS),
  subject: z.string(),
  parties: names,
  grounds: z.string(),
  about: shape.maybeText,
})

const id = z.string()

/** Disputes: read, opened, closed, ruled on. */
export const DISPUTE_ENDPOINTS = {
  disputes: endpoint({
    method: 'GET',
    path: '/v1/disputes',
    summary: 'disputes, oldest first',
    input: nothing,
    output: z.array(disputeLine).readonly(),
    answer: (api) => api.disputes.list(),
  }),
  dispute: endpoint({
    method: 'GET',
    path: '/v1/disputes/:id',
    summary: 'one dispute',
    input: byId,
    output: disputeLine,
    answer: (api, input) => api.disputes.one(input.id),
  }),
  openDispute: endpoint({
    method: 'POST',
    path: '/v1/disputes',
    summary: 'open a dispute among members',
    input: acting({ input: request }),
    output: shape.signed,
    answer: (api, act) => api.disputes.open(act.input, dryRunOf(act)),
  }),
  closeDispute: endpoint({
    method: 'POST',
    path: '/v1/disputes/:id/closing',
    summary: 'as a party, close a dispute',
    input: acting({ id, text: shape.maybeText }),
    output: shape.signed,
    answer: (api, act) => api.disputes.close(act.id, act.text, dryRunOf(act)),
  }),
  seatPanel: endpoint({
    method: 'POST',
    path: '/v1/disputes/:id/panels',
    summary: 'seat the panel that a settlement draws',
    input: acting({ id, settlement: shape.maybeText }),
    output: shape.signed,
    answer: (api, act) => api.disputes.seat(act.id, act.settlement, dryRunOf(act)),
  }),
  mediate: endpoint({
    method: 'POST',
    path: '/v1/disputes/:id/mediators',
    summary: 'as a party, propose a mediator or accept the one proposed',
    input: acting({ id, mediator: z.string() }),
    output: shape.signed,
    answer: (api, act) => api.disputes.mediate(act.id, act.mediator, dryRunOf(act)),
  }),
  ruleDispute: endpoint({
    method: 'POST',
    path: '/v1/disputes/:dispute/rulings',
    summary: 'rule, on its panel or as its mediator',
    input: acting({ dispute: id, ruling: z.string(), text: z.string() }),
    output: shape.signed,
    answer: (api, { dispute, ruling, text, ...act }) =>
      api.disputes.rule({ dispute, ruling, text }, dryRunOf(act)),
  }),
}
