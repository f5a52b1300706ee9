/** Values of the data model with something wrong about them: what a decoder's author did not think of. */
import { CID } from 'multiformats/cid'
import type { Dice } from '../../convergence/moot.ts'

/** Anything that dag-cbor or JSON can say, and a little more. */
export type Loose = unknown

/** Edges of every kind; texts that normalise, hide, reverse, or are a property of every object. */
const EDGES: readonly Loose[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  23,
  24,
  255,
  256,
  65_536,
  2 ** 31,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  0.5,
  '',
  '0',
  '__proto__',
  'constructor',
  'toString',
  'e\u0301',
  '\u00e9',
  '\u202e\u0000\ufeff',
  '\ud83d\ude00',
  'a'.repeat(70_000),
  [],
  {},
  new Uint8Array(0),
  new Uint8Array(32),
  new Uint8Array(32).fill(255),
  new Uint8Array(64),
  new Uint8Array(5_000),
  '9'.repeat(400),
  '1e999',
  '-0',
]

/** Deepest nesting that is made. */
const MOST_DEPTH = 40

/** A value with one or a few places changed, anywhere in it. */
export function mangledValue(value: Loose, dice: Dice, others: readonly Loose[] = []): Loose {
  let changed = value
  for (let i = dice.int(1, 3); i > 0; i--) changed = changedAt(changed, dice, others)
  return changed
}

function changedAt(value: Loose, dice: Dice, others: readonly Loose[]): Loose {
  if (dice.chance(0.35)) return replacement(value, dice, others)
  if (Array.isArray(value)) return changedList(value, dice, others)
  if (isMap(value)) return changedMap(value, dice, others)
  return replacement(value, dice, others)
}

function changedList(list: readonly Loose[], dice: Dice, others: readonly Loose[]): Loose[] {
  const copy = [...list]
  const at = dice.int(0, Math.max(0, copy.length - 1))
  const way = dice.int(0, 19)
  if (copy.length === 0 || way < 3) copy.splice(at, 0, replacement(null, dice, others))
  else if (way < 6) copy.splice(at, 1)
  else if (way < 8) copy.push(...copy.slice(0, 200), ...copy.slice(0, 200))
  else copy[at] = changedAt(copy[at], dice, others)
  return copy
}

function changedMap(map: Readonly<Record<string, Loose>>, dice: Dice, others: readonly Loose[]) {
  const entries = Object.entries(map)
  const at = dice.int(0, Math.max(0, entries.length - 1))
  const [name = 'x', value] = entries[at] ?? []
  if (entries.length === 0 || dice.chance(0.1))
    entries.push([dice.pick(['x', '__proto__', '', name.toUpperCase()]), dice.pick(EDGES)])
  else if (dice.chance(0.12)) entries.splice(at, 1)
  else entries[at] = [name, changedAt(value, dice, others)]
  return Object.fromEntries(entries)
}

function replacement(value: Loose, dice: Dice, others: readonly Loose[]): Loose {
  if (typeof value === 'number' && dice.chance(0.5))
    return dice.pick([value + 1, value - 1, -value, value * 2, value + 0.5])
  if (typeof value === 'string' && dice.chance(0.4))
    return dice.pick([
      `${value}x`,
      value.slice(1),
      value.repeat(3).slice(0, 9_000),
      value.toUpperCase(),
    ])
  if (value instanceof Uint8Array && dice.chance(0.4))
    return dice.pick([
      value.slice(1),
      Uint8Array.of(...value.slice(0, 500), 0),
      value.map((byte) => byte ^ 1),
    ])
  if (dice.chance(0.05)) return nested(value, dice.int(2, MOST_DEPTH))
  return dice.maybe(dice.chance(0.4) ? others : EDGES) ?? dice.pick(EDGES)
}

/** A value in many boxes. */
function nested(value: Loose, depth: number): Loose {
  let box = value
  for (let i = 0; i < depth; i++) box = i % 2 === 0 ? [box] : { a: box }
  return box
}

const isMap = (value: Loose): value is Record<string, Loose> =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof Uint8Array) &&
  CID.asCID(value) === null
