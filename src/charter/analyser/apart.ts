/**
 * Can two groups without a common member both meet a need, such as that of a provisional outcome
 * (design §3.7)? More members never hurt, so the question is whether all members can be divided in two
 * sides that both meet it. Dividing weights is decided by sums of subsets; where a side then lacks
 * somebody whom the need asks for, every way to put such a member there is tried.
 */
import type { Stakeholder } from '../schema.ts'
import { divide, MAX_DIVIDED_WEIGHT, type Side } from './divide.ts'
import { type Demand, EVERYBODY, meets, type Need } from './need.ts'

/** Two sides that both can; the proof that there are none; or neither, beyond the limits. */
export type Apart =
  | { readonly kind: 'yes'; readonly sides: readonly [readonly string[], readonly string[]] }
  | { readonly kind: 'no' | 'unknown' }

/** Most divisions that one question may take. */
export const MAX_DIVISIONS = 200

/**
 * Decides whether two sides can both meet the need. Its demands are of everybody's weight, or of one
 * member among some (weight ≥ 1), which is what a contingency asks for.
 */
export function meetApart(members: readonly Stakeholder[], need: Need): Apart {
  const presences = need.demands.filter(({ among }) => among !== EVERYBODY)
  const least = Math.max(1, ...need.demands.map((one) => one.least))
  const total = members.reduce((sum, { weight }) => sum + weight, 0)
  const isShort =
    2 * least > total ||
    2 * need.heads > members.length ||
    presences.some(({ among }) => members.filter(among).length < 2)
  if (isShort) return { kind: 'no' }
  const dealt = deal(members)
  if (dealt.every((side) => meets(need, side))) return apart(dealt)
  if (total > MAX_DIVIDED_WEIGHT) return { kind: 'unknown' }
  return new Division(members, { presences, least, heads: need.heads }).decide()
}

type Sides = readonly [readonly Stakeholder[], readonly Stakeholder[]]

const apart = ([a, b]: Sides): Apart => ({
  kind: 'yes',
  sides: [a.map(({ id }) => id), b.map(({ id }) => id)],
})

/** Heaviest first to the lighter side: mostly enough, and quick. */
function deal(members: readonly Stakeholder[]): Sides {
  const sides: [Stakeholder[], Stakeholder[]] = [[], []]
  const sums: [number, number] = [0, 0]
  for (const member of members.toSorted((a, b) => b.weight - a.weight)) {
    const side = sums[0] <= sums[1] ? 0 : 1
    sides[side].push(member)
    sums[side] += member.weight
  }
  return sides
}

interface Wanted {
  readonly presences: readonly Demand[]
  readonly least: number
  readonly heads: number
}

/** Members whose side is settled. */
type Settled = ReadonlyMap<Stakeholder, Side>

class Division {
  private readonly members: readonly Stakeholder[]
  private readonly wanted: Wanted
  private divisions = 0

  constructor(members: readonly Stakeholder[], wanted: Wanted) {
    this.members = members
    this.wanted = wanted
  }

  decide(): Apart {
    const sides = this.search(new Map())
    if (sides !== undefined) return apart(sides)
    return { kind: this.divisions > MAX_DIVISIONS ? 'unknown' : 'no' }
  }

  private search(settled: Settled): Sides | undefined {
    if (++this.divisions > MAX_DIVISIONS) return undefined
    const sides = divide(this.members, settled, this.wanted)
    if (sides === undefined) return undefined
    const [lacking, among] = this.lackOf(sides) ?? []
    if (lacking === undefined || among === undefined) return sides
    return this.supply(settled, lacking, this.members.filter(among))
  }

  /** The first side on which somebody is missing, and who would do. */
  private lackOf(sides: Sides): [Side, Demand['among']] | undefined {
    for (const side of [0, 1] as const)
      for (const { among } of this.wanted.presences)
        if (!sides[side].some(among)) return [side, among]
    return undefined
  }

  /** Tries each candidate as the first, in their order, that is on the side: every case once. */
  private supply(settled: Settled, side: Side, candidates: readonly Stakeholder[]) {
    const tried = new Map(settled)
    for (const candidate of candidates) {
      if (settled.has(candidate)) continue
      const sides = this.search(new Map(tried).set(candidate, side))
      if (sides !== undefined) return sides
      tried.set(candidate, side === 0 ? 1 : 0)
    }
    return undefined
  }
}
