/** Members by what they have in common: a function, a jurisdiction, a provider (design §3.2). */
import type { Stakeholder } from '../schema.ts'

/** By what members are grouped, beside each for itself. */
export const DIMENSIONS = ['function', 'jurisdiction', 'provider'] as const
/** What members are grouped by. */
export type Dimension = (typeof DIMENSIONS)[number]

/** Members by group; one may be in several, or in none. */
export interface Grouping {
  readonly members: readonly Stakeholder[]
  /** The groups that somebody is in, sorted. */
  readonly names: readonly string[]
  /** Bit g: the member is in group g; of use with up to 30 groups only. */
  readonly maskOf: (member: Stakeholder) => number
  /** Everybody in any of these groups, each once. */
  readonly membersOf: (names: readonly string[]) => readonly Stakeholder[]
}

const GROUPS_OF: { readonly [D in Dimension]: (member: Stakeholder) => readonly string[] } = {
  function: ({ functions }) => functions,
  jurisdiction: ({ jurisdictions }) => jurisdictions,
  provider: ({ provider }) => (provider === undefined ? [] : [provider]),
}

/** Groups members by a dimension. */
export function groupingBy(dimension: Dimension, members: readonly Stakeholder[]): Grouping {
  const groupsOf = GROUPS_OF[dimension]
  const names = [...new Set(members.flatMap(groupsOf))].sort()
  const position = new Map(names.map((name, g) => [name, g]))
  return {
    members,
    names,
    maskOf: (member) =>
      groupsOf(member).reduce((mask, name) => mask | (1 << (position.get(name) ?? 0)), 0),
    membersOf: (chosen) => {
      const wanted = new Set(chosen)
      return members.filter((member) => groupsOf(member).some((name) => wanted.has(name)))
    },
  }
}
