/** What a scenario must keep to beyond its shape: names that exist, times in order, faults that make sense. */
import { formatDuration } from '../../src/charter/duration.ts'
import { type Path, type Problem, problem, unknownWord } from '../../src/charter/problem.ts'
import { isSlot } from '../../src/charter/slot.ts'
import { BUILTIN_ORACLES } from '../oracle/builtin.ts'
import { SITUATIONS } from '../situation/names.ts'
import type { TimedEvent } from './event.ts'
import type { FaultPlan, Scenario, WorkItem } from './scenario.ts'

/** Everything that is wrong with a scenario of the right shape. */
export function checkScenario(scenario: Scenario): Problem[] {
  const known = knownNames(scenario)
  return [
    ...checkName(scenario),
    ...scenario.workload.flatMap((item, i) => checkWork(item, ['workload', i], scenario)),
    ...scenario.faults.flatMap((fault, i) => checkFault(fault, ['faults', i], known)),
    ...scenario.events.flatMap((event, i) => checkEvent(event, ['events', i], known)),
    ...unknownNames(scenario.expect.reaches, ['expect', 'reaches'], 'situation', SITUATION_NAMES),
    ...unknownNames(scenario.expect.oracles, ['expect', 'oracles'], 'oracle', ORACLE_NAMES),
  ]
}

const ORACLE_NAMES = BUILTIN_ORACLES.map((make) => make().name)
const SITUATION_NAMES = SITUATIONS.map(({ name }) => name)

/** Names that are none of those that there are. */
const unknownNames = (
  names: readonly string[],
  path: Path,
  kind: string,
  known: readonly string[],
): Problem[] =>
  names.flatMap((name, i) =>
    known.includes(name) ? [] : [unknownWord([...path, i], kind, name, known)],
  )

interface Known {
  readonly nodes: ReadonlySet<string>
  readonly regions: ReadonlySet<string>
  readonly members: number
  readonly durationMs: number
  readonly proposals: ReadonlySet<string>
}

function knownNames({ coalition, durationMs, events, workload }: Scenario): Known {
  const { members, observers } = coalition
  const added = [
    ...workload.map(({ amendment }) => amendment),
    ...events.map((event) => ('amendment' in event ? event.amendment : undefined)),
  ].flatMap((amendment) => (amendment?.change === 'add' ? [amendment.stakeholder] : []))
  const running = members.slice(0, coalition.running).map(({ id }) => id)
  const nodes = new Set([...running, ...added])
  for (let i = 1; i <= observers; i++) nodes.add(`o${i}`)
  const proposals = new Set(events.flatMap((one) => (one.do === 'propose' ? [one.proposal] : [])))
  return {
    nodes,
    regions: new Set(members.map(({ region }) => region)),
    members: members.length,
    durationMs,
    proposals,
  }
}

function checkName({ name, durationMs }: Scenario): Problem[] {
  const problems: Problem[] = []
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
    problems.push(problem(['name'], `"${name}"`, 'kebab-case: split-brain-then-heal'))
  if (durationMs === 0) problems.push(problem(['duration'], '0s', 'more than 0s'))
  return problems
}

function checkWork(item: WorkItem, path: Path, scenario: Scenario): Problem[] {
  const { coalition, durationMs } = scenario
  const tracks = Object.keys(coalition.charter.tracks)
  const problems: Problem[] = []
  if (!tracks.includes(item.track))
    problems.push(unknownWord([...path, 'propose', 'track'], 'track', item.track, tracks))
  problems.push(...checkSlot(item.slot, [...path, 'propose', 'slot']))
  if (item.everyMs === 0)
    problems.push(problem([...path, 'every'], '0s', 'more than 0s: it would never end'))
  if (item.at >= durationMs) problems.push(afterTheEnd(path, durationMs))
  if (item.by !== null && !coalition.members.some(({ id }) => id === item.by)) {
    const ids = coalition.members.map(({ id }) => id)
    problems.push(unknownWord([...path, 'propose', 'by'], 'stakeholder', item.by, ids))
  }
  return problems
}

