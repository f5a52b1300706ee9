/** The endpoints of appeals. */
import { z } from 'zod'
import { acting, dryRunOf, endpoint } from './endpoint.ts'
import type * as recourse from './recourse-api.ts'
import * as shape from './schemas.ts'

const appealed: z.ZodType<recourse.Appealed> = z.object({
  appeal: shape.signed.nullable(),
  opened: shape.signed.nullable(),
  ballot: z.string().nullable(),
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
}
