/** Reports, as a node answers for them. */
import type { Result } from '../../src/op/refusal.ts'
import type { Replica } from '../../src/replica/replica.ts'
import {
  type InfluenceQuery,
  type InfluenceReport,
  influenceReport,
} from '../../src/replica/report/influence.ts'
import type { ReportApi } from './report-api.ts'

/** The one implementation; the client only carries it. */
export class ReportService implements ReportApi {
  private readonly replica: Replica

  constructor(replica: Replica) {
    this.replica = replica
  }

  async influence(query: InfluenceQuery): Promise<Result<InfluenceReport>> {
    return influenceReport(this.replica, query)
  }
}
