/** The endpoints of discussions and decision records, and the client's side of them. */
import { z } from 'zod'
import type { Result } from '../../src/op/refusal.ts'
import type { DecisionRecord } from '../../src/replica/decision/record.ts'
import type { Caller } from './attestation-client.ts'
import type { DeliberationApi, Discussion } from './deliberation-api.ts'
import { byId, endpoint } from './endpoint.ts'
import { isRecord } from './json-values.ts'

/** Made by our own daemon, so only its outline is checked. */
const discussion = z.custom<Discussion>(
  (value) => isRecord(value) && Array.isArray(value.threads),
  'must be a discussion',
)
const record = z.custom<DecisionRecord>(
  (value) => isRecord(value) && value.v === 1 && Array.isArray(value.rules),
  'must be a decision record',
)

/** Discussions and decision records. */
export const DELIBERATION_ENDPOINTS = {
  discussion: endpoint({
    method: 'GET',
    path: '/v1/proposals/:id/discussion',
    summary: 'what was said on it, as threads, and what is still open',
    input: byId,
    output: discussion,
    answer: (api, { id }) => api.deliberation.discussion(id),
  }),
  record: endpoint({
    method: 'GET',
    path: '/v1/proposals/:id/record',
    summary: 'everything behind the decision, the same at every node',
    input: byId,
    output: record,
    answer: (api, { id }) => api.deliberation.record(id),
  }),
}

/** Carries `DeliberationApi` over a caller. */
export class DeliberationClient implements DeliberationApi {
  private readonly call: Caller

  constructor(call: Caller) {
    this.call = call
  }

  discussion(id: string): Promise<Result<Discussion>> {
    return this.call(DELIBERATION_ENDPOINTS.discussion, { id })
  }

  record(id: string): Promise<Result<DecisionRecord>> {
    return this.call(DELIBERATION_ENDPOINTS.record, { id })
  }
}
