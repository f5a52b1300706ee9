/** What a node can be asked and told about upgrades, from draft to retrospective (part of `NodeApi`). */
import type { Result } from '../../src/op/refusal.ts'
import type { Lack, UpgradeInput } from '../../src/proposal/upgrade.ts'
import type { ActionInput, LinkedTask } from '../../src/replica/upgrade/actions.ts'
import type { UpgradeHistory } from '../../src/replica/upgrade/history.ts'
import type { RetrospectivePart } from '../../src/replica/upgrade/retrospective.ts'
import type { StageStanding, UpgradeStageName } from '../../src/replica/upgrade/timeline.ts'
import type { ActOptions, Signed } from './signed.ts'

/** One upgrade in a list: a draft, or what was proposed. */
export interface UpgradeLine {
  /** Of the draft while it is one, then of the proposal. */
  readonly id: string
  readonly title: string
  readonly author: string
  readonly stage: UpgradeStageName
  readonly standing: StageStanding
  readonly outcome: 'draft' | 'open' | 'adopted' | 'declined'
  /** What the stage asks for. */
  readonly missing: readonly string[]
}

/** One stage; times by this node's clock, in ms. */
export interface UpgradeStageLine {
  readonly name: UpgradeStageName
  readonly standing: StageStanding
  readonly from: number | null
  readonly to: number | null
  readonly missing: readonly string[]
}

/** A word that came after the window that it belongs to. */
export interface LateWord {
  readonly id: string
  readonly stakeholder: string
  readonly what: string
  readonly window: string
  readonly closedAt: number
  readonly seenAt: number
}

/** One upgrade whole. */
export interface UpgradeDetail extends UpgradeLine {
  /** The document that it was written in, where there is one. */
  readonly draft: string | null
  readonly stages: readonly UpgradeStageLine[]
  /** What a draft would be better with. */
  readonly advice: readonly Lack[]
  readonly late: readonly LateWord[]
}

/** A retrospective as it stands. */
export interface RetrospectiveDetail {
  readonly proposal: string
  readonly history: UpgradeHistory
  /** The history as Markdown. */
  readonly facts: string
  /** The document in which it is written; null while nobody has begun it. */
  readonly document: string | null
  readonly missing: readonly RetrospectivePart[]
  /** What is to be done: rows of the register of tasks. */
  readonly tasks: readonly LinkedTask[]
  /** The freeze that archives it. */
  readonly archived: string | null
  /** Other documents that say that they are its retrospective. */
  readonly others: readonly string[]
}

/** What somebody writes into a retrospective. */
export type RetrospectiveWords = Partial<Readonly<Record<RetrospectivePart, string>>>

/** Upgrades from draft to retrospective. */
export interface UpgradeApi {
  list(): Promise<readonly UpgradeLine[]>
  /** `id`: of a draft or a proposal, or a unique part of one. */
  show(id: string): Promise<Result<UpgradeDetail>>
  /** Begins a draft: the document, and what is in it. */
  begin(input: UpgradeInput, options?: ActOptions): Promise<Result<readonly Signed[]>>
  retrospective(id: string): Promise<Result<RetrospectiveDetail>>
  /** Begins the retrospective of a settled proposal where there is none, and writes into it. */
  write(
    id: string,
    words: RetrospectiveWords,
    options?: ActOptions,
  ): Promise<Result<readonly Signed[]>>
  /**
   * Has a task come of the retrospective: the row is begun, or one that is there is taken, and each
   * names the other. Refuses `task-elsewhere`, `already-linked`.
   */
  action(id: string, action: ActionInput, options?: ActOptions): Promise<Result<readonly Signed[]>>
  /** Refuses `retrospective-incomplete`, `task-not-linked`: nothing is archived empty. */
  archive(id: string, options?: ActOptions): Promise<Result<Signed>>
}
