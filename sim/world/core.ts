/** What the parts of a world need of each other: time, nodes, links, and ways to say what happened. */
import type { Op } from '../../src/op/operation.ts'
import type { Issued } from '../../src/replica/replica.ts'
import type { Stream } from '../random/stream.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { TraceRecord } from '../trace/record.ts'
import type { Calendar } from './calendar.ts'
import type { Founded } from './identity.ts'
import type { Links } from './links.ts'
import type { Metrics } from './metrics.ts'
import type { SimNode } from './node.ts'
import type { RunOps } from './ops.ts'

/** Kinds of events in the calendar, beside those that only call something. */
export const EVENT = {
  call: 0,
  gossip: 1,
  wake: 2,
  heartbeat: 3,
  ihave: 4,
  sweep: 5,
  tick: 6,
  ask: 7,
} as const

/** A record without its moment. */
export type Happening = TraceRecord extends infer R
  ? R extends TraceRecord
    ? Omit<R, 'at'>
    : never
  : never

/** The middle of a world. */
export interface Core {
  readonly scenario: Scenario
  readonly founded: Founded
  readonly calendar: Calendar
  readonly links: Links
  readonly ops: RunOps
  readonly nodes: readonly SimNode[]
  readonly metrics: Metrics
  /** Randomness by purpose; split it by name. */
  readonly random: Stream
  readonly nowUs: number
  /** Ms of virtual time. */
  readonly now: number
  /** Does something later; for what is rare. */
  after(delayUs: number, action: () => void): void
  /** Does something at a moment in ms. */
  at(ms: number, action: () => void): void
  emit(happening: Happening): void
  /** A node took operations in: they are passed on, and it looks at its duties soon. */
  took(node: SimNode, accepted: readonly Op[], from: number): void
  /** A node signed something: it goes to its mesh. */
  publish(node: SimNode, issued: Issued): void
  /** A node looks at its duties at a moment in µs, at the latest. */
  wakeAt(node: SimNode, atUs: number): void
  /** Who reaches whom changed, or who runs. */
  topologyChanged(): void
}
