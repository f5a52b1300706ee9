/** Values that fit a schema, or nearly: found by walking it, so that new fields are fuzzed unasked. */
import type { z } from 'zod'
import { linkOf } from '../../../src/op/cid.ts'
import type { Dice } from '../../convergence/moot.ts'
import { fakeCid } from '../../support/votes.ts'
import type { Loose } from './values.ts'

/** Where a schema only says yes or no, one of these is tried. */
const CUSTOM: readonly Loose[] = [
  linkOf(fakeCid('a')),
  linkOf(fakeCid('b')),
  new Uint8Array(32).fill(7),
  new Uint8Array(64).fill(9),
  new Uint8Array(16),
  new Uint8Array(100),
  'a'.repeat(64),
  '0'.repeat(128),
  'policy@a',
  0,
  1,
]
const TEXTS = [
  '',
  'a',
  'text of some length',
  'core',
  'acme',
  'policy@a',
  'https://example.org/',
  'a'.repeat(64),
]
const MOST_ITEMS = 3
const MOST_DEPTH = 12

/** What a zod schema tells of itself; read loosely, for it is only guessed from. */
interface Def {
  readonly type: string
  readonly [field: string]: unknown
}

/** A value for a schema. */
export const valueFor = (schema: z.ZodType, dice: Dice, depth = 0): Loose => {
  const def = schema._zod.def as unknown as Def // cast: the walker reads fields by name
  const inner = (name: string): Loose => valueFor(def[name] as z.ZodType, dice, depth + 1)
  if (depth > MOST_DEPTH) return null
  const make = MAKERS[def.type]
  return make ? make(def, dice, depth, inner) : dice.pick(CUSTOM)
}

type Maker = (def: Def, dice: Dice, depth: number, inner: (name: string) => Loose) => Loose

const many = (dice: Dice, make: () => Loose): Loose[] =>
  Array.from({ length: dice.int(0, MOST_ITEMS) }, make)

const MAKERS: Readonly<Record<string, Maker>> = {
  object: ({ shape }, dice, depth) =>
    Object.fromEntries(
      Object.entries(shape as Record<string, z.ZodType>)
        .filter(([, field]) => field._zod.def.type !== 'optional' || dice.chance(0.6))
        .map(([name, field]) => [name, valueFor(field, dice, depth + 1)]),
    ),
  array: (_def, dice, _depth, inner) => many(dice, () => inner('element')),
  tuple: ({ items }, dice, depth) =>
    (items as z.ZodType[]).map((item) => valueFor(item, dice, depth + 1)),
  record: (_def, dice, _depth, inner) =>
    Object.fromEntries(
      many(dice, () => [dice.pick(TEXTS), inner('valueType')]) as [string, Loose][],
    ),
  union: ({ options }, dice, depth) => valueFor(dice.pick(options as z.ZodType[]), dice, depth + 1),
  optional: (_def, _dice, _depth, inner) => inner('innerType'),
  nullable: (_def, dice, _depth, inner) => (dice.chance(0.3) ? null : inner('innerType')),
  default: (_def, _dice, _depth, inner) => inner('innerType'),
  prefault: (_def, _dice, _depth, inner) => inner('innerType'),
  readonly: (_def, _dice, _depth, inner) => inner('innerType'),
  pipe: (_def, _dice, _depth, inner) => inner('in'),
  lazy: ({ getter }, dice, depth) => valueFor((getter as () => z.ZodType)(), dice, depth + 1),
  enum: ({ entries }, dice) => dice.pick(Object.values(entries as Record<string, string>)),
  literal: ({ values }, dice) => dice.pick(values as Loose[]),
  string: (_def, dice) => dice.pick(TEXTS),
  number: (_def, dice) => dice.pick([0, 1, 2, 7, 100, 86_400_000]),
  boolean: (_def, dice) => dice.chance(0.5),
  null: () => null,
}
