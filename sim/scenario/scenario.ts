/** A scenario as it was checked: everything explicit, every duration in ms, nothing left to guess. */
import type { Charter, Fraction } from '../../src/charter/schema.ts'
import type { Distribution } from '../random/distribution.ts'
import type { AmendmentPlan, PartitionShape, TimedEvent } from './event.ts'

/** Names of nodes or regions, or how many stakeholders of a random choice. */
export type Whom = readonly string[] | number

/** What a scenario assumes. Outside of that a broken oracle is *expected*, and nothing is a pass. */
export interface Assumptions {
  /** Weight of the faulty must be below this share of the whole. */
  readonly faulty: Fraction
  /** No partition is longer, in ms; null: of any length. */
  readonly partitionMs: number | null
}

/** A stakeholder of a scenario. */
export interface ScenarioMember {
  readonly id: string
  readonly weight: number
  readonly functions: readonly string[]
  readonly region: string
}

/** The coalition. */
export interface CoalitionPlan {
  readonly members: readonly ScenarioMember[]
  /** Nodes that hold and relay everything and have no say. */
  /** Who runs a node: the first so many; the others are members in the charter only. */
  readonly running: number
  readonly observers: number
  /** Nodes say by themselves what they have seen; else only before they propose. */
  readonly checkpoints: boolean
  /** The charter in force at the beginning; its root keys are those of the run. */
  readonly charter: Charter
}

/** How long a message is under way. */
export type Latency =
  | { readonly kind: 'drawn'; readonly from: Distribution }
  /** By region: within one, between two of the table, and for regions that it does not know. */
  | { readonly kind: 'matrix' }

/** The network. */
export interface NetworkPlan {
  /** Regions in order, each with how many stakeholders it has. */
  readonly regions: readonly (readonly [string, number])[]
  readonly latency: Latency
  /** Share of messages that is lost. */
  readonly loss: number
  /** Share of messages that arrives twice. */
  readonly duplication: number
  /** Bits a second of each link; null: without end. */
  readonly bandwidth: number | null
  readonly gossip: { readonly degree: number; readonly heartbeatMs: number }
  /** Between two looks for a peer that holds something else. */
  readonly syncMs: number
}

/** The people who vote. */
export interface PeoplePlan {
  /** How likely a stakeholder votes at all. */
  readonly turnout: number
  /** From when voting opens, or from when they hear of it. */
  readonly delay: Distribution
  readonly yes: number
  /** How likely somebody votes once more, the other way. */
  readonly revise: number
  /** They vote by day, which is at another time in each region. */
  readonly timezones: boolean
}

/** A proposal that is made, once or again and again. */
export interface WorkItem {
  /** In ms; with `everyMs` the first. */
  readonly at: number
  readonly everyMs: number | null
  readonly until: number | null
  readonly track: string
  readonly slot: string
  readonly reversible: boolean
  readonly by: string | null
  readonly yes: number | null
  readonly amendment: AmendmentPlan | null
}

/** One line of `faults`, before it is spread over nodes and moments. */
export type FaultPlan = { readonly at: number; readonly until: number | null } & (
  | {
      readonly fault: 'partition'
      readonly sides: readonly (readonly string[])[]
      readonly shape: PartitionShape
      readonly share: number
    }
  | {
      readonly fault: 'flap'
      readonly sides: readonly (readonly string[])[]
      readonly everyMs: number
    }
  | { readonly fault: 'crash' | 'clog' | 'disk-full'; readonly whom: Whom }
  | { readonly fault: 'join' | 'leave' | 'revoke'; readonly whom: Whom }
  | { readonly fault: 'swizzle'; readonly whom: Whom }
  | { readonly fault: 'slow'; readonly whom: Whom; readonly byMs: number }
  | { readonly fault: 'loss'; readonly share: number }
  | {
      readonly fault: 'skew'
      readonly whom: Whom
      readonly byMs: number
      readonly driftPpm: number
      readonly jitterMs: number
    }
  | { readonly fault: 'restore'; readonly whom: Whom; readonly ageMs: number }
  | {
      readonly fault: 'churn'
      readonly whom: Whom
      readonly up: Distribution
      readonly down: Distribution
    }
  | {
      readonly fault: 'byzantine' | 'steal'
      readonly whom: Whom
      readonly strategies: readonly string[]
    }
)

/** What must come of a run besides what always must. */
export interface Expectations {
  /** Every honest node holds the same so long after everything healed, in ms. */
  readonly convergedMs: number | null
  /** At least this share of proposals is settled in the end. */
  readonly settled: Fraction | null
  /** Situations that must be reached. */
  readonly reaches: readonly string[]
  /** Oracles that must have something to judge. */
  readonly oracles: readonly string[]
}

/** A scenario. */
export interface Scenario {
  readonly name: string
  /** What it shows, in a sentence. */
  readonly shows: string
  readonly seed: number
  /** How long faults and proposals go on; then everything heals. */
  readonly durationMs: number
  readonly assume: Assumptions
  readonly coalition: CoalitionPlan
  readonly network: NetworkPlan
  readonly people: PeoplePlan
  readonly workload: readonly WorkItem[]
  readonly faults: readonly FaultPlan[]
  /** Events written out; what a shrunk scenario consists of. */
  readonly events: readonly TimedEvent[]
  readonly expect: Expectations
}
