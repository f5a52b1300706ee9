/**
 * Writes canonical dag-cbor of what operations and messages are made of, several times faster than
 * the library, which makes a token of everything. What it does not know (a fraction, a map key that
 * is not ASCII or that the library may take for a link's, an object of another kind) it leaves to the
 * library: see `writtenBy`.
 */
import { CID } from 'multiformats/cid'
import type { Value } from './ids.ts'

/** Bytes that there is room for at first. */
const FIRST_ROOM = 4096
/** Most room that is kept for the next value. */
const MAX_KEPT = 0x4_0000
/** Most bytes of a head: one that says the type, eight for its argument. */
const MAX_HEAD = 9
/** Most bytes that UTF-8 makes of one UTF-16 unit. */
const MAX_UTF8 = 3
const TWO_TO_32 = 0x1_0000_0000

/** What a `CborWriter` throws where the library must decide. */
class Unwritten extends Error {
  override readonly name = 'Unwritten'
}

const utf8 = new TextEncoder()

/** What is written by a writer; where that cannot write it, what the library makes of it. */
export function writtenBy(
  write: (writer: CborWriter) => void,
  library: () => Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  try {
    write(writer.begin())
    return writer.end()
  } catch (error) {
    if (!(error instanceof Unwritten)) throw error
    return library()
  }
}

/** Appends canonical dag-cbor to bytes that grow. */
export class CborWriter {
  private room = new Uint8Array(FIRST_ROOM)
  private at = 0

  /** Forgets what was written. */
  begin(): this {
    this.at = 0
    if (this.room.length > MAX_KEPT) this.room = new Uint8Array(FIRST_ROOM)
    return this
  }

  /** A copy of what was written. */
  end(): Uint8Array<ArrayBuffer> {
    return this.room.slice(0, this.at)
  }

  /** Exactly these bytes. */
  literal(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.room.set(bytes, this.at)
    this.at += bytes.length
  }

  /** A head: a major type, and an unsigned integer or how much follows, in its shortest form. */
  head(major: number, argument: number): void {
    this.reserve(MAX_HEAD)
    const type = major << 5
    if (argument < 24) this.byte(type | argument)
    else if (argument < 0x100) this.wide(type | 24, argument, 1)
    else if (argument < 0x10000) this.wide(type | 25, argument, 2)
    else if (argument < TWO_TO_32) this.wide(type | 26, argument, 4)
    else this.wide(type | 27, argument, 8)
  }

  /** A byte string. */
  bytes(bytes: Uint8Array): void {
    this.head(2, bytes.length)
    this.literal(bytes)
  }

  /** A string. */
  text(text: string): void {
    this.head(3, text.length)
    this.reserve(MAX_UTF8 * text.length)
    const start = this.at
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 127) {
        this.wideText(text, start)
        return
      }
      this.room[this.at++] = code
    }
  }

  /** Any value that it knows; throws `Unwritten` for others. */
  value(value: Value): void {
    if (typeof value === 'string') this.text(value)
    else if (typeof value === 'number') this.integer(value)
    else if (typeof value === 'boolean') this.simple(value ? 0xf5 : 0xf4)
    else if (value === null) this.simple(0xf6)
    else if (typeof value === 'object') this.object(value)
    else throw new Unwritten(typeof value)
  }

  /** A map, its keys in the order of dag-cbor: by length, then bytewise. */
  map(map: { readonly [key: string]: Value }): void {
    const keys = Object.keys(map).sort(byLengthThenBytes)
    this.head(5, keys.length)
    for (const key of keys) {
      if (key === '/' || !isAscii(key)) throw new Unwritten('key')
      this.text(key)
      this.value(map[key] as Value)
    }
  }

  private object(value: Exclude<Value, string | number | boolean | null>): void {
    if (value instanceof Uint8Array) this.bytes(value)
    else if (Array.isArray(value)) this.list(value)
    else if (value instanceof CID) this.link(value)
    else if (Object.getPrototypeOf(value) === Object.prototype)
      this.map(value as { readonly [key: string]: Value })
    else throw new Unwritten('object')
  }

  private list(list: readonly Value[]): void {
    this.head(4, list.length)
    for (const item of list) this.value(item)
  }

  private link({ bytes }: CID): void {
    this.reserve(2)
    this.byte(0xd8)
    this.byte(42)
    this.head(2, 1 + bytes.length)
    this.reserve(1)
    this.byte(0)
    this.literal(bytes)
  }

  private integer(value: number): void {
    if (!Number.isSafeInteger(value)) throw new Unwritten('number')
    if (value < 0) this.head(1, -1 - value)
    else this.head(0, value)
  }

  /** UTF-8 may be longer than its head has room for: both are written again. */
  private wideText(text: string, start: number): void {
    const bytes = utf8.encode(text)
    const headBytes = text.length < 24 ? 1 : text.length < 0x100 ? 2 : text.length < 0x10000 ? 3 : 5
    this.at = start - headBytes
    this.head(3, bytes.length)
    this.literal(bytes)
  }

  private simple(byte: number): void {
    this.reserve(1)
    this.byte(byte)
  }

  private wide(head: number, argument: number, size: number): void {
    this.byte(head)
    let left = argument
    for (let at = this.at + size - 1; at >= this.at; at--) {
      this.room[at] = left % 256
      left = Math.floor(left / 256)
    }
    this.at += size
  }

  private byte(byte: number): void {
    this.room[this.at++] = byte
  }

  private reserve(count: number): void {
    if (this.at + count <= this.room.length) return
    const grown = new Uint8Array(2 * (this.at + count))
    grown.set(this.room)
    this.room = grown
  }
}

/** One for everybody: nothing is written while something else is. */
const writer = new CborWriter()

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}

const byLengthThenBytes = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1)
