/**
 * Values as people read and write them: prose as it is, data as YAML (or JSON, which is YAML too).
 * Bytes are written `{ $bytes: base64 }`; a number is written in place of a counter's.
 */
import { parse, stringify } from 'yaml'
import type { Value } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { isValueList, isValueMap, keysOf, measure } from './value.ts'

/** The only key of a map that stands for bytes. */
export const BYTES_KEY = '$bytes'

/** A value as text: of prose the prose, of data YAML with sorted keys. */
export const renderValue = (value: Value): string =>
  typeof value === 'string' ? value : stringify(toPlain(value), { lineWidth: 100 })

/** A value as JSON. */
export const renderJson = (value: Value): string => `${JSON.stringify(toPlain(value), null, 2)}\n`

/** Reads data from YAML or JSON; refuses (`invalid-value`) what no document can hold. */
export function readValue(source: string): Result<Value> {
  let plain: unknown
  try {
    plain = parse(source, { maxAliasCount: 0 })
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return refuse('invalid-value', `not YAML: ${message}`)
  }
  return fromPlain(plain ?? {})
}

/** A value as JSON can carry it. */
export function toPlain(value: Value): unknown {
  if (value instanceof Uint8Array) return { [BYTES_KEY]: toBase64(value) }
  if (isValueList(value)) return value.map(toPlain)
  if (!isValueMap(value)) return value
  return Object.fromEntries(keysOf(value).map((key) => [key, toPlain(value[key] ?? null)]))
}

/** The value of what JSON carried. */
export function fromPlain(plain: unknown): Result<Value> {
  const value = revive(plain)
  const { fault } = measure(value)
  // cast: `measure` finds no fault in values only.
  return fault === undefined ? accept(value as Value) : refuse('invalid-value', `it holds ${fault}`)
}

function revive(plain: unknown): unknown {
  if (typeof plain === 'string') return plain.normalize('NFC')
  if (Array.isArray(plain)) return plain.map(revive)
  if (typeof plain !== 'object' || plain === null) return plain
  const entries: readonly [string, unknown][] = Object.entries(plain)
  const [only, ...more] = entries
  if (only?.[0] === BYTES_KEY && more.length === 0) return fromBase64(only[1])
  return Object.fromEntries(entries.map(([key, item]) => [key.normalize('NFC'), revive(item)]))
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3)
    const bits = (a << 16) | (b << 8) | c
    for (let i = 0; i < 4; i++)
      text += at + i > bytes.length ? '=' : DIGITS.charAt((bits >> (18 - 6 * i)) & 63)
  }
  return text
}

/** The bytes; undefined, which no document holds, for what is not base64. */
function fromBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,3}=*)?$/.test(text))
    return undefined
  const digits = [...text.replace(/=+$/, '')].map((digit) => DIGITS.indexOf(digit))
  const bytes = new Uint8Array(Math.floor((digits.length * 6) / 8))
  for (const [i] of bytes.entries()) {
    const bit = i * 8
    const first = Math.floor(bit / 6)
    const window = ((digits[first] ?? 0) << 6) | (digits[first + 1] ?? 0)
    bytes[i] = (window >> (4 - (bit % 6))) & 255
  }
  return bytes
}
