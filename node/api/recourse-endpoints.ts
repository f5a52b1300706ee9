/** The endpoints of appeals and gate overrides. */
import { z } from 'zod'
import { acting, dryRunOf, endpoint, nothing } from './endpoint.ts'
import type * as recourse from './recourse-api.ts'
import * as shape from './schemas.ts'

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

/** Ways to have decided what people disagree on. */
export const RECOURSE_ENDPOINTS = {
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
}
