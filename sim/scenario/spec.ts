/**
 * One definition of each field of a scenario: how it is read, with an exact error, and how editors
 * are told of it (JSON Schema). Built on the readers of charters.
 */
import { parseDuration } from '../../src/charter/duration.ts'
import { parseThreshold } from '../../src/charter/fraction.ts'
import { problem, unknownWord } from '../../src/charter/problem.ts'
import {
  below,
  type Field,
  fail,
  type Reader,
  list as readList,
  record as readRecord,
  word as readWord,
} from '../../src/charter/reader.ts'
import type { Fraction } from '../../src/charter/schema.ts'
import { isTable, type Plain } from '../../src/charter/source.ts'
import type { Distribution } from '../random/distribution.ts'

/** A JSON Schema, as far as scenarios need it. */
export type JsonSchema = { readonly [key: string]: unknown }

/** A kind of value: read from text, described for editors. */
export interface Spec<T> {
  readonly read: Reader<T>
  readonly schema: JsonSchema
}

/** A field of a map. */
export interface SpecField<T> extends Field<T> {
  readonly schema: JsonSchema
}

/** A field that must be given. */
export const needed = <T>(spec: Spec<T>, about: string): SpecField<T> => ({
  read: spec.read,
  schema: { ...spec.schema, description: about },
})

/** A field that may be left out, and what holds then. */
export const optional = <T, const D>(spec: Spec<T>, value: D, about: string): SpecField<T | D> => ({
  read: spec.read,
  otherwise: { value },
  schema: { ...spec.schema, description: about },
})

type Fields = Readonly<Record<string, SpecField<unknown>>>
type Shape<F extends Fields> = { [K in keyof F]: F[K] extends SpecField<infer T> ? T : never }

/** A map with exactly these fields. */
export function record<F extends Fields>(fields: F): Spec<Shape<F>> {
  const entries = Object.entries(fields)
  const required = entries.flatMap(([name, { otherwise }]) => (otherwise ? [] : [name]))
  return {
    read: readRecord(fields) as Reader<Shape<F>>,
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])),
      ...(required.length > 0 && { required }),
    },
  }
}

/** A list. */
export const list = <T>(item: Spec<T>, most = Number.POSITIVE_INFINITY): Spec<T[]> => ({
  read: (value, spot) => {
    const read = readList(item.read)(value, spot)
    if (!read || read.length <= most) return read
    return fail(value, spot, `a list of at most ${most}`)
  },
  schema: { type: 'array', items: item.schema },
})

/** One of a few words. */
export const word = <const W extends string>(words: readonly W[]): Spec<W> => ({
  read: readWord(words),
  schema: { enum: words },
})

/** Reads, then turns what was read into something else. */
export const mapped = <A, B>(spec: Spec<A>, turn: (value: A) => B): Spec<B> => ({
  schema: spec.schema,
  read: (value, spot) => {
    const read = spec.read(value, spot)
    return read === undefined ? undefined : turn(read)
  },
})

/** The first of several kinds whose shape fits; the last one's error is told. */
export const either = <A, B>(
  fits: (value: Plain) => boolean,
  a: Spec<A>,
  b: Spec<B>,
): Spec<A | B> => ({
  read: (value, spot) => (fits(value) ? a.read(value, spot) : b.read(value, spot)),
  schema: { anyOf: [a.schema, b.schema] },
})

/** Any text in one line. */
export const line = (longest: number): Spec<string> => ({
  schema: { type: 'string', maxLength: longest },
  read: (value, spot) =>
    typeof value === 'string' && value.length > 0 && value.length <= longest
      ? value
      : fail(value, spot, `text of 1 to ${longest} characters`),
})

/** A whole number within bounds. */
export const whole = (least: number, most: number): Spec<number> => ({
  schema: { type: 'integer', minimum: least, maximum: most },
  read: (value, spot) => {
    const isWhole = typeof value === 'string' && /^-?\d{1,16}$/.test(value)
    const number = isWhole ? Number(value) : Number.NaN
    if (number >= least && number <= most) return number
    return fail(value, spot, `a whole number from ${least} to ${most}`)
  },
})

/** A number with a fraction part. */
export const decimal = (least: number, most: number): Spec<number> => ({
  schema: { type: 'number', minimum: least, maximum: most },
  read: (value, spot) => {
    const isNumber = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
    const number = isNumber ? Number(value) : Number.NaN
    if (number >= least && number <= most) return number
    return fail(value, spot, `a number from ${least} to ${most}`)
  },
})

/** `true` or `false`. */
export const flag: Spec<boolean> = {
  schema: { type: 'boolean' },
  read: (value, spot) =>
    value === 'true' ? true : value === 'false' ? false : fail(value, spot, 'true or false'),
}

/** A share of a whole: `0.8`, `1%`, `2/3`; from 0 to 1. */
export const share: Spec<number> = {
  schema: { type: ['number', 'string'], pattern: '^\\d+(\\.\\d+)?%?$|^\\d+/\\d+$' },
  read: (value, spot) => {
    const number = typeof value === 'string' ? shareOf(value) : Number.NaN
    return number >= 0 && number <= 1
      ? number
      : fail(value, spot, 'a share from 0 to 1, such as 0.8, 5% or 2/3')
  },
}

function shareOf(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)(%|\/(\d+))?$/.exec(text)
  if (!parts) return Number.NaN
  const [, number = '', unit, divisor] = parts
  if (unit === '%') return Number(number) / 100
  return divisor === undefined ? Number(number) : Number(number) / Number(divisor)
}

