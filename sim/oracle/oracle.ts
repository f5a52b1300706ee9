/**
 * What an oracle is: it watches a run and says whether what must hold does. The interface is small
 * and public, so that `--oracle file.ts` can bring one's own.
 *
 *   export const oracle: OracleFactory = () => ({
 *     name: 'nobody-votes-twice',
 *     about: 'no stakeholder has two votes that count on one ballot',
 *     observe: (record, view, judge) => { … judge.holds() … judge.fails('…', { nodes: […] }) },
 *   })
 */
import type { Replica } from '../../src/replica/replica.ts'
import type { NodeName } from '../scenario/event.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { TraceRecord } from '../trace/record.ts'

/** A node as an oracle sees it. */
export interface NodeView {
  readonly name: NodeName
  /** Its stakeholder; null for an observer. */
  readonly stakeholder: string | null
  /** It does what the protocol says; false for every node of a faulty stakeholder. */
  readonly honest: boolean
  /** It runs now. */
  readonly up: boolean
  /** When it first ran, in ms of virtual time. */
  readonly startedAt: number
  /** Its replica; not to be written to. */
  readonly replica: Replica
  /** The digest of the operations that it counts. */
  contents(): string
}

/** A run as an oracle sees it. */
export interface WorldView {
  readonly scenario: Scenario
  /** Ms of virtual time. */
  readonly now: number
  readonly nodes: readonly NodeView[]
  /** Nodes that are honest and run. */
  readonly honest: readonly NodeView[]
  node(name: NodeName): NodeView | undefined
}

/** What a failure is about. */
export interface About {
  readonly nodes?: readonly string[]
  readonly ops?: readonly string[]
}

/** Where an oracle says what it found. */
export interface Judge {
  /** There was something to judge, and it holds. */
  holds(): void
  /** There was something to judge, and it does not hold. */
  fails(sentence: string, about?: About): void
}

/** What must hold of every run. */
export interface Oracle {
  readonly name: string
  /** What must hold, in a sentence. */
  readonly about: string
  /** Sees every record of the trace when it happens. */
  observe?(record: TraceRecord, view: WorldView, judge: Judge): void
  /** Sees the run when everything has healed and settled, or the time for that is over. */
  conclude?(view: WorldView, judge: Judge): void
}

/** Makes the oracle of one run. */
export type OracleFactory = () => Oracle
