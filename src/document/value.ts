/**
 * Values in documents: null, booleans, integers, bytes, text (which people edit together), lists,
 * maps, and counters, written `{ $counter: n }`. No fractions, as in every operation (design §2.1).
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { CID } from 'multiformats/cid'
import { encodeValue } from '../op/cbor.ts'
import type { Value } from '../op/ids.ts'
import { MAX_COUNT, MAX_KEY_LENGTH, MAX_PLACE_DEPTH } from './limits.ts'

/** The only key of a map that stands for a counter. Keys that begin like it are for such marks. */
export const COUNTER_KEY = '$counter'

/** A value that is a map, of whatever it holds. */
export type ValueMap = { readonly [key: string]: Value }

/** True for a map, and for nothing else that is an object. */
export const isValueMap = (value: Value | undefined): value is ValueMap =>
  typeof value === 'object' &&
  value !== null &&
  !isValueList(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof CID)

/** True for a list. */
export const isValueList = (value: Value | undefined): value is readonly Value[] =>
  Array.isArray(value)

/** True for what may name an entry of a map. */
export const isKey = (key: unknown): boolean =>
  typeof key === 'string' && key.length > 0 && key.length <= MAX_KEY_LENGTH && !key.startsWith('$')

/** The start of a counter, if the value is one. */
export function counterOf(value: Value): number | undefined {
  if (!isValueMap(value) || Object.keys(value).length !== 1) return undefined
  const start = value[COUNTER_KEY]
  return isCount(start) ? start : undefined
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) <= MAX_COUNT

/** The keys of a map in the one order in which every node puts them. */
export const keysOf = (map: ValueMap): string[] => Object.keys(map).sort()

/** How much a value is. */
export interface Measure {
  /** Units of text, keys included. */
  readonly text: number
  /** Text and one for every value: what counts towards the size of a document. */
  readonly size: number
  /** Lists and maps around the innermost value. */
  readonly depth: number
  /** What no document can hold. */
  readonly fault: string | undefined
}

const LEAF: Measure = { text: 0, size: 1, depth: 0, fault: undefined }

/** Measures whatever was given; what nests too deep for any document is not looked into. */
export function measure(value: unknown, room = MAX_PLACE_DEPTH + 1): Measure {
  if (room < 0) return { ...LEAF, fault: 'nested too deep' }
  if (typeof value === 'string' || value instanceof Uint8Array)
    return { ...LEAF, text: value.length, size: 1 + value.length }
  if (value === null || typeof value === 'boolean' || Number.isSafeInteger(value)) return LEAF
  if (Array.isArray(value))
    return sum(
      value.map((item) => measure(item, room - 1)),
      '',
    )
  if (typeof value !== 'object' || value instanceof CID)
    return { ...LEAF, fault: typeof value === 'number' ? 'a fraction' : 'what no document holds' }
  const entries: readonly [string, unknown][] = Object.entries(value)
  const [only, ...more] = entries
  if (only?.[0] === COUNTER_KEY && more.length === 0 && isCount(only[1])) return LEAF
  const whole = sum(
    entries.map(([, item]) => measure(item, room - 1)),
    entries.map(([key]) => key).join(''),
  )
  const bad = entries.find(([key]) => !isKey(key))
  return bad === undefined ? whole : { ...whole, fault: `the key "${bad[0]}"` }
}

function sum(parts: readonly Measure[], keys: string): Measure {
  let text = keys.length
  let size = 1 + keys.length
  let depth = 0
  let fault: string | undefined
  for (const part of parts) {
    text += part.text
    size += part.size
    depth = Math.max(depth, part.depth)
    fault ??= part.fault
  }
  return { text, size, depth: depth + 1, fault }
}

/** sha256 of the canonical dag-cbor of a plain value: what a freeze states. */
export const digestOfValue = (value: Value): Uint8Array => sha256(encodeValue(value))
