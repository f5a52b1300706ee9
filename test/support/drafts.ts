/** Random edits that fit a value, and sometimes ones that do not. */
import type { Edit } from '../../src/document/ops.ts'
import { isValueList, isValueMap } from '../../src/document/value.ts'
import type { Value } from '../../src/op/ids.ts'

/** Random choices. */
export interface Chooser {
  int(least: number, most: number): number
  pick<T>(list: readonly T[]): T
  chance(probability: number): boolean
}

const WORDS = ['alpha ', 'β', '😀', 'line\n', 'x', '', 'naïve ', 'e\u0301'.normalize('NFC')]
const KEYS = ['a', 'b', 'c', 'owner', '10', '9', 'zeta']
/** The key at which drafts only ever put counters, so that they know one when they see it. */
const COUNT = 'count'

/** A random value, shallow. */
export function someValue(dice: Chooser, room = 2): Value {
  const kinds = ['text', 'int', 'bool', 'null', 'bytes', 'counter', 'list', 'map']
  switch (dice.pick(room > 0 ? kinds : kinds.slice(0, 6))) {
    case 'text':
      return dice.pick(WORDS) + dice.pick(WORDS)
    case 'int':
      return dice.int(-5, 1000)
    case 'bool':
      return dice.chance(0.5)
    case 'null':
      return null
    case 'bytes':
      return Uint8Array.of(dice.int(0, 255), 2)
    case 'counter':
      return { $counter: dice.int(-3, 3) }
    case 'list':
      return Array.from({ length: dice.int(0, 3) }, () => someValue(dice, room - 1))
    default:
      return Object.fromEntries(
        Array.from({ length: dice.int(0, 3) }, () => [dice.pick(KEYS), someValue(dice, room - 1)]),
      )
  }
}

/** A random edit of a text. */
export function textEdit(dice: Chooser, text: string, path: Edit['path'] = []): Edit {
  const points = [...text]
  const from = dice.int(0, points.length)
  const to = Math.min(points.length, from + (dice.chance(0.3) ? dice.int(0, 4) : 0))
  const at = points.slice(0, from).join('').length
  const remove = points.slice(from, to).join('').length
  return { do: 'splice', path, at, remove, insert: dice.pick(WORDS) }
}

/** A random edit that fits what stands somewhere in a value; counters are those it is told. */
export function fittingEdit(dice: Chooser, value: Value, path: Edit['path'] = []): Edit {
  if (typeof value === 'string') return textEdit(dice, value, path)
  if (isValueList(value)) return listEdit(dice, value, path)
  if (isValueMap(value)) return mapEdit(dice, value, path)
  throw new RangeError('no edit goes into a scalar')
}

const isNested = (value: Value | undefined): value is Value =>
  typeof value === 'string' || isValueList(value) || isValueMap(value)

function mapEdit(dice: Chooser, map: { readonly [key: string]: Value }, path: Edit['path']): Edit {
  const keys = Object.keys(map)
  const nested = keys.filter((key) => isNested(map[key]))
  if (nested.length > 0 && dice.chance(0.5)) {
    const key = dice.pick(nested)
    return fittingEdit(dice, map[key] ?? null, [...path, key])
  }
  if (keys.length > 0 && dice.chance(0.2))
    return { do: 'remove', path, at: dice.pick(keys), count: 1 }
  if (keys.includes(COUNT) && dice.chance(0.5))
    return { do: 'increment', path, at: COUNT, by: dice.int(-9, 9) }
  if (dice.chance(0.1)) return { do: 'set', path, at: COUNT, value: { $counter: dice.int(0, 5) } }
  return { do: 'set', path, at: dice.pick(KEYS), value: someValue(dice, 2 - path.length) }
}

function listEdit(dice: Chooser, list: readonly Value[], path: Edit['path']): Edit {
  const nested = [...list.keys()].filter((i) => isNested(list[i]))
  if (nested.length > 0 && dice.chance(0.4)) {
    const i = dice.pick(nested)
    return fittingEdit(dice, list[i] ?? null, [...path, i])
  }
  if (list.length > 0 && dice.chance(0.4)) {
    const at = dice.int(0, list.length - 1)
    return dice.chance(0.5)
      ? { do: 'remove', path, at, count: dice.int(1, list.length - at) }
      : { do: 'set', path, at, value: someValue(dice, 1) }
  }
  const values = Array.from({ length: dice.int(1, 3) }, () => someValue(dice, 1))
  return { do: 'insert', path, at: dice.int(0, list.length), values }
}
