/**
 * What a scenario comes down to: a flat list of events, each at its moment and each on its own. Any
 * of them can be left out and the rest still runs, which is what shrinking works on.
 */

/** A node by name: `s1` … for stakeholders, `o1` … for observers. */
export type NodeName = string

/** How a partition lets messages through. */
export type PartitionShape =
  /** Nothing passes between two sides. */
  | 'symmetric'
  /** Nothing passes from the first side to any other; the other way all does. */
  | 'one-way'
  /** Of the links between two sides only a share is cut. */
  | 'partial'

/** What an amendment changes. */
export type AmendmentPlan =
  | { readonly change: 'add'; readonly stakeholder: string; readonly weight: number }
  | {
      readonly change: 'remove'
      readonly stakeholders: readonly string[]
      /** A reconstitution (§3.3): they have said nothing for so long that the rest decides alone. */
      readonly silent: boolean
    }
  | { readonly change: 'weight'; readonly stakeholder: string; readonly weight: number }

/** When something happens, in ms from the beginning. */
interface At {
  readonly at: number
}

/** When something happens and when it is over. */
interface Span extends At {
  readonly until: number
}

/** Somebody proposes. People vote on it as `people` of the scenario says, `yes` aside. */
export interface ProposeEvent extends At {
  readonly do: 'propose'
  /** By which other events and the trace name it: `p1`. */
  readonly proposal: string
  readonly by: NodeName
  readonly track: string
  readonly slot: string
  readonly reversible: boolean
  /** How likely a stakeholder that votes says yes. */
  readonly yes: number
  readonly amendment?: AmendmentPlan
}

/** One event of a run. */
export type TimedEvent =
  | ProposeEvent
  /** Somebody votes, whatever the people of the scenario do by themselves. */
  | (At & {
      readonly do: 'vote'
      readonly by: NodeName
      readonly proposal: string
      readonly choice: 'yes' | 'no' | 'abstain' | 'veto'
    })
  | (At & { readonly do: 'withdraw'; readonly by: NodeName; readonly proposal: string })
  | (Span & {
      readonly do: 'partition'
      readonly sides: readonly (readonly NodeName[])[]
      readonly shape: PartitionShape
      /** Of a partial one: the share of links that is cut. */
      readonly share: number
    })
  /** The process ends at once; it starts again from its store. */
  | (Span & { readonly do: 'crash'; readonly node: NodeName })
  /** Messages to and from a node are held back, and arrive when that is over. */
  | (Span & { readonly do: 'clog'; readonly node: NodeName })
  /** Every link of a node takes so much longer. */
  | (Span & { readonly do: 'slow'; readonly node: NodeName; readonly byMs: number })
  /** A share of all messages is lost, beside what the network loses anyway. */
  | (Span & { readonly do: 'loss'; readonly share: number })
  /** A clock that is ahead (or behind, below 0), gains `driftPpm`, and reads up to `jitterMs` off. */
  | (Span & {
      readonly do: 'skew'
      readonly node: NodeName
      readonly byMs: number
      readonly driftPpm: number
      readonly jitterMs: number
    })
  /** The store takes no writes. */
  | (Span & { readonly do: 'disk-full'; readonly node: NodeName })
  /** The process ends, and its store is replaced by a backup of that age; its owner says so. */
  | (At & { readonly do: 'restore'; readonly node: NodeName; readonly ageMs: number })
  /** A stakeholder's node starts only now; its key is delegated now. */
  | (At & { readonly do: 'join'; readonly node: NodeName })
  /** A stakeholder's node ends for good. */
  | (At & { readonly do: 'leave'; readonly node: NodeName })
  /** A stakeholder is faulty from now on. */
  | (At & {
      readonly do: 'byzantine'
      readonly node: NodeName
      readonly strategies: readonly string[]
    })
  /** A thief has a copy of the node key and runs a node of its own with it. */
  | (At & {
      readonly do: 'steal'
      readonly node: NodeName
      readonly strategies: readonly string[]
    })
  /** The root revokes the node's key and delegates a new one. */
  | (At & { readonly do: 'revoke'; readonly node: NodeName })

/** Every kind of event. */
export type EventKind = TimedEvent['do']

/** When an event is over; its own moment where it has no length. */
export const endOf = (event: TimedEvent): number => ('until' in event ? event.until : event.at)
