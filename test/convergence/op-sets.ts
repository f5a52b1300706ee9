/**
 * Random sets of signed operations: everything that members say, and everything that faulty ones
 * do. A set depends on its seed alone.
 */
import type { Incoming } from '../../src/chain/run.ts'
import type { OpCid } from '../../src/op/ids.ts'
import type { Founded } from '../support/coalition.ts'
import { FAULT_CLASSES, FAULTS, type FaultClass } from './faults.ts'
import { Dice, foundingOf, Moot } from './moot.ts'
import type { Made } from './pen.ts'
import { STATEMENTS } from './statements.ts'

/** A set of operations to be offered to replicas. */
export interface OpSet {
  readonly seed: number
  readonly founded: Founded
  /** In the order in which they were made, each with its own signature; founding ones first. */
  readonly ops: readonly Made[]
  /** Of these, the ones that a replica gets only when it asks for them. */
  readonly withheld: ReadonlySet<OpCid>
  readonly bad: readonly Incoming[]
  readonly classes: readonly FaultClass[]
  /** A moment at which none of the operations is from the future. */
  readonly dueAt: number
}

const TWO_DAYS_MS = 2 * 86_400_000
/** Faults in one set, and operations. */
const MAX_FAULTS = 7
const LEAST_OPS = 50
const MOST_OPS = 300

/** The set of a seed, with up to that many classes of faults. */
export function opSet(seed: number, { faults = MAX_FAULTS } = {}): OpSet {
  const dice = new Dice(seed)
  const moot = new Moot(dice, foundingOf(dice.int(3, 6)))
  const extras = { bad: [] as Incoming[], withheld: new Set<OpCid>() }
  const classes = dice.shuffled(FAULT_CLASSES).slice(0, dice.int(Math.min(1, faults), faults))
  const planned = classes.flatMap((name) => Array<FaultClass>(dice.int(1, 2)).fill(name))
  // Most sets are small: what goes wrong goes wrong among few operations, and is found sooner.
  const size = dice.chance(0.1) ? dice.int(LEAST_OPS, MOST_OPS) : dice.int(LEAST_OPS, 90)
  while (moot.said.length < size || planned.length > 0) {
    const fault = dice.chance(0.15) || moot.said.length >= size ? planned.pop() : undefined
    if (fault) FAULTS[fault](moot, extras)
    else dice.pick(STATEMENTS)(moot, moot.place(dice.pick(moot.nodes)))
  }
  const { founded, said: ops } = moot
  return { seed, founded, ops, ...extras, classes, dueAt: founded.at + TWO_DAYS_MS }
}
