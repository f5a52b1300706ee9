/** What a node can be asked and told about rollouts (design §3.9). */
import type { Result } from '../../src/op/refusal.ts'
import type { CourseState } from '../../src/proposal/rollout/course.ts'
import type { Mitigation, ReportStatus } from '../../src/proposal/rollout/ops.ts'
import type { StageProgress } from '../../src/proposal/rollout/stage.ts'
import type { ActOptions, Signed } from './signed.ts'

/** One rollout in a list. */
export interface RolloutLine {
  readonly proposal: string
  readonly title: string
  readonly slot: string
  /** Whose word it goes by. */
  readonly basis: 'adopted' | 'provisional' | 'none'
  readonly state: CourseState
  /** The first stage that is not complete; null where all are. */
  readonly stage: string | null
  /** How often it was resumed. */
  readonly attempt: number
  /** Why nobody begins; null where somebody may. */
  readonly hold: string | null
  /** Why whoever has moved goes back; null where nobody needs to. */
  readonly undo: string | null
  /** Who has moved and not gone back. */
  readonly moved: readonly string[]
  /** What we have to do, and what it waits for; null where we have nothing to do. */
  readonly turn: RolloutTurnLine | null
}

/** What our organisation has to do. */
export interface RolloutTurnLine {
  readonly kind: 'deploy' | 'rollback'
  readonly stage: string
  readonly why: string
  /**
   * `hook`: the node is at it. `ask`: for our word. `no-hook`, `off`: people do it and report; so too
   * where the hook to go back was run and did not do it (`was-run`).
   */
  readonly waits: 'hook' | 'ask' | 'no-hook' | 'off' | 'was-run'
}

/** A metric as people write it. */
export interface MetricLine {
  readonly metric: string
  readonly value: string
}

/** Where one organisation stands in a stage. */
export interface RolloutMember {
  readonly stakeholder: string
  readonly status: ReportStatus | 'silent'
  /** What it called itself, where its metrics say otherwise. */
  readonly claimed: ReportStatus | null
  readonly why: string | null
  readonly metrics: readonly MetricLine[]
  readonly mitigations: readonly Mitigation[]
  readonly note: string | null
  /** When it said so, by its own clock, in ms; null while it is silent. */
  readonly at: number | null
}

/** One stage. */
export interface RolloutStageView {
  readonly name: string
  readonly progress: StageProgress
  readonly hold: string | null
  readonly needed: number
  readonly soakMs: number
  /** When the soak is over here, in ms; null until enough are healthy. */
  readonly soakedAt: number | null
  readonly failureLimit: number
  readonly inconclusiveLimit: number
  readonly reversible: boolean
  readonly success: readonly string[]
  readonly healthy: readonly string[]
  readonly failed: readonly string[]
  readonly inconclusive: readonly string[]
  readonly members: readonly RolloutMember[]
  readonly closes: readonly {
    readonly id: string
    readonly stakeholder: string
    readonly deviations: readonly string[]
    readonly mitigations: readonly Mitigation[]
    readonly rationale: string
    readonly at: number
  }[]
}

/** Something that halts a rollout. */
export interface HaltLine {
  readonly kind: 'failures' | 'indicator' | 'word'
  readonly stage: string | null
  readonly stakeholders: readonly string[]
  readonly statements: readonly string[]
  readonly sentence: string
}

/** One of our hooks. */
export interface HookLine {
  readonly kind: 'deploy' | 'rollback'
  readonly stage: string
  readonly attempt: number
  readonly state: 'begun' | 'ended' | 'reported'
  readonly at: number
  readonly status: string | null
}

/** One rollout whole. */
export interface RolloutDetail extends RolloutLine {
  readonly stages: readonly RolloutStageView[]
  readonly halts: readonly HaltLine[]
  readonly resumes: readonly string[]
  readonly indicators: readonly string[]
  readonly rollback: {
    readonly steps: readonly string[]
    readonly owner: string | null
    readonly onHalt: boolean
  }
  readonly activation: { readonly notBefore: number | null; readonly condition: string | null }
  /** What we deploy, by the ballot. */
  readonly artefacts: readonly { readonly name: string; readonly digest: string }[]
  readonly hooks: readonly HookLine[]
}

/** A report as people write it; metrics as text. */
export interface RolloutReportInput {
  readonly proposal: string
  readonly stage?: string
  readonly status: ReportStatus
  readonly metrics: readonly MetricLine[]
  readonly mitigations: readonly Mitigation[]
  readonly note?: string
}

/** The record of a stage as people write it. */
export interface RolloutCloseInput {
  readonly proposal: string
  readonly stage: string
  readonly deviations: readonly string[]
  readonly mitigations: readonly Mitigation[]
  readonly rationale: string
}

/** Questions and acts about rollouts. */
export interface RolloutApi {
  list(): Promise<Result<readonly RolloutLine[]>>
  /** `id` may be a unique part of the proposal's, here and below. */
  show(id: string): Promise<Result<RolloutDetail>>
  report(input: RolloutReportInput, options?: ActOptions): Promise<Result<Signed>>
  close(input: RolloutCloseInput, options?: ActOptions): Promise<Result<Signed>>
  halt(id: string, because: string, options?: ActOptions): Promise<Result<Signed>>
  /** Opens the ballot by which it goes on. */
  resume(id: string, because: string, options?: ActOptions): Promise<Result<Signed>>
  /** Lets the hook run that waits for our word. */
  approve(id: string): Promise<Result<RolloutTurnLine>>
  /** Has our own rollback hook run, whatever the others do. */
  rollback(id: string): Promise<Result<RolloutTurnLine>>
}