/** Else every proposal would be refused, and a run in which nothing happens would pass. */
const checkSlot = (slot: string, path: Path): Problem[] =>
  isSlot(slot)
    ? []
    : [problem(path, `"${slot}"`, 'charter, or what it is about and a line of it: core@main')]

function checkFault(fault: FaultPlan, path: Path, known: Known): Problem[] {
  const problems = checkTimes(fault.at, fault.until, path, known)
  if ('sides' in fault) problems.push(...checkSides(fault, path, known))
  if ('whom' in fault) problems.push(...checkWhom(fault, path, known))
  if ('strategies' in fault && fault.strategies.length === 0)
    problems.push(problem([...path, 'as'], 'nothing', 'at least one misbehaviour'))
  if (fault.fault === 'flap' && fault.everyMs === 0)
    problems.push(problem([...path, 'every'], '0s', 'more than 0s'))
  return problems
}

function checkTimes(at: number, until: number | null, path: Path, known: Known): Problem[] {
  if (at >= known.durationMs) return [afterTheEnd(path, known.durationMs)]
  if (until !== null && until <= at)
    return [problem([...path, 'until'], 'a time that is not after at', 'a time after at')]
  return []
}

const afterTheEnd = (path: Path, durationMs: number): Problem => {
  const expected = `a time before duration, ${formatDuration(durationMs)}`
  return problem([...path, 'at'], 'a time after the end', expected)
}

type Parting = Extract<FaultPlan, { readonly sides: unknown }>

function checkSides({ fault, sides }: Parting, path: Path, known: Known): Problem[] {
  const at = [...path, fault]
  if (sides.length === 0 || sides.some((side) => side.length === 0))
    return [problem(at, 'a side with nobody', 'at least one name on each side')]
  const problems = sides.flatMap((side, s) =>
    side.flatMap((name, n) => checkNode(name, [...at, s, n], known)),
  )
  const seen = new Map<string, number>()
  for (const [s, side] of sides.entries())
    for (const name of side) {
      const before = seen.get(name)
      if (before !== undefined && before !== s)
        problems.push(problem([...at, s], `"${name}" on two sides`, 'each node on one side'))
      seen.set(name, s)
    }
  return problems
}

type Aimed = Extract<FaultPlan, { readonly whom: unknown }>

function checkWhom({ fault, whom }: Aimed, path: Path, known: Known): Problem[] {
  const at = [...path, fault]
  if (typeof whom !== 'number')
    return whom.length === 0
      ? [problem(at, 'nobody', 'at least one name, or how many')]
      : whom.flatMap((name, i) => checkNode(name, [...at, i], known))
  return whom <= known.members
    ? []
    : [problem(at, `${whom} stakeholders`, `at most the ${known.members} that there are`)]
}

function checkNode(name: string, path: Path, known: Known): Problem[] {
  if (known.nodes.has(name) || known.regions.has(name)) return []
  return [unknownWord(path, 'node or region', name, [...known.regions, ...known.nodes])]
}

function checkEvent(event: TimedEvent, path: Path, known: Known): Problem[] {
  const problems = checkTimes(event.at, 'until' in event ? event.until : null, path, known)
  const node = 'node' in event ? event.node : 'by' in event ? event.by : undefined
  if (node !== undefined && !known.nodes.has(node))
    problems.push(unknownWord(path, 'node', node, known.nodes))
  if ((event.do === 'vote' || event.do === 'withdraw') && !known.proposals.has(event.proposal))
    problems.push(unknownWord([...path, 'proposal'], 'proposal', event.proposal, known.proposals))
  if (event.do === 'propose') problems.push(...checkSlot(event.slot, [...path, 'slot']))
  if (event.do === 'partition')
    for (const [s, side] of event.sides.entries())
      for (const [n, name] of side.entries())
        problems.push(...checkNode(name, [...path, 'sides', s, n], known))
  return problems
}
