/**
 * Looks for a cover of exactly so many members by exchanging one member for another, ever the exchange
 * that leaves least missing; a demand that stays unmet weighs more from then on, so that the search does
 * not stay where no single exchange helps. What it finds is checked in whole numbers; that it finds
 * nothing proves nothing.
 */
import { type Counts, type CoverProblem, isCover } from './cover-problem.ts'

/** Exchanges after which the search gives up. */
const MAX_EXCHANGES = 600
/** Most kinds, those about which the relaxed problem is least decided, that are exchanged. */
const MAX_OPEN_KINDS = 140
/** Exchanges for which a kind is left alone after it was part of one, at least; varied by up to as many. */
const REST = 4
/** How much a demand that does not matter to the relaxed problem matters here, in members for all of it. */
const FAINT = 1

/** What an exchange starts from. */
export interface ExchangeStart {
  readonly counts: Counts
  /** How much a unit of weight matters to each demand. */
  readonly multipliers: readonly number[]
}

/** A cover of as many members as `start` has; `undefined` when none was found. */
export function exchangeToCover(problem: CoverProblem, start: ExchangeStart): Counts | undefined {
  for (const counts of new Exchange(problem, start).tried())
    if (isCover(problem, counts)) return counts
  return undefined
}

class Exchange {
  private readonly problem: CoverProblem
  private readonly counts: number[]
  private readonly rows: number
  /** What one of each kind brings to each demand, in members. */
  private readonly brings: Float64Array
  /** What is missing of each demand, in members; below zero where it is exceeded. */
  private readonly missing: Float64Array
  /** How much each demand counts by now. */
  private readonly urgency: Float64Array
  private readonly open: readonly number[]
  private readonly restsUntil: Int32Array

  constructor(problem: CoverProblem, { counts, multipliers }: ExchangeStart) {
    const { kinds, least } = problem
    this.problem = problem
    this.counts = [...counts]
    this.rows = least.length
    const worth = least.map((all, j) => Math.max(multipliers[j] ?? 0, FAINT / all))
    this.brings = new Float64Array(kinds.length * this.rows)
    this.missing = Float64Array.from(least, (all, j) => all * (worth[j] ?? 0))
    this.urgency = new Float64Array(this.rows).fill(1)
    for (const [g, { weight, mask }] of kinds.entries())
      for (let j = 0; j < this.rows; j++) {
        const one = mask & (1 << j) ? weight * (worth[j] ?? 0) : 0
        this.brings[g * this.rows + j] = one
        this.missing[j] = (this.missing[j] ?? 0) - one * (counts[g] ?? 0)
      }
    this.open = openKinds(problem, multipliers)
    this.restsUntil = new Int32Array(kinds.length)
  }

  /** What each exchange comes to; the next one changes it. */
  *tried(): Generator<Counts, void> {
    for (let step = 1; step <= MAX_EXCHANGES; step++) {
      yield this.counts
      const before = this.unmet()
      const free = this.rested(step)
      const exchange = this.bestExchange(free.filter(this.hasAny), free.filter(this.hasMore))
      if (exchange === undefined) return
      this.apply(exchange)
      this.rest(exchange, step)
      this.raiseUrgency(before)
    }
  }

  private unmet(): number {
    let sum = 0
    for (let j = 0; j < this.rows; j++)
      sum += (this.urgency[j] ?? 0) * Math.max(0, this.missing[j] ?? 0)
    return sum
  }

  /** Where an exchange did not help, what is missing counts more. */
  private raiseUrgency(before: number): void {
    if (this.unmet() < before) return
    for (let j = 0; j < this.rows; j++)
      if ((this.missing[j] ?? 0) > 0) this.urgency[j] = (this.urgency[j] ?? 0) * 1.25
  }

  private rested = (step: number): number[] =>
    this.open.filter((g) => (this.restsUntil[g] ?? 0) < step)

  private hasAny = (g: number): boolean => (this.counts[g] ?? 0) > 0

  private hasMore = (g: number): boolean =>
    (this.counts[g] ?? 0) < (this.problem.kinds[g]?.indexes.length ?? 0)

  private bestExchange(
    leaving: readonly number[],
    joining: readonly number[],
  ): readonly [number, number] | undefined {
    let best: readonly [number, number] | undefined
    let bestUnmet = Number.POSITIVE_INFINITY
    for (const out of leaving)
      for (const into of joining) {
        const unmet = out === into ? bestUnmet : this.unmetAfter(out, into, bestUnmet)
        if (unmet >= bestUnmet) continue
        best = [out, into]
        bestUnmet = unmet
      }
    return best
  }

  /** What would be unmet, or some number above the limit. */
  private unmetAfter(out: number, into: number, limit: number): number {
    let sum = 0
    for (let j = 0; j < this.rows && sum < limit; j++) {
      const change =
        (this.brings[out * this.rows + j] ?? 0) - (this.brings[into * this.rows + j] ?? 0)
      const missing = (this.missing[j] ?? 0) + change
      if (missing > 0) sum += (this.urgency[j] ?? 0) * missing
    }
    return sum
  }

  private apply([out, into]: readonly [number, number]): void {
    this.counts[out] = (this.counts[out] ?? 0) - 1
    this.counts[into] = (this.counts[into] ?? 0) + 1
  }

  /** Notes what an exchange leaves missing, and leaves both kinds alone for a while. */
  private rest([out, into]: readonly [number, number], step: number): void {
    for (let j = 0; j < this.rows; j++)
      this.missing[j] =
        (this.missing[j] ?? 0) +
        (this.brings[out * this.rows + j] ?? 0) -
        (this.brings[into * this.rows + j] ?? 0)
    const until = step + REST + (step % REST)
    this.restsUntil[out] = until
    this.restsUntil[into] = until
  }
}

/** The kinds whose worth is nearest to what a member costs. */
function openKinds({ kinds }: CoverProblem, multipliers: readonly number[]): number[] {
  const cost = kinds.map(({ weight, mask }) => {
    let worth = 0
    for (const [j, one] of multipliers.entries()) if (mask & (1 << j)) worth += one
    return Math.abs(1 - worth * weight)
  })
  return kinds
    .map((_, g) => g)
    .sort((a, b) => (cost[a] ?? 0) - (cost[b] ?? 0))
    .slice(0, MAX_OPEN_KINDS)
}
