/**
 * What is left of a cover problem once it is known of most kinds how many take part: a problem of its
 * own, of few kinds, in which every question costs a fraction of what it costs in the whole one.
 */
import { type Counts, type CoverProblem, missing, sizeOf } from './cover-problem.ts'
import type { Box } from './cover-relaxation.ts'

/** The undecided part of a problem in a box. */
export interface Core {
  readonly problem: CoverProblem
  /** Members that take part whatever the core comes to. */
  readonly decided: number
  /** Counts of the whole problem from those of the core. */
  readonly whole: (counts: Counts) => Counts
}

/** The part of a problem that a box leaves open: its kinds, and the demands that are not met yet. */
export function coreOf(problem: CoverProblem, { low, high }: Box): Core {
  const rest = missing(problem, low)
  const demands = rest.flatMap((least, j) => (least > 0 ? [j] : []))
  const open = low.flatMap((least, g) => (least < (high[g] ?? 0) ? [g] : []))
  const maskOf = (mask: number): number =>
    demands.reduce((bits, j, at) => (mask & (1 << j) ? bits | (1 << at) : bits), 0)
  const kinds = open.flatMap((g) => {
    const { weight, mask, indexes } = problem.kinds[g] ?? { weight: 0, mask: 0, indexes: [] }
    return { weight, mask: maskOf(mask), indexes: indexes.slice(low[g] ?? 0, high[g]) }
  })
  return {
    problem: { kinds, least: demands.map((j) => rest[j] ?? 0) },
    decided: sizeOf(low),
    whole: (counts) => low.map((least, g) => least + (counts[open.indexOf(g)] ?? 0)),
  }
}
