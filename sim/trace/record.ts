/**
 * The trace of a run: what happened, in order, as plain data. Oracles, situations, the reference
 * model, reports and stories read this and nothing else of a run but what its nodes hold.
 */
import type { OpCid, StakeholderId } from '../../src/op/ids.ts'
import type { NodeName, TimedEvent } from '../scenario/event.ts'

/** One thing that happened. `at` is in ms of virtual time, with µs as fractions. */
export type TraceRecord = {
  readonly at: number
} /** An event of the scenario begins, or is over; `touches` names the nodes that it concerns. */ & (
  | { readonly what: 'fault'; readonly event: TimedEvent; readonly phase: 'begins' | 'ends' }
  /** Everything heals: from here on only faulty stakeholders are faulty. */
  | { readonly what: 'heal' }
  /** A node signed an operation and has it on disk. */
  | {
      readonly what: 'issued'
      readonly node: NodeName
      readonly cid: OpCid
      readonly type: string
      readonly ballot: OpCid | null
      readonly honest: boolean
    }
  /** A proposal of the scenario has its operation. */
  | {
      readonly what: 'proposed'
      readonly node: NodeName
      readonly proposal: string
      readonly ballot: OpCid
    }
  /** A person's wish came to nothing, and why. */
  | {
      readonly what: 'refused'
      readonly node: NodeName
      readonly wish: string
      readonly code: string
    }
  /** A person voted. */
  | {
      readonly what: 'voted'
      readonly node: NodeName
      readonly ballot: OpCid
      readonly choice: 'yes' | 'no' | 'abstain' | 'veto'
    }
  /** A node closed a ballot, by its own clock and the votes that it holds. */
  | {
      readonly what: 'closed'
      readonly node: NodeName
      readonly ballot: OpCid
      readonly endorse: boolean
      readonly votes: readonly OpCid[]
      readonly why: string
    }
  | {
      readonly what: 'sealed'
      readonly node: NodeName
      readonly ballot: OpCid
      readonly verdict: 'endorse' | 'decline'
      readonly tally: OpCid
      readonly votes: readonly OpCid[]
    }
  /** A node reads an outcome of a ballot for the first time, or another than before. */
  | {
      readonly what: 'settled'
      readonly node: NodeName
      readonly ballot: OpCid
      readonly outcome: 'adopted' | 'declined'
      readonly round: number | null
      /** The amendment that ended it, where no certificate did. */
      readonly endedBy: OpCid | null
    }
  /** A node does not read an outcome any more that it had read. */
  | { readonly what: 'unsettled'; readonly node: NodeName; readonly ballot: OpCid }
  /** What a node reads of a provisional outcome changed. */
  | {
      readonly what: 'overlay'
      readonly node: NodeName
      readonly ballot: OpCid
      readonly state: 'provisional' | 'held' | 'ratified' | 'lapsed'
    }
  /** A node holds proof that a key said two things at one place. */
  | {
      readonly what: 'fork-seen'
      readonly node: NodeName
      readonly key: string
      readonly by: StakeholderId | null
    }
  /** A node raises the alarm: two certificates exclude each other. */
  | {
      readonly what: 'violation'
      readonly node: NodeName
      readonly kind: string
      readonly ballots: readonly OpCid[]
    }
  | { readonly what: 'stopped' | 'started'; readonly node: NodeName }
  /** A node will not sign any more with its key, because its store is behind it. */
  | { readonly what: 'stale'; readonly node: NodeName }
  /** The run had no end in sight and was ended: see `RunLimits`. */
  | { readonly what: 'cut'; readonly events: number; readonly ops: number }
  /** All honest nodes that run hold the same. */
  | { readonly what: 'converged' }
)

/** What a record is about. */
export type TraceKind = TraceRecord['what']
