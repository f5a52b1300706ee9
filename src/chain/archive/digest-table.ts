/** Finds digests in a column of them: open addressing over their first four bytes. */
import { digestInto } from '../../op/cid.ts'
import type { OpCid } from '../../op/ids.ts'
import { DIGEST_BYTES } from './columns.ts'

/** Places for each digest, at least. */
const ROOM = 2

/** A table over digests, by row. Digests are hashes already, whatever their authors wish. */
export class DigestTable {
  private readonly digests: Uint8Array
  /** One more than the row; 0 where there is none. */
  private readonly places: Uint32Array
  private readonly mask: number
  private readonly wanted = new Uint8Array(DIGEST_BYTES)

  /** Over so many of the digests. */
  constructor(digests: Uint8Array, rows: number) {
    this.digests = digests
    let size = 16
    while (size < rows * ROOM) size *= 2
    this.places = new Uint32Array(size)
    this.mask = size - 1
    for (let row = 0; row < rows; row++) this.add(row)
  }

  /** The row of a CID in its one spelling; -1 where there is none. */
  rowOf(cid: OpCid): number {
    digestInto(cid, this.wanted, 0)
    let at = firstBytes(this.wanted, 0) & this.mask
    for (let place = this.places[at]; place; place = this.places[at]) {
      if (this.isWanted(place - 1)) return place - 1
      at = (at + 1) & this.mask
    }
    return -1
  }

  private add(row: number): void {
    let at = firstBytes(this.digests, row * DIGEST_BYTES) & this.mask
    while (this.places[at] !== 0) at = (at + 1) & this.mask
    this.places[at] = row + 1
  }

  private isWanted(row: number): boolean {
    const { digests, wanted } = this
    for (let i = 0, at = row * DIGEST_BYTES; i < DIGEST_BYTES; i++)
      if (digests[at + i] !== wanted[i]) return false
    return true
  }
}

const firstBytes = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 24) |
  ((bytes[at + 1] ?? 0) << 16) |
  ((bytes[at + 2] ?? 0) << 8) |
  (bytes[at + 3] ?? 0)
