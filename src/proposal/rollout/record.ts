/** Statements about a rollout that count, resolved: what its course is derived from (design §3.9). */
import type { KeyId, OpCid, StakeholderId } from '../../op/ids.ts'
import type { Metric, Mitigation, ReportStatus } from './ops.ts'

/** A statement of a stakeholder. */
export interface RolloutStatement {
  readonly cid: OpCid
  readonly stakeholder: StakeholderId
  /** Its place in its author's chain: what a resume clears, it clears up to there. */
  readonly key: KeyId
  readonly seq: number
  /** The author's clock in ms; shown, never judged by. */
  readonly at: number
  /** When this node first saw it, in ms: local, in no digest. */
  readonly seenAt: number
}

/** How one organisation's part of a stage stands. */
export interface ReportRecord extends RolloutStatement {
  readonly stage: string
  readonly attempt: number
  readonly status: ReportStatus
  readonly metrics: readonly Metric[]
  readonly mitigations: readonly Mitigation[]
  readonly note: string | undefined
  readonly supersedes: readonly OpCid[]
}

/** "Stop." */
export interface HaltRecord extends RolloutStatement {
  readonly reason: string
}

/** The record of a stage. */
export interface CloseRecord extends RolloutStatement {
  readonly stage: string
  readonly deviations: readonly string[]
  readonly mitigations: readonly Mitigation[]
  readonly rationale: string
}

/** An adopted ballot that resumes a rollout, with the statements that it clears. */
export interface ResumeRecord {
  readonly ballot: OpCid
  readonly clears: readonly OpCid[]
}

/** Everything that counts about one rollout; a set, in any order. */
export interface RolloutRecords {
  readonly reports: readonly ReportRecord[]
  readonly halts: readonly HaltRecord[]
  readonly closes: readonly CloseRecord[]
  readonly resumes: readonly ResumeRecord[]
}
