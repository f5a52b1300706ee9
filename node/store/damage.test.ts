/** One damaged byte anywhere is a clear error or has no effect: never a crash, never a wrong op. */
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredOp } from '../../src/replica/store.ts'
import { batchOf, sampleOps } from '../../test/acceptance/sample-ops.ts'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { OpensslVerifier } from '../crypto/openssl-verifier.ts'
import { StoreError } from './errors.ts'
import { rebuildStore } from './rebuild.ts'
import { SqliteStore } from './sqlite-store.ts'

const ops = sampleOps(300)
const NOTES: [string, string][] = [
  ['closed/a', '1'],
  ['closed/b', '2'],
]
const options = { suffix: 'x', nowMs: 5, verifier: new OpensslVerifier() }
const line = { at: 1, what: 'seal.issued', why: 'because', data: '{}' }

/** Everything a store says, or the error that it gives. */
function readAll(path: string): unknown {
  let store: SqliteStore | undefined
  try {
    store = SqliteStore.open(path)
    const found = [...store.load()]
    for (const op of ops)
      expect(store.get(op.cid)).toEqual(found.find((other) => other.cid === op.cid))
    return { ops: found, notes: [...store.notes()], journal: store.journal.recent(10) }
  } catch (error) {
    if (error instanceof StoreError) return error.code
    throw error
  } finally {
    store?.close()
  }
}

function makeStore(dir: string): string {
  const path = join(dir, 'store.db')
  const store = SqliteStore.open(path)
  store.commit(batchOf({ puts: ops.slice(0, 200), notes: NOTES }))
  store.commit(batchOf({ puts: ops.slice(200) }))
  store.journal.append(line)
  store.close()
  return path
}

const flipped = (file: string, at: number, mask: number): void => {
  const bytes = readFileSync(file)
  bytes.writeUInt8(bytes.readUInt8(at) ^ mask, at)
  writeFileSync(file, bytes)
}
const offsetIn = (file: string) =>
  fc.oneof(fc.nat(statSync(file).size - 1), fc.nat(199), fc.nat(8191))
const flip = (file: string) => fc.tuple(offsetIn(file), fc.integer({ min: 1, max: 255 }))

describe('a damaged store', () => {
  it('gives an error or the very same contents, wherever a byte was altered', () => {
    const dir = tempDir()
    const path = makeStore(dir)
    const whole = readAll(path)
    const copy = join(dir, 'copy.db')
    let errors = 0
    fc.assert(
      fc.property(flip(path), ([at, mask]) => {
        copyFileSync(path, copy)
        flipped(copy, at, mask)
        const found = readAll(copy)
        if (typeof found === 'string') errors++
        else expect(found).toEqual(whole)
      }),
      { numRuns: 300 },
    )
    expect(errors).toBeGreaterThan(100)
  })

  it('names the operation whose bytes were altered', () => {
    const path = makeStore(tempDir())
    const victim = ops[150] as StoredOp
    const at = readFileSync(path).indexOf(victim.bytes)
    flipped(path, at + 90, 1)
    const store = SqliteStore.open(path)
    const expected = expect.objectContaining({
      code: 'store-corrupt',
      message: expect.stringContaining(victim.cid),
      hint: expect.stringContaining('doctor --rebuild'),
    })
    expect(caught(() => store.get(victim.cid))).toEqual(expected)
    expect(caught(() => [...store.load()])).toEqual(expected)
    store.close()
  })

  it('never lets a damaged log change the past: what is read is a run of whole commits', () => {
    const dir = tempDir()
    const path = join(dir, 'store.db')
    const store = SqliteStore.open(path)
    for (let i = 0; i < 10; i++) store.commit(batchOf({ puts: ops.slice(i * 10, i * 10 + 10) }))
    const log = `${path}-wal`
    const copy = join(dir, 'copy.db')
    fc.assert(
      fc.property(flip(log), ([at, mask]) => {
        copyFileSync(path, copy)
        copyFileSync(log, `${copy}-wal`)
        flipped(`${copy}-wal`, at, mask)
        const found = readOps(copy)
        // Only the last commit may be missing without an error: a crash could have cut it off too.
        if (found !== 'store-corrupt') expect([90, 100]).toContain(found)
      }),
      { numRuns: 100 },
    )
    store.close()
  })

  it('tells of a log that ends in a write that was cut off', () => {
    const dir = tempDir()
    const path = join(dir, 'store.db')
    const copy = join(dir, 'copy.db')
    const store = SqliteStore.open(path)
    store.commit(batchOf({ puts: ops.slice(0, 10) }))
    store.commit(batchOf({ puts: ops.slice(10, 20) }))
    copyFileSync(path, copy)
    copyFileSync(`${path}-wal`, `${copy}-wal`)
    flipped(`${copy}-wal`, statSync(`${copy}-wal`).size - 1, 1)
    store.close()
    const again = SqliteStore.open(copy)
    expect([again.hadUnfinishedWrite, [...again.load()].length]).toEqual([true, 10])
    again.close()
  })
})

