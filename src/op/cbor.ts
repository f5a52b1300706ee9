/**
 * Strict dag-cbor (design §2.1): one value has one spelling, and every other spelling is refused.
 * Decoding and the check that the bytes re-encode to themselves are one pass, because the
 * library's decoder accepts unsorted keys, floats, long integers and broken UTF-8.
 * Encoding gives the library's bytes.
 */
import { encode as dagCborEncode } from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import { writtenBy } from './cbor-writer.ts'
import { isOpCidBytes, linkFromBytes } from './cid.ts'
import type { Value } from './ids.ts'
import { MAX_DEPTH } from './limits.ts'
import { isNormal } from './nfc.ts'
import { accept, type Result, refuse } from './refusal.ts'

/**
 * Canonical dag-cbor of a value. Fractions and text that is not NFC are encoded as they are, and
 * refused by `decodeValue`. A copy, because on Node the library returns a `Buffer` of its pool.
 */
export const encodeValue = (value: Value): Uint8Array<ArrayBuffer> =>
  writtenBy(
    (writer) => writer.value(value),
    () => new Uint8Array(dagCborEncode(value)),
  )

/** Decodes canonical dag-cbor; refuses (`malformed`) anything that would not re-encode to itself. */
export function decodeValue(bytes: Uint8Array): Result<Value> {
  try {
    const reader = new CborReader(bytes)
    const value = reader.value(0)
    reader.end()
    return accept(value)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return refuse('malformed', `not canonical dag-cbor: ${error.message}`)
  }
}

/** What a `CborReader` throws: the bytes are not what was asked for, or not canonical. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** ASCII up to this length is faster decoded by hand than by `TextDecoder`. */
const SHORT_TEXT = 12

/**
 * `__proto__` would not become a property; the library's encoder takes a map in which `/` equals
 * `bytes` for a link and fails on it, and dag-json reserves `/`.
 */
const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', '/'])

/** Reads canonical dag-cbor from the front; each method throws `Malformed` for anything else. */
export class CborReader {
  private at = 0
  private readonly input: Uint8Array

  constructor(bytes: Uint8Array) {
    this.input = bytes
  }

  /** Nothing is left. */
  end(): void {
    if (this.at !== this.input.length) this.fail('bytes after the value')
  }

  /** Exactly these bytes are next. */
  literal(expected: Uint8Array): void {
    for (let i = 0; i < expected.length; i++)
      if (this.input[this.at + i] !== expected[i]) this.fail('other bytes than expected')
    this.at += expected.length
  }

  /** The argument of a head of this major type: an unsigned integer, or how much follows. */
  head(major: number): number {
    const head = this.byte()
    if (head >> 5 !== major) this.fail('another type than expected')
    return this.uint(head & 31)
  }

  /** True, and it is read, when `null` is next. */
  skipNull(): boolean {
    if (this.input[this.at] !== 0xf6) return false
    this.at++
    return true
  }

  /** A value that lies `depth` maps and lists deep. */
  value(depth: number): Value {
    const head = this.byte()
    const info = head & 31
    switch (head >> 5) {
      case 0:
        return this.uint(info)
      case 1:
        return -1 - this.uint(info, Number.MAX_SAFE_INTEGER - 1)
      case 2:
        return this.copy(this.uint(info))
      case 3:
        return this.text(this.uint(info))
      case 4:
        return this.list(this.uint(info), this.deeper(depth))
      case 5:
        return this.entries(this.uint(info), this.deeper(depth))
      case 6:
        return this.link(info)
      default:
        return this.simple(head)
    }
  }

  /** A byte string, copied. */
  bytes(): Uint8Array {
    return this.copy(this.head(2))
  }

  /** A byte string as a view of the input. */
  bytesView(): Uint8Array {
    return this.take(this.head(2))
  }

  /** A map that lies `depth` maps and lists deep. */
  map(depth: number): { readonly [key: string]: Value } {
    return this.entries(this.head(5), this.deeper(depth))
  }