/** An exact fraction of more than 0, at most 1. */
export const fraction: Spec<Fraction> = {
  schema: { type: ['number', 'string'] },
  read: (value, spot) => {
    const read = typeof value === 'string' ? parseThreshold(value) : undefined
    return read?.ok ? read.value : fail(value, spot, 'a fraction of more than 0, at most 1')
  },
}

/** A length of time in ms: `10d`, `1d12h`, `250ms`. */
export const duration = (most: number): Spec<number> => ({
  schema: { type: 'string', pattern: '^(\\d+(d|h|m|s|ms))+$' },
  read: (value, spot) => {
    if (typeof value !== 'string') return fail(value, spot, 'a duration')
    if (/^-/.test(value))
      return fail(value, spot, 'a duration of 0s or more', 'time does not run backwards here')
    const read = parseDuration(value)
    if (!read.ok) return fail(value, spot, 'a duration', read.hint)
    return read.value <= most ? read.value : fail(value, spot, `at most ${most / 86_400_000}d`)
  },
})

/** A length of time that may be negative, in ms: a clock that is behind. */
export const signedDuration: Spec<number> = {
  schema: { type: 'string', pattern: '^-?(\\d+(d|h|m|s|ms))+$' },
  read: (value, spot) => {
    const text = typeof value === 'string' ? value : ''
    const read = parseDuration(text.replace(/^-/, ''))
    if (!read.ok) return fail(value, spot, 'a duration such as 3h or -20m')
    return text.startsWith('-') ? -read.value : read.value
  },
}

const LAWS = ['constant', 'uniform', 'lognormal', 'exponential'] as const

/** A distribution over time: `8h`, `uniform(1h, 3h)`, `lognormal(8h, 1.2)`, `exponential(2d)`. */
export const distribution: Spec<Distribution> = {
  schema: {
    type: 'string',
    examples: ['8h', 'uniform(1h, 3h)', 'lognormal(8h, 1.2)', 'exponential(2d)'],
  },
  read: (value, spot) => {
    const parts = /^([a-z-]+)\(([^()]*)\)$/.exec(typeof value === 'string' ? value : '')
    const law = parts?.[1]
    if (law !== undefined && !LAWS.some((known) => known === law)) {
      spot.problems.push(unknownWord(spot.path, 'distribution', law, LAWS))
      return undefined
    }
    const read = parts
      ? drawnFrom(
          law ?? '',
          (parts[2] ?? '').split(',').map((part) => part.trim()),
        )
      : constant(value)
    const examples = 'a time such as 8h, uniform(1h, 3h), lognormal(8h, 1.2) or exponential(2d)'
    return read ?? fail(value, spot, examples)
  },
}

const msOf = (text: string | undefined): number | undefined => {
  const read = parseDuration(text ?? '')
  return read.ok ? read.value : undefined
}

function constant(value: Plain): Distribution | undefined {
  const ms = typeof value === 'string' ? msOf(value) : undefined
  return ms === undefined ? undefined : { kind: 'constant', ms }
}

function drawnFrom(law: string, [first, second, ...more]: string[]): Distribution | undefined {
  const a = msOf(first)
  if (a === undefined || more.length > 0) return undefined
  if (law === 'constant' && second === undefined) return { kind: 'constant', ms: a }
  if (law === 'exponential' && second === undefined) return { kind: 'exponential', meanMs: a }
  if (law === 'uniform') {
    const b = msOf(second)
    return b === undefined || b < a ? undefined : { kind: 'uniform', leastMs: a, mostMs: b }
  }
  const sigma = /^\d+(\.\d+)?$/.test(second ?? '') ? Number(second) : Number.NaN
  return law === 'lognormal' && sigma <= 5 ? { kind: 'lognormal', medianMs: a, sigma } : undefined
}

/** Bits a second: `10Mbit`, `512kbit`, `1Gbit`. */
export const bandwidth: Spec<number> = {
  schema: { type: 'string', pattern: '^\\d+(k|M|G)bit$' },
  read: (value, spot) => {
    const parts = /^(\d{1,6})(k|M|G)bit$/.exec(typeof value === 'string' ? value : '')
    const unit = { k: 1e3, M: 1e6, G: 1e9 }[parts?.[2] ?? '']
    if (!parts || unit === undefined || parts[1] === '0')
      return fail(value, spot, 'bits a second, such as 512kbit, 10Mbit or 1Gbit')
    return Number(parts[1]) * unit
  },
}

/** A map whose single key among several says what it is, with further fields beside it. */
export function tagged<T>(
  what: string,
  kinds: Readonly<Record<string, Spec<T>>>,
  others: readonly string[],
): Spec<T> {
  const names = Object.keys(kinds)
  return {
    schema: { anyOf: Object.values(kinds).map(({ schema }) => schema) },
    read: (value, spot) => {
      if (!isTable(value)) return fail(value, spot, `a map with one of ${names.join(', ')}`)
      const found = [...value.keys()].filter((name) => names.includes(name))
      const [kind] = found
      if (kind !== undefined && found.length === 1) return kinds[kind]?.read(value, spot)
      if (found.length > 1) {
        const said = found.map((name) => `"${name}"`).join(' and ')
        spot.problems.push(problem(spot.path, `${said} in one ${what}`, `one ${what} a line`))
        return undefined
      }
      const odd = [...value.keys()].find((name) => !others.includes(name))
      if (odd === undefined) return fail(value, spot, `a ${what}: one of ${names.join(', ')}`)
      spot.problems.push(unknownWord(below(spot, odd).path, what, odd, names))
      return undefined
    },
  }
}
