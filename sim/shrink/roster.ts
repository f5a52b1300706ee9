/** A scenario among fewer stakeholders: who stays, and what then becomes of its events and charter. */
import type { Charter } from '../../src/charter/schema.ts'
import type { TimedEvent } from '../scenario/event.ts'
import type { Scenario, ScenarioMember } from '../scenario/scenario.ts'

/** The names of all who are in it. */
export const rosterOf = ({ coalition }: Scenario): string[] => coalition.members.map(({ id }) => id)

/** The scenario with only these stakeholders, in their order. */
export function withRoster(scenario: Scenario, names: readonly string[]): Scenario {
  const stays = new Set(names)
  const { coalition, network } = scenario
  const members = coalition.members.filter(({ id }) => stays.has(id))
  const counts = countBy(members, ({ region }) => region)
  return {
    ...scenario,
    coalition: { ...coalition, members, charter: charterOf(coalition.charter, members) },
    network: {
      ...network,
      regions: network.regions.flatMap(([name]) => {
        const count = counts.get(name) ?? 0
        return count === 0 ? [] : [[name, count] as const]
      }),
    },
    events: scenario.events.flatMap((event) => eventAmong(event, scenario, members)),
  }
}

/** Components need an owner: who stays of those, or else the first. */
function charterOf(charter: Charter, members: readonly ScenarioMember[]): Charter {
  const stays = new Set(members.map(({ id }) => id))
  const stakeholders = charter.stakeholders.filter(({ id }) => stays.has(id))
  const first = stakeholders[0]?.id
  const components = charter.components.map((component) => {
    const owners = component.owners.filter((id) => stays.has(id))
    return { ...component, owners: owners.length > 0 || first === undefined ? owners : [first] }
  })
  return { ...charter, stakeholders, components }
}

/** What is left of an event: a partition with two sides, a proposal in somebody else's name, or none. */
function eventAmong(
  event: TimedEvent,
  { coalition }: Scenario,
  members: readonly ScenarioMember[],
): TimedEvent[] {
  const gone = new Set(coalition.members.map(({ id }) => id))
  for (const { id } of members) gone.delete(id)
  if (event.do === 'partition') {
    const sides = event.sides.map((side) => side.filter((id) => !gone.has(id)))
    const inhabited = sides.filter((side) => side.length > 0)
    return inhabited.length > 1 ? [{ ...event, sides: inhabited }] : []
  }
  if (event.do === 'propose') {
    const [first] = members
    if (amendsAnyOf(event, gone) || first === undefined) return []
    return [gone.has(event.by) ? { ...event, by: first.id } : event]
  }
  if ('node' in event) return gone.has(event.node) ? [] : [event]
  return 'by' in event && gone.has(event.by) ? [] : [event]
}

function amendsAnyOf(event: TimedEvent, gone: ReadonlySet<string>): boolean {
  const amendment = event.do === 'propose' ? event.amendment : undefined
  if (amendment?.change === 'remove') return amendment.stakeholders.some((id) => gone.has(id))
  return amendment?.change === 'weight' && gone.has(amendment.stakeholder)
}

/**
 * So many stakeholders in the proportions of all: as many parts of each side of the longest partition,
 * faulty and honest. A failure that lives on proportions often survives this in one step.
 */
export function sampleRoster(scenario: Scenario, count: number): string[] {
  const strata = [...groupBy(actorsFirst(scenario), stratumOf(scenario)).values()]
  const all = strata.reduce((sum, { length }) => sum + length, 0)
  const shares = strata.map((names) => ({ names, exact: (names.length * count) / all }))
  const taken = shares.map(({ exact }) => Math.max(1, Math.floor(exact)))
  const byRest = shares
    .map(({ exact }, i) => ({ i, rest: exact - Math.floor(exact) }))
    .toSorted((a, b) => b.rest - a.rest)
  for (const { i } of byRest) {
    if (taken.reduce((sum, n) => sum + n, 0) >= count) break
    taken[i] = (taken[i] ?? 0) + 1
  }
  const chosen = new Set(shares.flatMap(({ names }, i) => names.slice(0, taken[i])))
  return rosterOf(scenario).filter((id) => chosen.has(id))
}

/** Who proposes before who does not: without proposals there is nothing to fail. */
function actorsFirst(scenario: Scenario): string[] {
  const actors = new Set(scenario.events.flatMap((event) => ('by' in event ? [event.by] : [])))
  const all = rosterOf(scenario)
  return [...all.filter((id) => actors.has(id)), ...all.filter((id) => !actors.has(id))]
}

/** By which side of the longest partition somebody is on, and whether they are ever faulty. */
function stratumOf({ events }: Scenario): (id: string) => string {
  const faulty = new Set(events.flatMap((event) => (event.do === 'byzantine' ? [event.node] : [])))
  const [longest] = events
    .filter((event) => event.do === 'partition')
    .toSorted((a, b) => b.until - b.at - (a.until - a.at))
  return (id) => `${longest?.sides.findIndex((side) => side.includes(id)) ?? 0} ${faulty.has(id)}`
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

const countBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> =>
  new Map([...groupBy(items, keyOf)].map(([key, group]) => [key, group.length]))
