/** Reports, as a node answers for them. */
import type { Result } from '../../src/op/refusal.ts'
import type { Replica } from '../../src/replica/replica.ts'
import {
  type InfluenceQuery,
  type InfluenceReport,
  influenceReport,
} from '../../src/replica/report/influence.ts'
import { type ReviewReport, reviewReport } from '../../src/replica/report/review.ts'
import { reviewInput } from '../../src/replica/report/review-acts.ts'
import type { Acting } from './acting.ts'
import { digestOf } from './digest/digest.ts'
import type { Digest } from './digest/shape.ts'
import { presenceView } from './presence-view.ts'
import type { DigestQuery, PresenceView, ReportApi } from './report-api.ts'
import type { ActOptions, Signed } from './signed.ts'
import type { Surroundings } from './surroundings.ts'

const WEEK_MS = 7 * 86_400_000

/** What the service works with. */
export interface ReportServiceParts {
  readonly replica: Replica
  readonly acting: Acting
  readonly surroundings: Surroundings
}

/** The one implementation; the client only carries it. */
export class ReportService implements ReportApi {
  private readonly replica: Replica
  private readonly acting: Acting
  private readonly surroundings: Surroundings

  constructor({ replica, acting, surroundings }: ReportServiceParts) {
    this.replica = replica
    this.acting = acting
    this.surroundings = surroundings
  }

  async influence(query: InfluenceQuery): Promise<Result<InfluenceReport>> {
    return influenceReport(this.replica, query)
  }

  async presence(): Promise<Result<PresenceView>> {
    return presenceView(this.replica, this.surroundings)
  }

  async digest({ from, to = this.replica.clock.now() }: DigestQuery): Promise<Result<Digest>> {
    return digestOf(this.replica, { from: from ?? Math.max(0, to - WEEK_MS), to })
  }

  async review({ since }: { readonly since?: number | undefined }): Promise<Result<ReviewReport>> {
    return reviewReport(this.replica, since)
  }

  async openReview(because: string, options: ActOptions = {}): Promise<Result<Signed>> {
    const input = reviewInput(this.replica, because)
    return input.ok ? this.acting.propose(input.value, options) : input
  }
}
