/**
 * The fewest members that meet a need, exactly: a cover problem, solved by branch and bound
 * (`cover-search.ts`). Nothing is rounded on the way to an answer.
 */
import type { Stakeholder } from '../schema.ts'
import { type Counts, type CoverProblem, coverProblem, greedyCover } from './cover-problem.ts'
import { MAX_SEARCH_STEPS, searchCover } from './cover-search.ts'
import { type Fewest, type Need, ruleOf } from './need.ts'

/** The fewest of these members that meet the need; bounds if a search would take more steps. */
export function fewestMembers(
  members: readonly Stakeholder[],
  need: Need,
  maxSteps = MAX_SEARCH_STEPS,
): Fewest {
  const problem = coverProblem(members, need)
  const start = greedyCover(problem)
  if (start === undefined || members.length < need.heads) return { kind: 'never' }
  const { counts, atLeast } = searchCover(problem, start, maxSteps)
  const chosen = namedBy(problem, counts, members, need.heads)
  const who = chosen.map(({ id }) => id)
  const weight = chosen.reduce((sum, member) => sum + member.weight, 0)
  const known = { who, weight, by: ruleOf(need) }
  const least = Math.max(atLeast, need.heads)
  return least === who.length
    ? { kind: 'exact', count: least, ...known }
    : { kind: 'bounds', atLeast: least, atMost: who.length, ...known }
}

/** The members that the counts stand for, filled up to `heads` with the heaviest, in their order. */
function namedBy(
  { kinds }: CoverProblem,
  counts: Counts,
  members: readonly Stakeholder[],
  heads: number,
): Stakeholder[] {
  const taken = kinds.flatMap(({ indexes }, g) => indexes.slice(0, counts[g] ?? 0))
  const idle = kinds.flatMap(({ indexes }, g) => indexes.slice(counts[g] ?? 0))
  const named = new Set([...taken, ...idle.slice(0, Math.max(0, heads - taken.length))])
  return members.filter((_, index) => named.has(index))
}
