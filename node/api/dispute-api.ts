/** What a node can be asked and told about disputes, their panels and mediators (design §3.8). */
import type { Result } from '../../src/op/refusal.ts'
import type { DisputeState } from '../../src/replica/recourse/disputes.ts'
import type { ActOptions, Signed } from './signed.ts'

/** A ruling that counts. */
export interface RulingLine {
  readonly id: string
  readonly stakeholder: string
  readonly ruling: string
  readonly text: string
  readonly at: number
}

/** What a council member did by its mandate. */
export interface CouncilActLine {
  readonly stakeholder: string
  readonly election: string
  /** It came while they were in office, by this node's clock. */
  readonly inOffice: boolean
}

/** One dispute. */
export interface DisputeLine {
  readonly id: string
  readonly kind: string
  readonly subject: string
  readonly grounds: string
  readonly openedBy: string
  readonly at: number
  readonly parties: readonly string[]
  /** The operation that it bears on. */
  readonly about: string | null
  readonly closedBy: readonly string[]
  /** Council members that closed it for all. */
  readonly closedByCouncil: readonly CouncilActLine[]
  readonly panels: readonly {
    readonly id: string
    readonly seatedBy: string
    /** The settlement whose CID drew it. */
    readonly settlement: string
    readonly members: readonly string[]
    readonly rulings: readonly RulingLine[]
  }[]
  readonly mediators: readonly {
    readonly id: string
    readonly acceptedBy: readonly string[]
    readonly isAccepted: boolean
    readonly rulings: readonly RulingLine[]
  }[]
  /** By the charter, what a mediator rules settles the dispute. */
  readonly mediationBinds: boolean
  readonly state: DisputeState
}

/** A dispute as people write it. */
export interface DisputeRequest {
  readonly kind: 'severity' | 'priority' | 'ownership'
  readonly subject: string
  readonly parties: readonly string[]
  readonly grounds: string
  /** Id of the proposal that it bears on, or a unique part of it. */
  readonly about?: string
}

/** A ruling as people write it. */
export interface RulingRequest {
  readonly dispute: string
  readonly ruling: string
  readonly text: string
}

/** Disputes. `dispute` may be a unique part of an id. */
export interface DisputeApi {
  /** Oldest first by their authors' clocks. */
  list(): Promise<Result<readonly DisputeLine[]>>
  one(dispute: string): Promise<Result<DisputeLine>>
  open(input: DisputeRequest, options?: ActOptions): Promise<Result<Signed>>
  close(dispute: string, text: string | undefined, options?: ActOptions): Promise<Result<Signed>>
  /** Seats the panel that a settlement draws: the one named, or the first seen after the dispute. */
  seat(
    dispute: string,
    settlement: string | undefined,
    options?: ActOptions,
  ): Promise<Result<Signed>>
  /** As a party, proposes a mediator or accepts one that was proposed. */
  mediate(dispute: string, mediator: string, options?: ActOptions): Promise<Result<Signed>>
  /** Rules, on the panel that we sit on or as the accepted mediator. */
  rule(input: RulingRequest, options?: ActOptions): Promise<Result<Signed>>
}
