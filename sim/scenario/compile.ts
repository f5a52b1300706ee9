/**
 * From a scenario and a seed to the flat list of its events: counts become names, repetition becomes
 * single events, random moments are drawn. Each line of the scenario draws from a stream of its own.
 */
import { draw } from '../random/distribution.ts'
import { Stream } from '../random/stream.ts'
import { endOf, type TimedEvent } from './event.ts'
import type { FaultPlan, Scenario, Whom, WorkItem } from './scenario.ts'

/** Most events of a run. */
export const MAX_EVENTS = 100_000

/** A scenario with everything that will happen by its script. */
export interface Compiled {
  readonly scenario: Scenario
  readonly seed: number
  readonly events: readonly TimedEvent[]
}

/** Compiles a scenario. */
export function compile(scenario: Scenario, seed: number = scenario.seed): Compiled {
  const root = Stream.of(seed).split('script')
  const taken = new Set<string>()
  const faults = scenario.faults.flatMap((fault, i) => {
    const spread = { fault, scenario, stream: root.split('fault').split(i), taken }
    return eventsOf(spread)
  })
  const absent = new Set(
    faults.flatMap((event) => (event.do === 'join' || event.do === 'leave' ? [event.node] : [])),
  )
  const work = proposals(scenario, root.split('work'), absent)
  const events = [...work, ...faults, ...scenario.events]
    .filter((event) => event.at < scenario.durationMs)
    .map((event) => clipped(event, scenario.durationMs))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, MAX_EVENTS)
  return { scenario, seed, events }
}

/** No fault outlives the run: then everything heals. */
const clipped = (event: TimedEvent, end: number): TimedEvent =>
  endOf(event) > end && 'until' in event ? { ...event, until: end } : event

function proposals(scenario: Scenario, stream: Stream, absent: ReadonlySet<string>): TimedEvent[] {
  const moments = scenario.workload.flatMap((item, line) =>
    momentsOf(item, scenario.durationMs).map((at) => ({ item, at, line })),
  )
  const { coalition } = scenario
  const running = coalition.members.slice(0, coalition.running).map(({ id }) => id)
  const members = running.filter((id) => !absent.has(id))
  return moments
    .toSorted((a, b) => a.at - b.at || a.line - b.line)
    .map(({ item, at, line }, i) => ({
      at,
      do: 'propose',
      proposal: `p${i + 1}`,
      by: item.by ?? stream.split(line).split(at).pick(members) ?? 's1',
      track: item.track,
      slot: item.slot,
      reversible: item.reversible,
      yes: item.yes ?? scenario.people.yes,
      ...(item.amendment && { amendment: item.amendment }),
    }))
}

function momentsOf({ at, everyMs, until }: WorkItem, durationMs: number): number[] {
  if (everyMs === null) return [at]
  const end = Math.min(until ?? durationMs, durationMs)
  const count = Math.min(MAX_EVENTS, Math.max(0, Math.ceil((end - at) / everyMs)))
  return Array.from({ length: count }, (_, i) => at + i * everyMs)
}

interface Spread {
  readonly fault: FaultPlan
  readonly scenario: Scenario
  readonly stream: Stream
  /** Stakeholders that other lines of the scenario have chosen: a count picks others. */
  readonly taken: Set<string>
}

function eventsOf({ fault, scenario, stream, taken }: Spread): TimedEvent[] {
  const { at } = fault
  const until = fault.until ?? scenario.durationMs
  const whom = (whose: Whom): string[] => chosen(whose, scenario, { stream, taken })
  switch (fault.fault) {
    case 'partition': {
      const sides = sidesOf(fault.sides, scenario)
      return [{ at, until, do: 'partition', sides, shape: fault.shape, share: fault.share }]
    }
    case 'flap': {
      const sides = sidesOf(fault.sides, scenario)
      return alternating(at, until, fault.everyMs).map((span) => ({
        ...span,
        do: 'partition',
        sides,
        shape: 'symmetric',
        share: 1,
      }))
    }
    case 'loss':
      return [{ at, until, do: 'loss', share: fault.share }]
    case 'crash':
    case 'clog':
    case 'disk-full':
      return whom(fault.whom).map((node) => span(fault.fault, node, { at, until }))
    case 'join':
    case 'leave':
    case 'revoke':
      return whom(fault.whom).map((node) => moment(fault.fault, node, at))
    case 'swizzle':
      return swizzled(whom(fault.whom), { at, until }, stream)
    case 'slow':
      return whom(fault.whom).map((node) => ({ at, until, do: 'slow', node, byMs: fault.byMs }))
    case 'skew': {
      const { byMs, driftPpm, jitterMs } = fault
      return whom(fault.whom).map((node) => {
        return { at, until, do: 'skew', node, byMs, driftPpm, jitterMs }
      })
    }
    case 'restore':
      return whom(fault.whom).map((node) => ({ at, do: 'restore', node, ageMs: fault.ageMs }))
    case 'churn':
      return whom(fault.whom).flatMap((node) => churned(node, { ...fault, at, until }, stream))
    case 'byzantine':
      return turned(whom(fault.whom), fault.strategies, at)
    case 'steal':
      return whom(fault.whom).map((node) => {
        return { at, do: 'steal', node, strategies: fault.strategies }
      })
  }
}

