/** What a node can be asked to report on (part of `NodeApi`). */
import type { Result } from '../../src/op/refusal.ts'
import type { InfluenceQuery, InfluenceReport } from '../../src/replica/report/influence.ts'

/** Reports; what they are made of is said where they are. */
export interface ReportApi {
  influence(query: InfluenceQuery): Promise<Result<InfluenceReport>>
}
