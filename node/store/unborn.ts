/**
 * A power cut while a store is made may leave a part of its first page. Nothing is in it yet, so it is
 * made again; a file in which anything ever was is never taken for that.
 */
import { readFileSync, statSync } from 'node:fs'
import { PAGE_BYTES } from './schema.ts'

/** Where the database header says what there is (sqlite.org/fileformat2.html §1.3, §1.6). */
const SCHEMA_COOKIE = 40
const USER_VERSION = 60
const APPLICATION = 68
const CELLS = 103
const HEADER_BYTES = 108
const MAGIC = 'SQLite format 3\0'

/** True for a part of the first page of a database without tables, also where it is all zeros. */
export function isUnborn(path: string): boolean {
  const { size } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0 }
  if (size === 0 || size > PAGE_BYTES) return false
  const page = readFileSync(path)
  if (page.every((byte) => byte === 0)) return true
  return (
    page.length >= HEADER_BYTES &&
    page.toString('latin1', 0, MAGIC.length) === MAGIC &&
    [SCHEMA_COOKIE, USER_VERSION, APPLICATION].every((at) => page.readUInt32BE(at) === 0) &&
    page.readUInt16BE(CELLS) === 0
  )
}
