/**
 * Looks at a write-ahead log before SQLite does. SQLite stops at the first frame that does not
 * check out and forgets the rest without a word: right for a torn write, wrong for damage to
 * transactions that were acknowledged (sqlite.org/fileformat2.html §4).
 */
import { existsSync, readFileSync } from 'node:fs'

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
/** Magic number; the low bit says that checksums read big-endian words. */
const MAGIC = 0x377f0682

/** What a log holds. */
export interface WalReport {
  /** The header of a log that has frames does not check out: all its frames would be ignored. */
  readonly badHeader: boolean
  /**
   * Transactions that were written whole but lie behind the first broken frame. One may be a
   * write that was cut off before it was acknowledged; more than one can only be damage.
   */
  readonly lostCommits: number
  /** Transactions that were written whole. */
  readonly commits: number
}

/** Reads the log beside the store at `path`; a store that was closed cleanly has none. */
export function inspectWal(path: string): WalReport {
  const file = `${path}-wal`
  const log = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  if (log.length <= HEADER_BYTES) return { badHeader: false, lostCommits: 0, commits: 0 }
  const isBig = (log.readUInt32BE(0) & 1) === 1
  const sum = checksum([0, 0], log.subarray(0, HEADER_BYTES - 8), isBig)
  const isHeader = (log.readUInt32BE(0) & ~1) === MAGIC && matches(sum, log, HEADER_BYTES - 8)
  if (!isHeader) return { badHeader: true, lostCommits: 0, commits: 0 }
  return { badHeader: false, ...countCommits(log, sum, isBig) }
}

type Sum = readonly [number, number]

type Counted = Pick<WalReport, 'lostCommits' | 'commits'>

function countCommits(log: Buffer, start: Sum, isBig: boolean): Counted {
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8)
  let sum = start
  let isWhole = true
  let lostCommits = 0
  let commits = 0
  let pages = new Set<number>()
  let isTwice = false
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    // Frames of an earlier round of the log carry other salts and are nobody's loss.
    if (log.compare(log, 16, 24, at + 8, at + 16) !== 0) {
      isWhole = false
      continue
    }
    if (isWhole) {
      sum = checksum(sum, log.subarray(at, at + 8), isBig)
      sum = checksum(sum, log.subarray(at + FRAME_HEADER_BYTES, at + frameBytes), isBig)
      isWhole = matches(sum, log, at + 16)
    }
    const isCommit = log.readUInt32BE(at + 4) !== 0
    if (isCommit && isWhole) commits++
    else if (isCommit) lostCommits++
    const page = log.readUInt32BE(at)
    isTwice ||= pages.has(page)
    pages.add(page)
    if (isCommit && isWhole) pages = new Set()
  }
  // A transaction writes a page once (`cache_spill` is off): here one lost its end, and another followed.
  return { lostCommits: lostCommits === 1 && isTwice ? 2 : lostCommits, commits }
}

const matches = (sum: Sum, log: Buffer, at: number): boolean =>
  sum[0] === log.readUInt32BE(at) && sum[1] === log.readUInt32BE(at + 4)

/** The running checksum of the log format (§4.2): two sums over pairs of words, mod 2^32. */
function checksum(seed: Sum, part: Buffer, isBig: boolean): Sum {
  const view = new DataView(part.buffer, part.byteOffset, part.length)
  let [a, b] = seed
  for (let at = 0; at < part.length; at += 8) {
    a = (a + view.getUint32(at, !isBig) + b) >>> 0
    b = (b + view.getUint32(at + 4, !isBig) + a) >>> 0
  }
  return [a, b]
}
