/** The endpoints of appeals, gate overrides, the council and escalations. */
import { z } from 'zod'
import { ESCALATION_KINDS } from '../../src/proposal/escalation/ops.ts'
import { councilActLine } from './dispute-endpoints.ts'
import { acting, dryRunOf, endpoint, nothing } from './endpoint.ts'
import type * as recourse from './recourse-api.ts'
import * as shape from './schemas.ts'

const names = z.array(z.string())

const appealed: z.ZodType<recourse.Appealed> = z.object({
  appeal: shape.signed.nullable(),
  opened: shape.signed.nullable(),
  ballot: z.string().nullable(),
})

const overrideLine: z.ZodType<recourse.OverrideLine> = z.object({
  id: z.string(),
  author: z.string(),
  outcome: z.enum(['adopted', 'declined', 'open']),
  gate: z.string(),
  because: z.string(),
  at: z.number(),
  proposal: z.object({ id: z.string(), title: z.string(), outcome: z.string() }),
  stands: z.string(),
})

const councilView: z.ZodType<recourse.CouncilView> = z.object({
  charter: z
    .object({ seats: z.int(), termMs: z.int(), track: z.string(), powers: names })
    .nullable(),
  inOffice: z
    .object({ election: z.string(), members: names, powers: names, until: z.number() })
    .nullable(),
})

const escalationLine: z.ZodType<recourse.EscalationLine> = z.object({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  text: z.string(),
  openedBy: z.string(),
  owners: names,
  at: z.number(),
  dueAt: z.number(),
  about: z.string().nullable(),
  state: z.enum(['open', 'overdue', 'resolved']),
  resolutions: z.array(
    z.object({
      stakeholder: z.string(),
      text: z.string(),
      at: z.number(),
      council: councilActLine.nullable(),
    }),
  ),
})

const escalationRequest: z.ZodType<recourse.EscalationRequest> = z.strictObject({
  kind: z.enum(ESCALATION_KINDS),
  subject: z.string(),
  owners: names,
  text: z.string(),
  dueInMs: z.int(),
  about: shape.maybeText,
})

/** Ways to have decided what people disagree on. */
export const RECOURSE_ENDPOINTS = {
  again: endpoint({
    method: 'POST',
    path: '/v1/proposals/:proposal/again',
    summary: 'ask again what was declined, by default an emergency on track standard',
    input: acting({ proposal: z.string(), track: shape.maybeText }),
    output: shape.signed,
    answer: (api, { proposal, track, ...act }) =>
      api.recourse.again({ proposal, track }, dryRunOf(act)),
  }),
  appeal: endpoint({
    method: 'POST',
    path: '/v1/proposals/:proposal/appeals',
    summary: 'appeal against an adopted decision; opens the ballot that all appeals share',
    input: acting({ proposal: z.string(), grounds: z.string() }),
    output: appealed,
    answer: (api, { proposal, grounds, ...act }) =>
      api.recourse.appeal({ proposal, grounds }, dryRunOf(act)),
  }),
  override: endpoint({
    method: 'POST',
    path: '/v1/proposals/:proposal/overrides',
    summary: 'ask that a gate count as met on a ballot, by a ballot of its own',
    input: acting({ proposal: z.string(), gate: z.string(), because: z.string() }),
    output: shape.signed,
    answer: (api, { proposal, gate, because, ...act }) =>
      api.recourse.override({ proposal, gate, because }, dryRunOf(act)),
  }),
  overrides: endpoint({
    method: 'GET',
    path: '/v1/overrides',
    summary: 'every gate override that was asked for: for the retrospective',
    input: nothing,
    output: z.array(overrideLine).readonly(),
    answer: (api) => api.recourse.overrides(),
  }),
  council: endpoint({
    method: 'GET',
    path: '/v1/council',
    summary: 'the council, by the charter and by its last election',
    input: nothing,
    output: councilView,
    answer: (api) => api.recourse.council(),
  }),
  elect: endpoint({
    method: 'POST',
    path: '/v1/council',
    summary: 'open the ballot that elects a council; nobody is a recall',
    input: acting({ members: names, because: z.string() }),
    output: shape.signed,
    answer: (api, { members, because, ...act }) =>
      api.recourse.elect({ members, because }, dryRunOf(act)),
  }),
  escalations: endpoint({
    method: 'GET',
    path: '/v1/escalations',
    summary: 'escalations, oldest first',
    input: nothing,
    output: z.array(escalationLine).readonly(),
    answer: (api) => api.recourse.escalations(),
  }),
  escalate: endpoint({
    method: 'POST',
    path: '/v1/escalations',
    summary: 'record that something overlaps or waits',
    input: acting({ input: escalationRequest }),
    output: shape.signed,
    answer: (api, act) => api.recourse.escalate(act.input, dryRunOf(act)),
  }),
  resolve: endpoint({
    method: 'POST',
    path: '/v1/escalations/:id/resolution',
    summary: 'resolve an escalation',
    input: acting({ id: z.string(), text: z.string() }),
    output: shape.signed,
    answer: (api, { id, text, ...act }) => api.recourse.resolve(id, text, dryRunOf(act)),
  }),
}
