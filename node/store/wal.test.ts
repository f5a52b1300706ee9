/** The end of a transaction that the disk dropped: what came after it was acknowledged. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { batchOf, sampleOps } from '../../test/acceptance/sample-ops.ts'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { SqliteStore } from './sqlite-store.ts'
import { inspectWal } from './wal.ts'

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24

/** A copy of a store with a log of three transactions, as it is while it is open. */
function withLog(): string {
  const [path, copy] = ['store.db', 'copy.db'].map((name) => join(tempDir(), name))
  if (path === undefined || copy === undefined) return expect.unreachable()
  const store = SqliteStore.open(path)
  const ops = sampleOps(90)
  for (let at = 0; at < 90; at += 30) store.commit(batchOf({ puts: ops.slice(at, at + 30) }))
  for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix)
  store.close()
  return copy
}

/** Where the frames of a log begin that end a transaction. */
function ends(log: Buffer): number[] {
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8)
  const frames = Math.floor((log.length - HEADER_BYTES) / frameBytes)
  return Array.from({ length: frames }, (_, i) => HEADER_BYTES + i * frameBytes).filter(
    (at) => log.readUInt32BE(at + 4) !== 0,
  )
}

function drop(path: string, nthFromLast: number): void {
  const log = readFileSync(`${path}-wal`)
  const at = ends(log).at(-nthFromLast) ?? expect.unreachable()
  writeFileSync(`${path}-wal`, log.fill(0, at, at + FRAME_HEADER_BYTES))
}

test('of one end alone it cannot be told whether it was ever written', () => {
  const path = withLog()
  const { commits } = inspectWal(path)
  drop(path, 1)
  expect(inspectWal(path)).toEqual({ badHeader: false, commits: commits - 1, lostCommits: 0 })
})

test('an end that is followed by another transaction is missed', () => {
  const path = withLog()
  const { commits } = inspectWal(path)
  drop(path, 2)
  expect(inspectWal(path)).toEqual({ badHeader: false, commits: commits - 2, lostCommits: 2 })
  expect(() => SqliteStore.open(path)).toThrow(expect.objectContaining({ code: 'store-corrupt' }))
})
