/**
 * The fewest groups of members (functions, jurisdictions, providers) that together meet a need. Groups
 * overlap, so every choice of them is tried, smallest first, up to `EXACT_GROUPS`; beyond that the
 * answer is bounded from both sides.
 */
import type { Stakeholder } from '../schema.ts'
import type { Grouping } from './grouping.ts'
import { type Fewest, fewer, meets, type Need, ruleOf } from './need.ts'

/** With up to so many groups of a dimension the answer is exact. */
export const EXACT_GROUPS = 12

/** The fewest groups whose members together meet any of the needs. */
export function fewestGroups(grouping: Grouping, needs: readonly Need[]): Fewest {
  const answers = needs.map((need) =>
    grouping.names.length <= EXACT_GROUPS ? exactly(grouping, need) : bounds(grouping, need),
  )
  return answers.reduce(fewer, { kind: 'never' })
}

/** The groups that alone meet any of the needs. */
export const aloneOf = ({ names, membersOf }: Grouping, needs: readonly Need[]): string[] =>
  names.filter((name) => needs.some((need) => meets(need, membersOf([name]))))

/** A demand or the number of heads: a sum over members that must reach something. */
interface Requirement {
  readonly each: (member: Stakeholder) => number
  readonly of: (members: readonly Stakeholder[]) => number
  readonly least: number
}

const requirement = (each: Requirement['each'], least: number): Requirement => ({
  each,
  of: (members) => members.reduce((sum, member) => sum + each(member), 0),
  least,
})

const requirements = ({ demands, heads }: Need): Requirement[] => [
  ...demands.map(({ among, least }) =>
    requirement((member) => (among(member) ? member.weight : 0), least),
  ),
  ...(heads > 0 ? [requirement(() => 1, heads)] : []),
]

function exactly(grouping: Grouping, need: Need): Fewest {
  const tables = requirements(need).map(({ each, least }) => ({
    table: coverTable(grouping, each),
    least,
  }))
  const choice = choicesBySize(grouping.names.length).find((chosen) =>
    tables.every(({ table, least }) => (table[chosen] ?? 0) >= least),
  )
  if (choice === undefined) return { kind: 'never' }
  const who = grouping.names.filter((_, g) => choice & (1 << g))
  const weight = weightOf(grouping, who)
  return { kind: 'exact', count: who.length, who, weight, by: ruleOf(need) }
}

const weightOf = ({ membersOf }: Grouping, who: readonly string[]): number =>
  membersOf(who).reduce((sum, { weight }) => sum + weight, 0)

/** table[choice]: the sum over all members that are in some chosen group. */
function coverTable({ names, members, maskOf }: Grouping, each: Requirement['each']): Float64Array {
  const size = 1 << names.length
  // First by exact membership, then over all subsets: what lies wholly within a choice.
  const within = new Float64Array(size)
  for (const member of members) {
    const mask = maskOf(member)
    within[mask] = (within[mask] ?? 0) + each(member)
  }
  for (const g of names.keys()) {
    const bit = 1 << g
    for (const choice of within.keys())
      if (choice & bit) within[choice] = (within[choice] ?? 0) + (within[choice ^ bit] ?? 0)
  }
  const total = within[size - 1] ?? 0
  // A member is outside a choice exactly if all its groups lie within what was not chosen.
  return within.map((_, choice) => total - (within[size - 1 - choice] ?? 0))
}

/** All choices among so many groups, smaller ones first. */
function choicesBySize(groups: number): number[] {
  const choices = Array.from({ length: 1 << groups }, (_, choice) => choice)
  const sizes = choices.map(bitCount)
  return choices.sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0))
}

function bitCount(mask: number): number {
  let count = 0
  for (let rest = mask; rest > 0; rest &= rest - 1) count++
  return count
}

/** From below: as if no member were in two groups. From above: ever the most useful group. */
function bounds(grouping: Grouping, need: Need): Fewest {
  const wanted = requirements(need)
  const who = greedyGroups(grouping, wanted)
  if (who === undefined) return { kind: 'never' }
  const atLeast = Math.max(...wanted.map((one) => leastGroups(grouping, one)))
  const known = { who, weight: weightOf(grouping, who), by: ruleOf(need) }
  return atLeast === who.length
    ? { kind: 'exact', count: atLeast, ...known }
    : { kind: 'bounds', atLeast, atMost: who.length, ...known }
}

function leastGroups({ names, membersOf }: Grouping, { of, least }: Requirement): number {
  const sums = names.map((name) => of(membersOf([name]))).sort((a, b) => b - a)
  let sum = 0
  let count = 0
  for (const one of sums) {
    if (sum >= least) break
    sum += one
    count++
  }
  return count
}

function greedyGroups(
  { names, membersOf }: Grouping,
  wanted: readonly Requirement[],
): string[] | undefined {
  const chosen: string[] = []
  const gap = (members: readonly Stakeholder[]): number =>
    wanted.reduce((sum, { of, least }) => sum + Math.max(0, 1 - of(members) / least), 0)
  while (wanted.some(({ of, least }) => of(membersOf(chosen)) < least)) {
    const left = names.filter((name) => !chosen.includes(name))
    const [first, ...others] = left
    if (first === undefined) return undefined
    const gapWith = (name: string): number => gap(membersOf([...chosen, name]))
    chosen.push(others.reduce((a, b) => (gapWith(b) < gapWith(a) ? b : a), first))
  }
  return chosen
}
