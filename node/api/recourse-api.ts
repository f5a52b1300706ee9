/** What a node can be asked and told about appeals (design §3.8). */
import type { Result } from '../../src/op/refusal.ts'
import type { AppealStage } from '../../src/replica/recourse/appeal-state.ts'
import type { CouncilActLine } from './dispute-api.ts'
import type { ActOptions, Signed } from './signed.ts'

/** The appeals against an adopted decision, as this node sees them. */
export interface AppealLine {
  readonly stage: AppealStage
  /** When the stage ends by itself, in ms; null where a ballot ends it. */
  readonly until: number | null
  /** This node's hooks for the decision wait. */
  readonly delaysHooks: boolean
  readonly appeals: readonly {
    readonly id: string
    readonly stakeholder: string
    readonly grounds: string
    readonly at: number
    /** It came within the window of this node. */
    readonly inTime: boolean
  }[]
  /** The ballots that decide them: one, unless members opened them at once. */
  readonly ballots: readonly {
    readonly id: string
    readonly outcome: 'adopted' | 'declined' | 'open'
  }[]
}

/** An appeal as people write it. */
export interface AppealInput {
  /** Id of the adopted proposal, or a unique part of it. */
  readonly proposal: string
  readonly grounds: string
}

/** What appealing came to. */
export interface Appealed {
  /** The appeal; null where we had appealed before and only the ballot was missing. */
  readonly appeal: Signed | null
  /** The ballot of all appeals, where this act opened it. */
  readonly opened: Signed | null
  /** Its id; null on a dry run that would open it. */
  readonly ballot: string | null
}

/** A gate override as people write it. */
export interface OverrideInput {
  /** Id of the proposal that the gate holds open, or a unique part of it. */
  readonly proposal: string
  readonly gate: string
  readonly because: string
}

/** A gate that was, or is to be, overridden: for the retrospective. */
export interface OverrideLine {
  /** The ballot that overrides it. */
  readonly id: string
  readonly author: string
  readonly outcome: 'adopted' | 'declined' | 'open'
  readonly gate: string
  readonly because: string
  readonly at: number
  /** The ballot that the gate held open. */
  readonly proposal: { readonly id: string; readonly title: string; readonly outcome: string }
  /** How the gate stands there, in a sentence. */
  readonly stands: string
}

/** The council, by the charter and by its last election. */
export interface CouncilView {
  /** What the charter says of it; null where there is none. */
  readonly charter: {
    readonly seats: number
    readonly termMs: number
    readonly track: string
    readonly powers: readonly string[]
  } | null
  /** Who is in office by this node's clock; null while nobody is. */
  readonly inOffice: {
    readonly election: string
    readonly members: readonly string[]
    readonly powers: readonly string[]
    readonly until: number
  } | null
}

/** An escalation as people write it. */
export interface EscalationRequest {
  readonly kind: 'overlap' | 'waiting'
  readonly subject: string
  readonly owners: readonly string[]
  readonly text: string
  readonly dueInMs: number
  /** Id of the proposal that it bears on, or a unique part of it. */
  readonly about?: string
}

/** One escalation. */
export interface EscalationLine {
  readonly id: string
  readonly kind: string
  readonly subject: string
  readonly text: string
  readonly openedBy: string
  readonly owners: readonly string[]
  readonly at: number
  /** When it is overdue, by this node's clock. */
  readonly dueAt: number
  readonly about: string | null
  readonly state: 'open' | 'overdue' | 'resolved'
  readonly resolutions: readonly {
    readonly stakeholder: string
    readonly text: string
    readonly at: number
    readonly council: CouncilActLine | null
  }[]
}

/** Ways to have decided what people disagree on. */
export interface RecourseApi {
  /** Asks again what was declined, by default an emergency on track `standard`. */
  again(
    input: { readonly proposal: string; readonly track?: string | undefined },
    options?: ActOptions,
  ): Promise<Result<Signed>>
  /** Appeals against an adopted decision, and opens the ballot that all appeals share where none is. */
  appeal(input: AppealInput, options?: ActOptions): Promise<Result<Appealed>>
  /** Opens the ballot by which a gate would count as met on another ballot. */
  override(input: OverrideInput, options?: ActOptions): Promise<Result<Signed>>
  /** Every override that was asked for, oldest first. */
  overrides(): Promise<Result<readonly OverrideLine[]>>
  council(): Promise<Result<CouncilView>>
  /** Opens the ballot that elects these members as the council; nobody is a recall. */
  elect(
    input: { readonly members: readonly string[]; readonly because: string },
    options?: ActOptions,
  ): Promise<Result<Signed>>
  /** Oldest first by their authors' clocks. */
  escalations(): Promise<Result<readonly EscalationLine[]>>
  escalate(input: EscalationRequest, options?: ActOptions): Promise<Result<Signed>>
  /** `id` may be a unique part of one. */
  resolve(id: string, text: string, options?: ActOptions): Promise<Result<Signed>>
}
