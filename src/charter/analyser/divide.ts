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
  const first = members.filter((member) => settled.get(member) === 0)
  const free = members.filter((member) => !settled.has(member))
  const counter = counterFor(share.heads, members.length)
  const goal = goalOf(members, share)
  const states = [startOf(members, settled, counter, goal.mask)]
  const reached = (rows: Rows): boolean => goalRow(rows, counter, goal) !== undefined
  for (const member of free) {
    const rows = states.at(-1) ?? new Map()
    // Members that are left over join the second side, where heads may have to be counted.
    if (counter.countsAll && reached(rows)) break
    states.push(extended(rows, member, counter, goal.mask))
  }
  const last = states.at(-1) ?? new Map()
  const end = goalRow(last, counter, goal)
  if (end === undefined) return undefined
  const chosen = new Set([...first, ...traceBack(states, free, end, counter)])
  return [members.filter((member) => chosen.has(member)), members.filter((one) => !chosen.has(one))]
}

/** Bit strings of reachable weights of the first side, by state of the counter. */
type Rows = ReadonlyMap<number, bigint>

/** Counts heads as far as they matter. */
interface Counter {
  readonly onFirst: (state: number) => number
  readonly onSecond: (state: number) => number
  readonly isEnough: (state: number) => boolean
  /** The state of the first side says all: the second has the rest. */
  readonly countsAll: boolean
}

/** Either side's heads up to what is needed, or all heads of the first: whatever has fewer states. */
function counterFor(heads: number, members: number): Counter {
  const base = heads + 1
  if (base * base > members + 1)
    return {
      onFirst: (state) => state + 1,
      onSecond: (state) => state,
      isEnough: (state) => state >= heads && members - state >= heads,
      countsAll: true,
    }
  return {
    onFirst: (state) => (state % base < heads ? state + 1 : state),
    onSecond: (state) => (state < heads * base ? state + base : state),
    isEnough: (state) => state === heads * base + heads,
    countsAll: heads === 0,
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
    if (bits !== 0n) next.set(state, (next.get(state) ?? 0n) | bits)
  }
  for (const [state, bits] of rows) {
    add(counter.onSecond(state), bits)
    add(counter.onFirst(state), (bits << BigInt(weight)) & mask)
  }
  return next
}

/** Where a division ends: the counter's state and the weight of the first side. */
interface End {
  readonly state: number
  readonly weight: number
}

function goalRow(rows: Rows, { isEnough }: Counter, { wanted }: Goal): End | undefined {
  for (const [state, bits] of rows) {
    const good = bits & wanted
    if (isEnough(state) && good !== 0n) return { state, weight: lowestBit(good) }
  }
  return undefined
}

const lowestBit = (bits: bigint): number => (bits & -bits).toString(2).length - 1

/** Walks the states backwards: who of the free members is on the first side. */
function traceBack(
  states: readonly Rows[],
  free: readonly Stakeholder[],
  end: End,
  counter: Counter,
): Stakeholder[] {
  const chosen: Stakeholder[] = []
  let { state, weight } = end
  const has = (rows: Rows, at: number, sum: number): boolean =>
    ((rows.get(at) ?? 0n) & (1n << BigInt(sum))) !== 0n
  for (const [i, member] of [...free.slice(0, states.length - 1).entries()].reverse()) {
    const rows = states[i] ?? new Map()
    const before = [...rows.keys()]
    const stayed = before.find((at) => counter.onSecond(at) === state && has(rows, at, weight))
    if (stayed !== undefined) {
      state = stayed
      continue
    }
    weight -= member.weight
    state = before.find((at) => counter.onFirst(at) === state && has(rows, at, weight)) ?? state
    chosen.push(member)
  }
  return chosen
}
