/**
 * Finds operations in a damaged database without its trees: every leaf page is parsed by itself
 * (sqlite.org/fileformat2.html §1.6 and §2), so an unreadable inner page hides nothing below it.
 * The result is unordered, may be stale, and is believed only after hashing.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { MAX_OP_BYTES } from '../../src/op/limits.ts'
import { PAGE_BYTES } from './schema.ts'

/** The blobs of one row that looks like an operation's. */
export interface ScannedOp {
  readonly digest: Uint8Array
  readonly bytes: Uint8Array
  readonly sig: Uint8Array | null
}

/** First byte of a leaf page of a table. */
const TABLE_LEAF = 0x0d
const LEAF_HEADER_BYTES = 8
/** Columns of `op` in the order of its definition. */
const [DIGEST, BYTES, SIG, COLUMNS] = [1, 4, 5, 8] as const
/** Payload that stays in its page, and the least that stays when some overflows (§1.6). */
const MAX_LOCAL = PAGE_BYTES - 35
const MIN_LOCAL = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23
const OVERFLOW_BYTES = PAGE_BYTES - 4
/** An operation and the other columns of its row. */
const MAX_PAYLOAD_BYTES = MAX_OP_BYTES + 1024

/** A page by its number, from 1; `undefined` beyond the end of the file. */
type Pages = (number: number) => Buffer | undefined

/** Rows of any leaf page of the database file at `path` that have the shape of an operation's. */
export function* scanPages(path: string): Iterable<ScannedOp> {
  const file = openSync(path, 'r')
  const pages: Pages = (number) => {
    const page = Buffer.alloc(PAGE_BYTES)
    const isThere = number > 0 && readSync(file, page, 0, PAGE_BYTES, (number - 1) * PAGE_BYTES)
    return isThere === PAGE_BYTES ? page : undefined
  }
  try {
    for (let number = 1; ; number++) {
      const page = pages(number)
      if (page === undefined) return
      yield* rowsOf(page, pages)
    }
  } finally {
    closeSync(file)
  }
}

function* rowsOf(page: Buffer, pages: Pages): Iterable<ScannedOp> {
  if (page[0] !== TABLE_LEAF) return
  const cells = Math.min(page.readUInt16BE(3), (PAGE_BYTES - LEAF_HEADER_BYTES) / 2)
  for (let i = 0; i < cells; i++) {
    const at = page.readUInt16BE(LEAF_HEADER_BYTES + 2 * i)
    const size = varint(page, at)
    const rowId = varint(page, size.end)
    const payload = payloadAt(page, rowId.end, size.value, pages)
    const row = payload && opOf(payload)
    if (row !== undefined) yield row
  }
}

/** The payload of a cell, gathered from its overflow pages; `undefined` when it cannot be one. */
function payloadAt(page: Buffer, start: number, size: number, pages: Pages): Buffer | undefined {
  if (size > MAX_PAYLOAD_BYTES) return undefined
  const spilled = MIN_LOCAL + ((size - MIN_LOCAL) % OVERFLOW_BYTES)
  const local = size <= MAX_LOCAL ? size : spilled <= MAX_LOCAL ? spilled : MIN_LOCAL
  const end = start + local
  if (end + 4 > PAGE_BYTES && (local < size || end > PAGE_BYTES)) return undefined
  const parts = [page.subarray(start, end)]
  let next = local < size ? page.readUInt32BE(end) : 0
  for (let left = size - local; left > 0; left -= OVERFLOW_BYTES) {
    const overflow = pages(next)
    if (overflow === undefined) return undefined
    next = overflow.readUInt32BE(0)
    parts.push(overflow.subarray(4, 4 + Math.min(left, OVERFLOW_BYTES)))
  }
  return Buffer.concat(parts)
}

/** Reads a record (§2.1): serial types first, then the values. */
function opOf(payload: Buffer): ScannedOp | undefined {
  const header = varint(payload, 0)
  const blobs: (Uint8Array | null)[] = []
  let value = header.value
  for (let at = header.end; at < header.value && at < payload.length; ) {
    const type = varint(payload, at)
    const length = lengthOf(type.value)
    const isBlob = type.value >= 12 && type.value % 2 === 0
    blobs.push(isBlob ? Uint8Array.from(payload.subarray(value, value + length)) : null)
    value += length
    at = type.end
  }
  const digest = blobs[DIGEST]
  const bytes = blobs[BYTES]
  if (blobs.length !== COLUMNS || !digest || !bytes) return undefined
  return { digest, bytes, sig: blobs[SIG] ?? null }
}

/** Bytes of a value by its serial type: integers and floats below 12, then blobs and texts. */
const lengthOf = (type: number): number =>
  type >= 12 ? Math.floor((type - 12) / 2) : ([0, 1, 2, 3, 4, 6, 8, 8][type] ?? 0)

/** A big-endian number of 7 bits a byte; one of more than 8 bytes is nothing that we write. */
function varint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0
  for (let i = 0; i < 8; i++) {
    const byte = bytes[start + i] ?? 0
    value = value * 128 + (byte & 127)
    if (byte < 128) return { value, end: start + i + 1 }
  }
  return { value: Number.MAX_SAFE_INTEGER, end: start + 8 }
}
