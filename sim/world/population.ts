/** Which nodes a run has: members, newcomers, observers, and further nodes with the key of a member. */
import type { TimedEvent } from '../scenario/event.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** Who a node is. */
export interface Inhabitant {
  readonly name: string
  readonly stakeholder: string | null
  readonly region: string
  /** Which of several nodes with one key; 0 for the first. */
  readonly copy: number
}

/** Says how many nodes a stakeholder with these strategies runs. */
export interface Copying {
  copiesOf(strategies: readonly string[]): number
}

/** All nodes that will ever be there, in one order. */
export function populationOf(
  scenario: Scenario,
  events: readonly TimedEvent[],
  copying: Copying,
): Inhabitant[] {
  const { observers, running } = scenario.coalition
  const members = scenario.coalition.members.slice(0, running)
  const all = new Map<string, Inhabitant>()
  const add = (one: Inhabitant): void => {
    if (!all.has(one.name)) all.set(one.name, one)
  }
  const home = members[0]?.region ?? ''
  for (const { id, region } of members) add({ name: id, stakeholder: id, region, copy: 0 })
  for (const id of newcomersOf(scenario, events))
    add({ name: id, stakeholder: id, region: home, copy: 0 })
  for (let i = 1; i <= observers; i++) {
    const region = members[i % members.length]?.region ?? ''
    add({ name: `o${i}`, stakeholder: null, region, copy: 0 })
  }
  for (const event of events) {
    if (event.do !== 'byzantine' && event.do !== 'steal') continue
    const first = all.get(event.node)
    const copies = event.do === 'steal' ? 2 : copying.copiesOf(event.strategies)
    for (let copy = 1; first && copy < copies; copy++)
      add({ ...first, name: `${first.name}~${copy + 1}`, copy })
  }
  return [...all.values()]
}

/** Stakeholders whom amendments add. */
export function newcomersOf({ coalition }: Scenario, events: readonly TimedEvent[]): string[] {
  const members = new Set(coalition.members.map(({ id }) => id))
  const added = events.flatMap((event) =>
    event.do === 'propose' && event.amendment?.change === 'add'
      ? [event.amendment.stakeholder]
      : [],
  )
  return [...new Set(added)].filter((id) => !members.has(id))
}
