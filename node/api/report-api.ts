/** What a node can be asked to report on (part of `NodeApi`). */
import type { Result } from '../../src/op/refusal.ts'
import type { InfluenceQuery, InfluenceReport } from '../../src/replica/report/influence.ts'
import type { MemberPresence } from '../../src/replica/report/presence.ts'
import type { ReviewReport } from '../../src/replica/report/review.ts'
import type { Digest } from './digest/shape.ts'
import type { ActOptions, Signed } from './signed.ts'

/** A member, and whether one of its nodes is connected to ours now. */
export interface MemberLine extends MemberPresence {
  readonly isOurs: boolean
  readonly connected: boolean
}

/** A window to vote in, where a member is; `null` where its zone is not known to this machine. */
export interface WindowPlace {
  readonly stakeholder: string
  readonly timeZone: string
  /** On the wall there: `Sat 2026-11-28 14:05`. */
  readonly begins: string | null
  readonly ends: string | null
  /** Time between nine and five there, in ms, counted up to two days. */
  readonly workingMs: number | null
}

/** A window to vote in that is not over, by this node's clock. */
export interface WindowLine {
  readonly id: string
  readonly title: string
  readonly stage: string
  readonly votingAt: number
  readonly closesAt: number
  /** Electors that have not voted. */
  readonly silent: readonly string[]
  /** Electors whose time zone the charter gives. */
  readonly places: readonly WindowPlace[]
}

/** Who was heard when. */
export interface PresenceView {
  readonly now: number
  readonly members: readonly MemberLine[]
  readonly windows: readonly WindowLine[]
}

/** Which span a digest is of, in ms; by default the last week up to now. */
export interface DigestQuery {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** Reports; what they are made of is said where they are. */
export interface ReportApi {
  influence(query: InfluenceQuery): Promise<Result<InfluenceReport>>
  presence(): Promise<Result<PresenceView>>
  digest(query: DigestQuery): Promise<Result<Digest>>
  /** How the rules worked since a moment in ms; by default since the last review. */
  review(query: { readonly since?: number | undefined }): Promise<Result<ReviewReport>>
  /** Opens the ballot that records a review; its text is the report as this node has it. */
  openReview(because: string, options?: ActOptions): Promise<Result<Signed>>
}