  private deeper(depth: number): number {
    if (depth >= MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH}`)
    return depth + 1
  }

  private list(length: number, depth: number): Value[] {
    if (length > this.input.length - this.at) this.fail('list longer than the bytes')
    const items: Value[] = []
    for (let i = 0; i < length; i++) items.push(this.value(depth))
    return items
  }

  private entries(size: number, depth: number): { readonly [key: string]: Value } {
    const entries: Record<string, Value> = {}
    let lastStart = -1
    let lastEnd = -1
    for (let i = 0; i < size; i++) {
      const head = this.byte()
      if (head >> 5 !== 3) this.fail('map key that is not a string')
      const length = this.uint(head & 31)
      const start = this.at
      const key = this.text(length)
      if (lastStart >= 0 && this.compare(lastStart, lastEnd, start, this.at) >= 0)
        this.fail(`map key "${key}" out of order or twice`)
      if (RESERVED_KEYS.has(key)) this.fail(`reserved map key "${key}"`)
      lastStart = start
      lastEnd = this.at
      entries[key] = this.value(depth)
    }
    return entries
  }

  /** Map keys sort by length first, then bytewise (dag-cbor specification, "Strictness"). */
  private compare(aStart: number, aEnd: number, bStart: number, bEnd: number): number {
    const byLength = aEnd - aStart - (bEnd - bStart)
    if (byLength !== 0) return byLength
    for (let i = 0; aStart + i < aEnd; i++) {
      const difference = this.peek(aStart + i) - this.peek(bStart + i)
      if (difference !== 0) return difference
    }
    return 0
  }

  /** Text of so many bytes. */
  text(length: number): string {
    const start = this.at
    const bytes = this.take(length)
    if (length <= SHORT_TEXT) {
      const short = this.ascii(start, this.at)
      if (short !== undefined) return short
    }
    let text: string
    try {
      text = utf8.decode(bytes)
    } catch {
      return this.fail('string that is not UTF-8')
    }
    // One UTF-16 unit a byte means ASCII, which is always in normal form.
    if (text.length !== length && !isNormal(text)) this.fail('string that is not in normal form C')
    return text
  }

  /** The text between two positions, while it is ASCII. */
  private ascii(start: number, end: number): string | undefined {
    let text = ''
    for (let at = start; at < end; at++) {
      const byte = this.peek(at)
      if (byte > 127) return undefined
      text += String.fromCharCode(byte)
    }
    return text
  }

  private link(info: number): CID {
    if (info !== 24 || this.byte() !== 42) this.fail('tag other than 42 (a link)')
    const head = this.byte()
    if (head >> 5 !== 2) this.fail('link that is not a byte string')
    const length = this.uint(head & 31)
    if (length === 0 || this.byte() !== 0) this.fail('link without the identity prefix')
    const bytes = this.copy(length - 1)
    return isOpCidBytes(bytes) ? linkFromBytes(bytes) : this.foreignLink(bytes)
  }

  private foreignLink(bytes: Uint8Array): CID {
    try {
      const cid = CID.decode(bytes)
      if (cid.bytes.length === bytes.length && cid.bytes.every((b, i) => b === bytes[i])) return cid
    } catch {
      // falls through to the one failure below
    }
    return this.fail('link that is not a CID')
  }

  private simple(head: number): Value {
    if (head === 0xf4) return false
    if (head === 0xf5) return true
    if (head === 0xf6) return null
    return this.fail(
      head >= 0xf9 && head <= 0xfb ? 'floating-point number' : 'unknown simple value',
    )
  }

  /** The argument of a head, in its shortest form only. */
  private uint(info: number, max = Number.MAX_SAFE_INTEGER): number {
    if (info < 24) return info
    const size = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : 0
    if (size === 0) this.fail('indefinite or reserved length')
    const start = this.at
    this.take(size)
    const value = this.wide(start, size)
    const least = size === 1 ? 24 : size === 2 ? 0x100 : size === 4 ? 0x10000 : 0x100000000
    if (value < least) this.fail('integer or length not in its shortest form')
    if (value > max) this.fail('integer beyond 2^53 - 1')
    return value
  }

  private wide(start: number, size: number): number {
    let value = 0
    for (let at = start; at < start + size; at++) value = value * 256 + this.peek(at)
    return value
  }

  private byte(): number {
    if (this.at >= this.input.length) this.fail('cut short')
    return this.peek(this.at++)
  }

  private peek(at: number): number {
    return this.input[at] as number
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array {
    if (length > this.input.length - this.at) this.fail('cut short')
    this.at += length
    return this.input.subarray(this.at - length, this.at)
  }

  /** Bytes of their own: `slice` would be a view where the input is a Node Buffer. */
  private copy(length: number): Uint8Array {
    return new Uint8Array(this.take(length))
  }

  private fail(what: string): never {
    throw new Malformed(`${what} at byte ${this.at}`)
  }
}
