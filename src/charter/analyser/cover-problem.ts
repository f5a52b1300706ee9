/**
 * A need as a cover problem: members who count for the same demands with the same weight are alike and
 * form a kind, and how many of each kind take part is what is sought. All sums are whole numbers.
 */
import type { Stakeholder } from '../schema.ts'
import type { Need } from './need.ts'

/** Members that are alike to the solver. */
export interface Kind {
  readonly weight: number
  /** Bit j: they count for demand j. */
  readonly mask: number
  /** Their positions among the members. */
  readonly indexes: readonly number[]
}

/** Kinds, heaviest first, and what a set of members must reach. */
export interface CoverProblem {
  readonly kinds: readonly Kind[]
  /** For each demand the least weight, ≥ 1; no two demands count the same members. */
  readonly least: readonly number[]
}

/** How many of each kind take part. */
export type Counts = readonly number[]

/** The need as a problem: one demand for each population, the strictest. */
export function coverProblem(members: readonly Stakeholder[], need: Need): CoverProblem {
  const strictest = new Map<string, { readonly has: readonly boolean[]; readonly least: number }>()
  for (const { among, least } of need.demands) {
    const has = members.map(among)
    const key = has.map(Number).join('')
    strictest.set(key, { has, least: Math.max(least, strictest.get(key)?.least ?? 0) })
  }
  const demands = [...strictest.values()]
  const maskOf = (index: number): number =>
    demands.reduce((mask, { has }, j) => (has[index] ? mask | (1 << j) : mask), 0)
  const kinds = new Map<string, { weight: number; mask: number; indexes: number[] }>()
  for (const [index, { weight }] of members.entries()) {
    const mask = maskOf(index)
    const kind = kinds.get(`${mask} ${weight}`) ?? { weight, mask, indexes: [] }
    kind.indexes.push(index)
    kinds.set(`${mask} ${weight}`, kind)
  }
  return {
    // Sorting is stable, so that the same charter names the same members everywhere.
    kinds: [...kinds.values()].toSorted((a, b) => b.weight - a.weight),
    least: demands.map(({ has, least }) => {
      const unit = Math.max(1, commonUnit(members.filter((_, index) => has[index])))
      return Math.ceil(least / unit) * unit
    }),
  }
}

/** The largest weight of which all of these weigh a multiple: sums come in such steps only. */
function commonUnit(members: readonly Stakeholder[]): number {
  let unit = 0
  for (const { weight } of members) {
    let [a, b] = [unit, weight]
    while (b !== 0) [a, b] = [b, a % b]
    unit = a
  }
  return unit
}

/** What is still missing of each demand with so many of each kind; never below zero. */
export const missing = ({ kinds, least }: CoverProblem, counts: Counts): number[] =>
  least.map((weight, j) =>
    kinds.reduce(
      (rest, kind, g) =>
        kind.mask & (1 << j) ? Math.max(0, rest - kind.weight * (counts[g] ?? 0)) : rest,
      weight,
    ),
  )

/** True when there are so many of each kind, and nothing is missing. */
export const isCover = (problem: CoverProblem, counts: Counts): boolean =>
  problem.kinds.every(({ indexes }, g) => isUpTo(counts[g] ?? 0, indexes.length)) &&
  missing(problem, counts).every((weight) => weight === 0)

const isUpTo = (count: number, most: number): boolean => count >= 0 && count <= most

/** From nobody to all of each kind. */
export function wholeBox({ kinds }: CoverProblem): { readonly low: Counts; readonly high: Counts } {
  const high = kinds.map(({ indexes }) => indexes.length)
  return { low: high.map(() => 0), high }
}

/** The weight of all members together. */
export const weightIn = ({ kinds }: CoverProblem): number =>
  kinds.reduce((sum, { weight, indexes }) => sum + weight * indexes.length, 0)

/** Members in all. */
export const sizeOf = (counts: Counts): number => counts.reduce((sum, count) => sum + count, 0)

/** A cover, small but perhaps not the smallest; `undefined` when all members are none. */
export function greedyCover(problem: CoverProblem): Counts | undefined {
  const all = problem.kinds.map(({ indexes }) => indexes.length)
  return isCover(problem, all)
    ? completed(
        problem,
        all.map(() => 0),
        all,
      )
    : undefined
}

/** Adds, up to `most` of each kind, whoever brings most of what is missing, then drops who is spare. */
export function completed(problem: CoverProblem, from: Counts, most: Counts): Counts {
  const counts = [...from]
  for (;;) {
    const rest = missing(problem, counts)
    const best = mostUseful(problem, rest, (g) => (counts[g] ?? 0) < (most[g] ?? 0))
    if (best === undefined) return withoutSpare(problem, counts)
    counts[best] = (counts[best] ?? 0) + 1
  }
}

/** The kind of which one more brings the largest share of what is missing; none where nothing is. */
function mostUseful(
  { kinds, least }: CoverProblem,
  rest: readonly number[],
  isLeft: (kind: number) => boolean,
): number | undefined {
  let best: number | undefined
  let bestUse = 0
  for (const [g, { weight, mask }] of kinds.entries()) {
    if (!isLeft(g)) continue
    let use = 0
    for (const [j, missed] of rest.entries())
      if (mask & (1 << j)) use += Math.min(weight, missed) / (least[j] ?? 1)
    if (use <= bestUse) continue
    best = g
    bestUse = use
  }
  return best
}

/** Leaves out, lightest first, whoever the others do without. */
function withoutSpare(problem: CoverProblem, counts: number[]): Counts {
  for (const g of [...counts.keys()].reverse())
    for (let left = (counts[g] ?? 0) - 1; isCover(problem, counts.with(g, left)); left--)
      counts[g] = left
  return counts
}
