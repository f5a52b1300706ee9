/**
 * Images of the replica beside its store (`src/replica/rest/image.ts`): two files by turns, so that
 * one is whole whenever a process dies; a row of the store says which one holds, up to which row of
 * operations, and how many those are. Whatever takes or changes one of those rows is noted in the same
 * transaction, or ends the image. So a row and a file that agree are of this very store.
 */
import { readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { OpCid } from '../../src/op/ids.ts'
import type { StoredOp } from '../../src/replica/store.ts'
import { keyReader, OP_COLUMNS, readOpRow } from './op-row.ts'
import {
  asBlob,
  asInteger,
  asText,
  cidOfDigest,
  DIGEST_BYTES,
  sameBytes,
  textCrc,
} from './row-check.ts'

/** Operations below which a store is checked whole whenever it is opened, image or not. */
export const TRUST_FROM = 50_000

/** The files of images, beside the store. */
const NAMES = ['image-a', 'image-b'] as const
type ImageName = (typeof NAMES)[number]

const SINCE = `
  SELECT ${OP_COLUMNS} FROM op CROSS JOIN chain ON chain.id = op.chain WHERE op.id > ?
  ORDER BY chain.key, op.seq, op.id`
const SIGNED = `
  SELECT op.digest AS digest FROM resigned CROSS JOIN op ON op.id = resigned.op
  WHERE op.sig IS NOT NULL`

/** Up to where an image goes. */
export interface ImageMark {
  /** The last row of operations. */
  readonly last: number
  /** How many rows there are up to it. */
  readonly operations: number
}

/** An image that fits the store. */
export interface LoadedImage extends ImageMark {
  readonly bytes: Uint8Array
  /** Operations up to its mark of which a signature has come since. */
  readonly signed: readonly OpCid[]
  /** Operations after it, ordered by key, then seq; throws `store-corrupt` at a damaged one. */
  readonly since: () => Iterable<StoredOp>
}

/** What images need of their store. */
export interface ImageParts {
  readonly db: DatabaseSync
  readonly path: string
  readonly transact: (change: () => void) => void
  /** The error for a damaged operation. */
  readonly damaged: (what: string) => Error
}

/** The images of one store. */
export class Images {
  private readonly parts: ImageParts
  /** The row that says which file holds, as it was read last. */
  private row: (ImageMark & { readonly name: ImageName; readonly digest: Uint8Array }) | undefined
  /** An image that is being taken. */
  private taken: { readonly mark: ImageMark; readonly signed: Set<number> } | undefined

  constructor(parts: ImageParts) {
    this.parts = parts
    this.row = readRow(parts.db)
  }

  /** How many operations the last image holds; 0 where there is none. */
  get operations(): number {
    return this.row?.operations ?? 0
  }

  /** The last image, if it fits what the store holds now. */
  load(): LoadedImage | undefined {
    const { row, parts } = this
    if (!row) return undefined
    const { last, operations, digest } = row
    const bytes = readIfThere(fileOf(parts.path, row.name))
    if (!bytes || !sameBytes(bytes.subarray(0, DIGEST_BYTES), digest)) return undefined
    if (this.countUpTo(last) !== operations) return undefined
    return { bytes, last, operations, signed: this.signed(), since: () => this.since(last) }
  }

  /** The store as it is: an image of it will be saved. Nothing taken in may be unwritten. */
  mark(): ImageMark {
    const last = asInteger(this.one('SELECT max(id) AS value FROM op')) ?? 0
    const mark = { last, operations: this.countUpTo(last) }
    this.taken = { mark, signed: new Set() }
    return mark
  }

  /**
   * Saves the image of the last mark; false where rows up to it were dropped meanwhile. Only the row
   * is written by the store itself. Throws what the disk throws; the image before holds then.
   */
  async save(bytes: Uint8Array): Promise<boolean> {
    const { taken, parts } = this
    if (!taken) return false
    const name = this.row?.name === NAMES[0] ? NAMES[1] : NAMES[0]
    await writeDurably(fileOf(parts.path, name), bytes)
    if (this.taken !== taken) return false
    const { last, operations } = taken.mark
    const digest = Uint8Array.from(bytes.subarray(0, DIGEST_BYTES))
    parts.transact(() => {
      const crc = rowCrc(name, digest, taken.mark)
      parts.db.prepare('DELETE FROM resigned').run()
      const note = parts.db.prepare('INSERT INTO resigned VALUES (?)')
      for (const id of taken.signed) note.run(id)
      parts.db
        .prepare('INSERT OR REPLACE INTO image VALUES (1, ?, ?, ?, ?, ?)')
        .run(name, digest, last, operations, crc)
    })
    this.row = { name, digest, last, operations }
    this.taken = undefined
    return true
  }

  /** Inside a transaction: a row of operations has a signature that it had not. */
  signedRow(id: number): void {
    if (this.taken && id <= this.taken.mark.last) this.taken.signed.add(id)
    if (this.row && id <= this.row.last)
      this.parts.db.prepare('INSERT OR IGNORE INTO resigned VALUES (?)').run(id)
  }

  /** Inside a transaction: a row of operations is written anew or goes. */
  changedRow(id: number): void {
    if (this.taken && id <= this.taken.mark.last) this.taken = undefined
    if (!this.row || id > this.row.last) return
    this.parts.db.exec('DELETE FROM image')
    this.row = undefined
  }

  /** After a transaction was rolled back. */
  reread(): void {
    this.row = readRow(this.parts.db)
  }

  private countUpTo(last: number): number {
    const all = asInteger(this.one('SELECT count(*) AS value FROM op')) ?? 0
    const after = asInteger(this.one('SELECT count(*) AS value FROM op WHERE id > ?', last)) ?? 0
    return all - after
  }

  private one(sql: string, ...values: number[]): SQLOutputValue | undefined {
    return this.parts.db.prepare(sql).get(...values)?.value
  }

  private signed(): OpCid[] {
    const rows = this.parts.db.prepare(SIGNED).all()
    return rows.flatMap(({ digest }) => {
      const bytes = asBlob(digest)
      return bytes?.length === DIGEST_BYTES ? cidOfDigest(bytes) : []
    })
  }

  private *since(last: number): Generator<StoredOp, void, void> {
    const keyOf = keyReader()
    for (const row of this.parts.db.prepare(SINCE).iterate(last)) {
      const op = readOpRow(row, keyOf)
      if (typeof op === 'string') throw this.parts.damaged(op)
      yield op
    }
  }
}

/** How many operations the image of a store holds; 0 where there is none. */
export const imagedOperations = (db: DatabaseSync): number => readRow(db)?.operations ?? 0

const fileOf = (path: string, name: ImageName): string => `${path}-${name}`

const rowCrc = (name: string, digest: Uint8Array, { last, operations }: ImageMark): number =>
  textCrc(name, Buffer.from(digest).toString('hex'), last, operations)

function readRow(db: DatabaseSync) {
  const row = db.prepare('SELECT name, digest, last, operations, crc FROM image').get()
  const name = NAMES.find((one) => one === asText(row?.name))
  const digest = asBlob(row?.digest)
  const [last, operations] = [asInteger(row?.last), asInteger(row?.operations)]
  if (!name || !digest || last === undefined || operations === undefined) return undefined
  const found = { name, digest: Uint8Array.from(digest), last, operations }
  return rowCrc(name, digest, found) === row?.crc ? found : undefined
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path)
  } catch {
    // Whatever keeps it from being read, the operations can be.
    return undefined
  }
}

/** Whole under its name, or not at all. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(`${path}.part`, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.part`, path)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