describe('an empty database file', () => {
  it('beside a log with transactions is damage, and not a new store', () => {
    const dir = tempDir()
    const path = join(dir, 'store.db')
    const copy = join(dir, 'copy.db')
    const store = SqliteStore.open(path)
    store.commit(batchOf({ puts: ops.slice(0, 10) }))
    copyFileSync(`${path}-wal`, `${copy}-wal`)
    store.close()
    writeFileSync(copy, '')
    expect(readOps(copy)).toBe('store-corrupt')
    expect(statSync(`${copy}-wal`).size, 'the log is left alone').toBeGreaterThan(0)
  })
})

describe('rebuilding a store', () => {
  it('keeps every operation whose bytes are whole, and nothing else, wherever the damage is', () => {
    const dir = tempDir()
    const path = makeStore(dir)
    const copy = join(dir, 'copy.db')
    const known = new Map(ops.map((op) => [op.cid, op]))
    let suffix = 0
    fc.assert(
      fc.property(flip(path), ([at, mask]) => {
        copyFileSync(path, copy)
        flipped(copy, at, mask)
        const report = rebuildStore(copy, { ...options, suffix: `${suffix++}` })
        // One leaf page holds a few dozen operations; an inner page hides none.
        expect(report.kept).toBeGreaterThan(250)
        expect(readOps(copy)).toBe(report.kept)
        const store = SqliteStore.open(copy)
        for (const op of store.load()) expect(op.bytes).toEqual(known.get(op.cid)?.bytes)
        store.close()
      }),
      { numRuns: 120 },
    )
  })

  it('finds operations below a page that leads nowhere', () => {
    const dir = tempDir()
    const path = join(dir, 'store.db')
    const large = sampleOps(30, { fillerLength: 20_000 })
    const store = SqliteStore.open(path)
    store.commit(batchOf({ puts: large }))
    store.commit(batchOf({ drops: large.slice(0, 1).map((op) => op.cid) }))
    store.close()
    const db = new DatabaseSync(path)
    const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'op'").get()?.rootpage
    db.close()
    const bytes = readFileSync(path)
    bytes.fill(0, (Number(root) - 1) * 8192, Number(root) * 8192)
    writeFileSync(path, bytes)
    expect(rebuildStore(path, options)).toMatchObject({ kept: 29, lost: [], unsigned: [] })
  })

  it('says what it kept and lost, and sets the damaged file aside as it was', () => {
    const path = makeStore(tempDir())
    const victim = ops[150] as StoredOp
    flipped(path, readFileSync(path).indexOf(victim.bytes) + 90, 1)
    const damaged = readFileSync(path)
    const report = rebuildStore(path, options)
    expect(report).toMatchObject({ kept: 299, notes: 2, journalLines: 1, unsigned: [] })
    expect(report.lost).toEqual([victim.cid])
    expect(report.brokenChains).toEqual([victim.key])
    expect(report.damagedPath).toBe(`${path}.damaged-x`)
    expect(readFileSync(report.damagedPath)).toEqual(damaged)
    const store = SqliteStore.open(path)
    expect([...store.notes()]).toEqual(NOTES)
    expect(store.journal.recent(1)).toMatchObject([line])
    store.close()
  })

  it('believes a signature from a damaged row only if it verifies', () => {
    const path = makeStore(tempDir())
    const [signed, other] = [ops[10], ops[0]] as [StoredOp, StoredOp]
    edit(path, 'UPDATE op SET sig = ? WHERE bytes = ?', other.sig, signed.bytes)
    edit(path, 'UPDATE op SET seen = 999 WHERE bytes = ?', other.bytes)
    const report = rebuildStore(path, options)
    expect(report).toMatchObject({ kept: 300, unsigned: [signed.cid] })
    const store = SqliteStore.open(path)
    expect(store.get(signed.cid)?.sig).toBeNull()
    expect(store.get(other.cid)).toMatchObject({ sig: other.sig, seenAt: 5 })
    store.close()
  })

  it('includes what is still in the log', () => {
    const dir = tempDir()
    const path = join(dir, 'store.db')
    const copy = join(dir, 'copy.db')
    const store = SqliteStore.open(path)
    store.commit(batchOf({ puts: ops }))
    copyFileSync(path, copy)
    copyFileSync(`${path}-wal`, `${copy}-wal`)
    store.close()
    expect(rebuildStore(copy, options).kept).toBe(300)
    expect(existsSync(`${copy}.damaged-x-wal`)).toBe(true)
    expect(readOps(copy)).toBe(300)
  })

  it('refuses while the store is in use, without a store, and with a suffix that is taken', () => {
    const path = makeStore(tempDir())
    const store = SqliteStore.open(path)
    expect(caught(() => rebuildStore(path, options))).toMatchObject({ code: 'store-locked' })
    store.close()
    rebuildStore(path, options)
    expect(caught(() => rebuildStore(path, options))).toMatchObject({ code: 'store-unavailable' })
    expect(caught(() => rebuildStore(`${path}.none`, options))).toMatchObject({
      code: 'store-unavailable',
    })
  })
})

function readOps(path: string): unknown {
  try {
    const store = SqliteStore.open(path)
    try {
      return [...store.load()].length
    } finally {
      store.close()
    }
  } catch (error) {
    if (error instanceof StoreError) return error.code
    throw error
  }
}

function edit(path: string, sql: string, ...values: (Uint8Array | null)[]): void {
  const db = new DatabaseSync(path)
  db.prepare(sql).run(...values)
  db.close()
}

function caught(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}
