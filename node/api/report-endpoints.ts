/** The endpoints of reports, and the client's side of them. */
import { z } from 'zod'
import type { Result } from '../../src/op/refusal.ts'
import type { InfluenceQuery, InfluenceReport } from '../../src/replica/report/influence.ts'
import type { ReviewReport } from '../../src/replica/report/review.ts'
import type { Caller } from './attestation-client.ts'
import type { Digest } from './digest/shape.ts'
import { acting, dryRunOf, endpoint, nothing } from './endpoint.ts'
import { isRecord } from './json-values.ts'
import type { DigestQuery, PresenceView, ReportApi } from './report-api.ts'
import * as shape from './schemas.ts'
import type { ActOptions, Signed } from './signed.ts'

/** Reports are made by our own daemon, so only their outline is checked. */
const report = <T>(list: string & keyof T, what: string) =>
  z.custom<T>((value) => isRecord(value) && Array.isArray(value[list]), `must be ${what}`)

/** Reports. */
export const REPORT_ENDPOINTS = {
  influence: endpoint({
    method: 'GET',
    path: '/v1/reports/influence',
    summary: 'how power is spread by the charter, and how it was used',
    input: z.strictObject({ track: shape.maybeText, since: shape.queryNumber }),
    output: report<InfluenceReport>('members', 'an influence report'),
    answer: (api, query) => api.reports.influence(query),
  }),
  presence: endpoint({
    method: 'GET',
    path: '/v1/reports/presence',
    summary: 'who was heard when, and the voting windows where members are',
    input: nothing,
    output: report<PresenceView>('members', 'a presence report'),
    answer: (api) => api.reports.presence(),
  }),
  digest: endpoint({
    method: 'GET',
    path: '/v1/reports/digest',
    summary: 'what happened in a span of time, and what is due at its end',
    input: z.strictObject({ from: shape.queryNumber, to: shape.queryNumber }),
    output: report<Digest>('happened', 'a digest'),
    answer: (api, query) => api.reports.digest(query),
  }),
  review: endpoint({
    method: 'GET',
    path: '/v1/reports/review',
    summary: 'how the rules worked, track by track, and when the next review is due',
    input: z.strictObject({ since: shape.queryNumber }),
    output: report<ReviewReport>('tracks', 'a review'),
    answer: (api, query) => api.reports.review(query),
  }),
  openReview: endpoint({
    method: 'POST',
    path: '/v1/reviews',
    summary: 'open the ballot that records a review of the charter',
    input: acting({ because: z.string() }),
    output: shape.signed,
    answer: (api, { because, ...act }) => api.reports.openReview(because, dryRunOf(act)),
  }),
}

/** Carries `ReportApi` over a caller. */
export class ReportClient implements ReportApi {
  private readonly call: Caller

  constructor(call: Caller) {
    this.call = call
  }

  influence({ track, since }: InfluenceQuery): Promise<Result<InfluenceReport>> {
    return this.call(REPORT_ENDPOINTS.influence, {
      ...(track !== undefined && { track }),
      ...(since !== undefined && { since }),
    })
  }

  presence(): Promise<Result<PresenceView>> {
    return this.call(REPORT_ENDPOINTS.presence, {})
  }

  digest({ from, to }: DigestQuery): Promise<Result<Digest>> {
    return this.call(REPORT_ENDPOINTS.digest, {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    })
  }

  review({ since }: { readonly since?: number | undefined }): Promise<Result<ReviewReport>> {
    return this.call(REPORT_ENDPOINTS.review, { ...(since !== undefined && { since }) })
  }

  openReview(because: string, options: ActOptions = {}): Promise<Result<Signed>> {
    return this.call(REPORT_ENDPOINTS.openReview, { because, ...options })
  }
}
