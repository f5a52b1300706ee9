/** A coalition at random: everyone who writes, and everything that was said so far. */
import { linkOf } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { CAPABILITIES } from '../../src/op/type.ts'
import { delegation, type Founded, found } from '../support/coalition.ts'
import { randomFrom } from '../support/people.ts'
import { type Line, type Made, Pen, type Place } from './pen.ts'
import { toyKey, toySigner } from './toy-crypto.ts'

/** Random choices of one seed. */
export class Dice {
  /** In [0, 1). */
  readonly roll: () => number

  constructor(seed: number) {
    this.roll = randomFrom(seed)
  }

  chance(probability: number): boolean {
    return this.roll() < probability
  }

  /** An integer from `least` to `most`. */
  int(least: number, most: number): number {
    return least + Math.floor(this.roll() * (most - least + 1))
  }

  /** One of a list that has entries. */
  pick<T>(list: readonly T[]): T {
    const picked = list[Math.floor(this.roll() * list.length)]
    if (picked === undefined) throw new RangeError('nothing to pick from')
    return picked
  }

  /** One of a list, if it has any. */
  maybe<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.roll() * list.length)]
  }

  /** Up to `most` different entries. */
  some<T>(list: readonly T[], most: number): T[] {
    const picked = new Set<T>()
    for (let i = this.int(0, most); i > 0 && list.length > 0; i--) picked.add(this.pick(list))
    return [...picked]
  }

  shuffled<T>(list: readonly T[]): T[] {
    const copy = [...list]
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.int(0, i)
      ;[copy[i], copy[j]] = [copy[j] as T, copy[i] as T]
    }
    return copy
  }
}

const foundings = new Map<number, Founded>()

/** A founded coalition of that many stakeholders; made once. */
export function foundingOf(stakeholders: number): Founded {
  const known = foundings.get(stakeholders)
  if (known) return known
  const weights = Array.from({ length: stakeholders }, (_, i) => 1 + (i % 3))
  // Other keys for each size: in one of them the founder's sorts after those of others.
  const made = found(weights, {}, undefined, 10 * stakeholders)
  foundings.set(stakeholders, made)
  return made
}

/** Writers and what they wrote. */
export class Moot {
  readonly dice: Dice
  readonly founded: Founded
  readonly roots: Pen[]
  readonly nodes: Pen[]
  /** Everything said so far, in the order in which it was made. */
  readonly said: Made[] = []
  private readonly byType = new Map<string, Made[]>()
  private keys = 0

  constructor(dice: Dice, founded: Founded) {
    this.dice = dice
    this.founded = founded
    const { coalition, members } = founded
    const chainOf = (key: string): Made[] => founded.ops.filter(({ op }) => op.key === key)
    this.roots = members.map(
      ({ root }) => new Pen(toySigner(root.key), coalition, chainOf(root.key)),
    )
    this.nodes = members.map(({ node }) => new Pen(toySigner(node.key), coalition))
    for (const made of founded.ops) this.file(made)
  }

  /** The author's clock, by what was said so far. */
  get now(): number {
    return this.founded.at + this.said.length * 1000
  }

  /** What was said of a type. */
  ofType(type: string): readonly Made[] {
    return this.byType.get(type) ?? []
  }

  /** Signs a line and files it. */
  say({ pen, branch }: Place, line: Omit<Line, 'at'> & { readonly at?: number }): Made {
    const made = pen.say({ at: this.now, ...line }, branch)
    this.file(made)
    return made
  }

  /** A writer that has said nothing. */
  newPen(): Pen {
    return new Pen(toySigner(toyKey(this.keys++)), this.founded.coalition)
  }

  /** A random branch of a writer. */
  place(pen: Pen): Place {
    return { pen, branch: this.dice.int(0, pen.branches.length - 1) }
  }

  /** A root delegates a key, new unless it is given. */
  delegate(root: Place, node: Pen = this.newPen()): Pen {
    const can = this.dice.chance(0.7)
      ? CAPABILITIES
      : CAPABILITIES.filter(() => this.dice.chance(0.6))
    const some = can.length === 0 ? CAPABILITIES : can
    this.say(root, delegation(this.founded.coalition, root.pen.signer, node.signer, some))
    if (!this.nodes.includes(node)) this.nodes.push(node)
    return node
  }

  /** A root revokes a key after an operation of it; `null` revokes all. */
  revoke(root: Place, node: Pen, lastGood: { seq: number; cid: OpCid } | null): Made {
    const good = lastGood && { seq: lastGood.seq, cid: linkOf(lastGood.cid) }
    const body = { key: keyBytes(node.key), lastGood: good, reason: 'lost' }
    return this.say(root, { type: 'key.revoke', refs: [], body })
  }

  private file(made: Made): void {
    this.said.push(made)
    const list = this.byType.get(made.op.type)
    if (list) list.push(made)
    else this.byType.set(made.op.type, [made])
  }
}
