/** What a run is asked for, and what it comes to. */
import type { SettleRules } from '../src/ballot/rules.ts'
import type { OracleFactory } from './oracle/oracle.ts'
import type { TraceRecord } from './trace/record.ts'
import type { Broken } from './world/broken.ts'
import type { Strategy } from './world/strategy.ts'

/** Operations came from one node to another. */
export interface Delivery {
  /** Ms of virtual time. */
  readonly at: number
  readonly from: string
  readonly to: string
}

/** How a scenario is run; without options as it stands, with every oracle. */
export interface RunOptions {
  /** Rules that are broken on purpose: only mutants and their tests do that. */
  readonly rules?: Partial<SettleRules>
  /** Ways in which nodes are broken on purpose; the same. */
  readonly broken?: Broken
  /** Every node checks every signature, instead of each signature being checked once. */
  readonly verifyEverywhere?: boolean
  /** Ends with the scenario's duration: for measuring; no oracle that looks at the end has its say. */
  readonly withoutHealing?: boolean
  /** Oracles besides the built-in ones. */
  readonly oracles?: readonly OracleFactory[]
  /** Strategies besides the built-in ones. */
  readonly strategies?: readonly Strategy[]
  /** What the run may come to at most; see `RunLimits` for what holds else. */
  readonly maxEvents?: number
  readonly maxOps?: number
  /** Is handed every record of the trace as it happens. */
  readonly onTrace?: (record: TraceRecord) => void
  /** Is told whenever operations came from one node to another and were new there. */
  readonly onDelivery?: (delivery: Delivery) => void
  /** Is told now and then how far the run has come, in ms of virtual time. */
  readonly onProgress?: (simulatedMs: number, events: number) => void
}

/** Why an oracle failed. */
export interface OracleFailure {
  /** Ms of virtual time. */
  readonly at: number
  readonly sentence: string
  /** Nodes that it is about. */
  readonly nodes: readonly string[]
  /** CIDs of operations that it is about. */
  readonly ops: readonly string[]
}

/** What one oracle found. */
export interface OracleResult {
  readonly name: string
  readonly ok: boolean
  /** How often it had something to judge. */
  readonly checked: number
  /** The first failure. */
  readonly failure?: OracleFailure
}

/**
 * `pass`: every oracle holds, within the assumptions. `fail`: one does not, within them: a bug.
 * `expected-unsafe`: the run was outside its assumptions; whatever the oracles say proves nothing.
 */
export type RunVerdict = 'pass' | 'fail' | 'expected-unsafe'

/** What a run came to. Everything but `wallMs` follows from scenario, seed and version. */
export interface RunResult {
  readonly scenario: string
  readonly seed: number
  readonly verdict: RunVerdict
  /** Which assumptions did not hold, each in a sentence. */
  readonly outside: readonly string[]
  readonly traceHash: string
  readonly events: number
  readonly simulatedMs: number
  readonly wallMs: number
  readonly oracles: readonly OracleResult[]
  /** How often each situation was reached; 0 for one that never was. */
  readonly situations: Readonly<Record<string, number>>
  readonly metrics: Readonly<Record<string, number>>
}
