/**
 * Readers turn the plain values of a text into typed ones and note every problem on the way
 * (design §3.2: strict, with what was found and what is allowed). `undefined` means "noted".
 */
import { CID } from 'multiformats/cid'
import { isOpCid } from '../op/cid.ts'
import { isKeyId, keyBytes } from '../op/key-id.ts'
import type { Result } from '../op/refusal.ts'
import { parseDuration } from './duration.ts'
import { parseThreshold } from './fraction.ts'
import { clip, type Path, type Problem, problem, unknownWord } from './problem.ts'
import { type Fraction, ID_PATTERN } from './schema.ts'
import { isList, isTable, type Plain } from './source.ts'

/** Where a reader is, and where it notes what is wrong. */
export interface Spot {
  readonly path: Path
  readonly problems: Problem[]
}

/** Reads one value; `undefined` after it noted a problem. */
export type Reader<T> = (value: Plain, spot: Spot) => T | undefined

/** A field of a map: how it is read, and what holds when the text leaves it out. */
export interface Field<T> {
  readonly read: Reader<T>
  /** Absent: the field must be given. */
  readonly otherwise?: { readonly value: T }
}

/** A field that must be given. */
export const required = <T>(read: Reader<T>): Field<T> => ({ read })

/** A field with a default. */
export const optional = <T>(read: Reader<T>, value: T): Field<T> => ({ read, otherwise: { value } })

/** The place one step further down. */
export const below = ({ path, problems }: Spot, step: string | number): Spot => ({
  path: [...path, step],
  problems,
})

/** Notes that something else was expected here. */
export function fail(value: Plain, spot: Spot, expected: string, hint?: string): undefined {
  spot.problems.push(problem(spot.path, describe(value), expected, hint))
}

type Fields = Readonly<Record<string, Field<unknown>>>
type Shape<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never }

/** A map with exactly these fields; any other is a problem. */
export const record =
  <F extends Fields>(fields: F): Reader<Shape<F>> =>
  (value, spot) => {
    const names = Object.keys(fields)
    if (!isTable(value)) return fail(value, spot, `a map with ${names.join(', ')}`)
    for (const name of value.keys()) {
      if (!Object.hasOwn(fields, name))
        spot.problems.push(unknownWord(below(spot, name).path, 'field', name, names))
    }
    const entries = Object.entries(fields).map(([name, field]) => {
      return [name, readField(field, value.get(name), below(spot, name))] as const
    })
    if (entries.some(([, read]) => read === undefined)) return undefined
    return Object.fromEntries(entries) as Shape<F>
  }

function readField<T>(field: Field<T>, value: Plain | undefined, spot: Spot): T | undefined {
  if (value !== undefined) return field.read(value, spot)
  if (field.otherwise !== undefined) return field.otherwise.value
  spot.problems.push(problem(spot.path, 'nothing', 'this field to be given'))
  return undefined
}

/** A list; every item is read, so that all problems show at once. */
export const list =
  <T>(item: Reader<T>): Reader<T[]> =>
  (value, spot) => {
    if (!isList(value)) return fail(value, spot, 'a list')
    const items: T[] = []
    for (const [i, plain] of value.entries()) {
      const read = item(plain, below(spot, i))
      if (read !== undefined) items.push(read)
    }
    return items.length === value.length ? items : undefined
  }

/** A map from ids to values of one shape. */
export const table =
  <T>(item: (id: string) => Reader<T>): Reader<Record<string, T>> =>
  (value, spot) => {
    if (!isTable(value)) return fail(value, spot, 'a map from ids')
    const entries: [string, T][] = []
    for (const [id, plain] of value) {
      const at = below(spot, id)
      const name = slug(id, at)
      const read = item(id)(plain, at)
      if (name !== undefined && read !== undefined) entries.push([name, read])
    }
    return entries.length === value.size ? Object.fromEntries(entries) : undefined
  }

/** Reads, then turns what was read into something else. */
export const mapped =
  <A, B>(read: Reader<A>, turn: (value: A) => B): Reader<B> =>
  (value, spot) => {
    const inner = read(value, spot)
    return inner === undefined ? undefined : turn(inner)
  }

/** An explicit nothing (`null`, `~`, or an empty value), or what the reader takes. */
export const nullable =
  <T>(read: Reader<T>): Reader<T | null> =>
  (value, spot) =>
    value === null ? null : read(value, spot)

/** Any text that UTF-8 can carry. */
export const text: Reader<string> = (value, spot) =>
  typeof value === 'string' && value.isWellFormed() ? value : fail(value, spot, 'text')

/** An id: `acme`, `core-2`. */
export const slug: Reader<string> = (value, spot) =>
  typeof value === 'string' && ID_PATTERN.test(value)
    ? value
    : fail(value, spot, 'an id: up to 63 lower-case letters, digits and "-"')

/** A whole number within bounds. */
export const integer =
  (min: number, max = Number.MAX_SAFE_INTEGER): Reader<number> =>
  (value, spot) => {
    const number =
      typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
    // What is no number is neither; what is above the safe integers is above any bound.
    if (number >= min && number <= max) return number
    return fail(value, spot, `a whole number from ${min} to ${max}`)
  }

/** `true` or `false`. */
export const boolean: Reader<boolean> = (value, spot) =>
  value === 'true' ? true : value === 'false' ? false : fail(value, spot, 'true or false')

/** One of a few words. */
export const word =
  <const W extends string>(words: readonly W[]): Reader<W> =>
  (value, spot) => {
    const found = words.find((candidate) => candidate === value)
    if (found !== undefined) return found
    if (typeof value !== 'string') return fail(value, spot, `one of ${words.join(', ')}`)
    spot.problems.push(unknownWord(spot.path, 'word', value, words))
    return undefined
  }

/** A threshold: `2/3`, `66.7%`, `0.5`. */
export const threshold: Reader<Fraction> = (value, spot) =>
  parsed(value, spot, 'a fraction of more than 0, at most 1', parseThreshold)

/** A duration in ms: `7d`, `1d12h`. */
export const duration: Reader<number> = (value, spot) =>
  parsed(value, spot, 'a duration', parseDuration)

/** A public key as 64 hex digits. */
export const keyReader: Reader<Uint8Array> = (value, spot) => {
  const key = typeof value === 'string' ? value.toLowerCase() : ''
  return isKeyId(key) ? keyBytes(key) : fail(value, spot, 'a key: 64 hex digits')
}

/** The CID of an operation. */
export const cidReader: Reader<CID> = (value, spot) =>
  typeof value === 'string' && isOpCid(value)
    ? CID.parse(value)
    : fail(value, spot, 'the CID of an operation: bafyrei…')

function parsed<T>(
  value: Plain,
  spot: Spot,
  expected: string,
  parse: (text: string) => Result<T>,
): T | undefined {
  if (typeof value !== 'string') return fail(value, spot, expected)
  const result = parse(value)
  if (result.ok) return result.value
  const why = result.hint === undefined ? result.message : `${result.message}: ${result.hint}`
  return fail(value, spot, expected, why)
}

/** What stands in a text, in a few words. */
export function describe(value: Plain): string {
  if (value === null) return 'nothing'
  if (typeof value === 'string') return `"${clip(value)}"`
  return isTable(value) ? 'a map' : 'a list'
}
