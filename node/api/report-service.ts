/** Reports, as a node answers for them. */
import type { Result } from '../../src/op/refusal.ts'
import type { Replica } from '../../src/replica/replica.ts'
import {
  type InfluenceQuery,
  type InfluenceReport,
  influenceReport,
} from '../../src/replica/report/influence.ts'
import { presenceView } from './presence-view.ts'
import type { PresenceView, ReportApi } from './report-api.ts'
import type { Surroundings } from './surroundings.ts'

/** The one implementation; the client only carries it. */
export class ReportService implements ReportApi {
  private readonly replica: Replica
  private readonly surroundings: Surroundings

  constructor(replica: Replica, surroundings: Surroundings) {
    this.replica = replica
    this.surroundings = surroundings
  }

  async influence(query: InfluenceQuery): Promise<Result<InfluenceReport>> {
    return influenceReport(this.replica, query)
  }

  async presence(): Promise<Result<PresenceView>> {
    return presenceView(this.replica, this.surroundings)
  }
}
