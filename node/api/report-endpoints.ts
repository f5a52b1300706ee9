/** The endpoints of reports, and the client's side of them. */
import { z } from 'zod'
import type { Result } from '../../src/op/refusal.ts'
import type { InfluenceQuery, InfluenceReport } from '../../src/replica/report/influence.ts'
import type { Caller } from './attestation-client.ts'
import { endpoint, nothing } from './endpoint.ts'
import { isRecord } from './json-values.ts'
import type { PresenceView, ReportApi } from './report-api.ts'
import * as shape from './schemas.ts'

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
}
