/**
 * Divides members in two sides of enough weight and heads each, some members being settled: sums of
 * subsets, for each count of heads a bit string whose bit w says that weight w can be reached.
 */
import type { Stakeholder } from '../schema.ts'

/** One of two sides. */
export type Side = 0 | 1

/** Largest weight in all that is divided: the sums take a bit for each unit of weight. */
export const MAX_DIVIDED_WEIGHT = 10_000

/** What each side needs. */
export interface Share {
  readonly least: number
  readonly heads: number
}

/** Two sides of at least the share each, or `undefined` when the members cannot be so divided. */
export function divide(
  members: readonly Stakeholder[],
  settled: ReadonlyMap<Stakeholder, Side>,
  share: Share,
): readonly [readonly Stakeholder[], readonly Stakeholder[]] | undefined {
  const counter = counterOf(share.heads)
  const goal = goalOf(members, share)
  const steps: Step[] = []
  let rows = startOf(members, settled, counter, goal.mask)
  for (const member of members) {
    if (settled.has(member)) continue
    steps.push({ member, rows })
    rows = extended(rows, member, counter, goal.mask)
  }
  const good = (rows.get(counter.enough) ?? 0n) & goal.wanted
  if (good === 0n) return undefined
  const joined = traceBack(steps, { state: counter.enough, weight: lowestBit(good) }, counter)
  const isFirst = (member: Stakeholder): boolean => settled.get(member) === 0 || joined.has(member)
  return [members.filter(isFirst), members.filter((member) => !isFirst(member))]
}

/** Bit strings of reachable weights of the first side, by state of the counter. */
type Rows = ReadonlyMap<number, bigint>

/** Somebody who joins either side, and what could be reached before. */
interface Step {
  readonly member: Stakeholder
  readonly rows: Rows
}

/**
 * Counts heads of either side as far as they matter, as one number. After so many members the heads of
 * one side say those of the other, so there are never more states than members and one.
 */
interface Counter {
  readonly onFirst: (state: number) => number
  readonly onSecond: (state: number) => number
  /** The state of enough heads on either side. */
  readonly enough: number
}

function counterOf(heads: number): Counter {
  const base = heads + 1
  return {
    onFirst: (state) => (state % base < heads ? state + 1 : state),
    onSecond: (state) => (state < heads * base ? state + base : state),
    enough: heads * base + heads,
  }
}

/** Weights of the first side that leave both with enough; by symmetry no more than all but `least`. */
interface Goal {
  /** Bits of all weights up to the largest that is of use. */
  readonly mask: bigint
  /** Bits of the weights that are enough. */
  readonly wanted: bigint
}

function goalOf(members: readonly Stakeholder[], { least }: Share): Goal {
  const most = members.reduce((sum, { weight }) => sum + weight, 0) - least
  const mask = (1n << BigInt(most + 1)) - 1n
  const below = (1n << BigInt(least)) - 1n
  return { mask, wanted: mask & ~below }
}

function startOf(
  members: readonly Stakeholder[],
  settled: ReadonlyMap<Stakeholder, Side>,
  counter: Counter,
  mask: bigint,
): Rows {
  let state = 0
  let weight = 0
  for (const member of members) {
    const side = settled.get(member)
    if (side === 0) {
      state = counter.onFirst(state)
      weight += member.weight
    } else if (side === 1) state = counter.onSecond(state)
  }
  return new Map([[state, (1n << BigInt(weight)) & mask]])
}

function extended(rows: Rows, { weight }: Stakeholder, counter: Counter, mask: bigint): Rows {
  const next = new Map<number, bigint>()
  const add = (state: number, bits: bigint): void => {
    next.set(state, (next.get(state) ?? 0n) | bits)
  }
  for (const [state, bits] of rows) {
    add(counter.onSecond(state), bits)
    add(counter.onFirst(state), (bits << BigInt(weight)) & mask)
  }
  return next
}

const lowestBit = (bits: bigint): number => (bits & -bits).toString(2).length - 1

/** Where a division ends: the counter's state and the weight of the first side. */
interface End {
  readonly state: number
  readonly weight: number
}

/** Walks the steps backwards: who has joined the first side. */
function traceBack(
  steps: readonly Step[],
  end: End,
  { onFirst, onSecond }: Counter,
): ReadonlySet<Stakeholder> {
  const joined = new Set<Stakeholder>()
  let { state, weight } = end
  for (const { member, rows } of steps.toReversed()) {
    const from = (join: Counter['onFirst']): number | undefined =>
      [...rows].find(([at, bits]) => join(at) === state && hasBit(bits, weight))?.[0]
    const stayed = from(onSecond)
    if (stayed === undefined) {
      joined.add(member)
      weight -= member.weight
    }
    state = stayed ?? from(onFirst) ?? state
  }
  return joined
}

const hasBit = (bits: bigint, at: number): boolean => (bits & (1n << BigInt(at))) !== 0n