const span = (kind: 'crash' | 'clog' | 'disk-full', node: string, times: Times): TimedEvent => {
  // The compiler does not spread a union over the kinds that it may be.
  if (kind === 'crash') return { ...times, do: kind, node }
  return kind === 'clog' ? { ...times, do: kind, node } : { ...times, do: kind, node }
}

const moment = (kind: 'join' | 'leave' | 'revoke', node: string, at: number): TimedEvent => {
  if (kind === 'join') return { at, do: kind, node }
  return kind === 'leave' ? { at, do: kind, node } : { at, do: kind, node }
}

/** A count of stakeholders by chance, or names; names of regions stand for all in them. */
function chosen(
  whom: Whom,
  { coalition }: Scenario,
  { stream, taken }: { readonly stream: Stream; readonly taken: Set<string> },
): string[] {
  const members = coalition.members.slice(0, coalition.running)
  if (typeof whom !== 'number')
    return whom.flatMap((name) => {
      const region = members.filter((member) => member.region === name).map(({ id }) => id)
      return region.length > 0 ? region : [name]
    })
  const free = members.map(({ id }) => id).filter((id) => !taken.has(id))
  const picked = stream.split('whom').shuffled(free).slice(0, whom)
  for (const id of picked) taken.add(id)
  return picked.toSorted((a, b) => free.indexOf(a) - free.indexOf(b))
}

/** Sides by names of nodes; one side alone is parted from all others. */
function sidesOf(sides: readonly (readonly string[])[], scenario: Scenario): string[][] {
  const { observers, running } = scenario.coalition
  const members = scenario.coalition.members.slice(0, running)
  const named = sides.map((side) =>
    side.flatMap((name) => {
      const region = members.filter((member) => member.region === name).map(({ id }) => id)
      return region.length > 0 ? region : [name]
    }),
  )
  if (named.length > 1) return named
  const inside = new Set(named[0])
  const all = [
    ...members.map(({ id }) => id),
    ...Array.from({ length: observers }, (_, i) => `o${i + 1}`),
  ]
  return [[...inside], all.filter((name) => !inside.has(name))]
}

interface Times {
  readonly at: number
  readonly until: number
}

/** Apart for one period, together for the next. */
function alternating(at: number, until: number, everyMs: number): Times[] {
  const spans: Times[] = []
  for (let from = at; from < until && spans.length < MAX_EVENTS; from += 2 * everyMs)
    spans.push({ at: from, until: Math.min(from + everyMs, until) })
  return spans
}

/** Clogged one after another, and freed in another order. */
function swizzled(nodes: readonly string[], { at, until }: Times, stream: Stream): TimedEvent[] {
  const step = (until - at) / (2 * Math.max(1, nodes.length))
  const freed = stream.split('freed').shuffled(nodes)
  return nodes.map((node, i) => ({
    at: Math.round(at + i * step),
    until: Math.round(until - (nodes.length - 1 - freed.indexOf(node)) * step),
    do: 'clog',
    node,
  }))
}

function churned(
  node: string,
  fault: Times & Pick<Extract<FaultPlan, { fault: 'churn' }>, 'up' | 'down'>,
  stream: Stream,
): TimedEvent[] {
  const own = stream.split(node)
  const events: TimedEvent[] = []
  for (let at = fault.at + draw(fault.up, own); at < fault.until && events.length < MAX_EVENTS; ) {
    const until = Math.max(at + 1, at + draw(fault.down, own))
    events.push({ at: Math.round(at), until: Math.round(until), do: 'crash', node })
    at = until + Math.max(1, draw(fault.up, own))
  }
  return events
}

/** Each faulty stakeholder has one of the strategies in turn: so all of them occur. */
const turned = (
  nodes: readonly string[],
  strategies: readonly string[],
  at: number,
): TimedEvent[] =>
  nodes.map((node, i) => ({
    at,
    do: 'byzantine',
    node,
    strategies: [strategies[i % strategies.length] ?? 'silent'],
  }))
