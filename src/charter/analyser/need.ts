/**
 * What members must bring together to have a power over ballots: sums of weight, and heads. The
 * rules of a track are turned into needs in `powers.ts`; the solvers know needs only.
 */
import { weightSum } from '../lookup.ts'
import type { Stakeholder } from '../schema.ts'

/** At least so much weight among some of the members. */
export interface Demand {
  /** The rule of the track that it comes from, named as in verdicts: `quorum`, `chamber:auditor`. */
  readonly rule: string
  /** Whose weight counts. */
  readonly among: (member: Stakeholder) => boolean
  /** The least weight that will do, ≥ 1. */
  readonly least: number
}

/** All of the demands at once, by at least so many members. */
export interface Need {
  readonly demands: readonly Demand[]
  readonly heads: number
}

/** The fewest members, or groups of members, that meet a need. */
export type Fewest =
  /** So many and no fewer; `who` is one such set. */
  | {
      readonly kind: 'exact'
      readonly count: number
      readonly who: readonly string[]
      /** The weight of these together. */
      readonly weight: number
      /** The first rule of the need that they meet. */
      readonly by: string
    }
  /** Beyond the limits of exactness: `who` is enough, and fewer than `atLeast` are not. */
  | {
      readonly kind: 'bounds'
      readonly atLeast: number
      readonly atMost: number
      readonly who: readonly string[]
      readonly weight: number
      readonly by: string
    }
  /** All together do not meet it. */
  | { readonly kind: 'never' }

/** Everybody's weight counts. */
export const EVERYBODY = (): boolean => true

/** True when these members meet the need. */
export const meets = (need: Need, members: readonly Stakeholder[]): boolean =>
  members.length >= need.heads &&
  need.demands.every(({ among, least }) => weightSum(members.filter(among)) >= least)

/** A need of one demand. */
export const demand = (rule: string, least: number, among: Demand['among'] = EVERYBODY): Need => ({
  demands: [{ rule, among, least }],
  heads: 0,
})

/** The first rule of a need, by which it is named. */
export const ruleOf = ({ demands }: Need): string => demands[0]?.rule ?? 'heads'

/** The smaller of two answers; where one of them is only bounded, so may their minimum be. */
export function fewer(a: Fewest, b: Fewest): Fewest {
  const [[leastA, mostA], [leastB, mostB]] = [rangeOf(a), rangeOf(b)]
  const [best, most] = mostB < mostA ? [b, mostB] : [a, mostA]
  if (best.kind === 'never') return best
  const atLeast = Math.min(leastA, leastB)
  const { who, weight, by } = best
  return atLeast === most
    ? { kind: 'exact', count: most, who, weight, by }
    : { kind: 'bounds', atLeast, atMost: most, who, weight, by }
}

/** At least and at most how many it takes. */
export function rangeOf(fewest: Fewest): readonly [number, number] {
  if (fewest.kind === 'never') return [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  return fewest.kind === 'exact' ? [fewest.count, fewest.count] : [fewest.atLeast, fewest.atMost]
}
