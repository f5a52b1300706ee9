import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { batchOf, sampleOps } from '../../test/acceptance/sample-ops.ts'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { damageOf, scrub } from './scrub.ts'
import { SqliteStore } from './sqlite-store.ts'

const ops = sampleOps(60)
const [first] = ops
const unsigned = ops.find(({ sig }) => sig === null)
if (!first || !unsigned) throw new RangeError('there are samples')
const signature = new Uint8Array(64).fill(7)

/** Bytes as an image has them: their digest is not looked at here, only that it is the row's. */
const image = (fill: number): Uint8Array => new Uint8Array(100).fill(fill)

/** A store of forty operations with an image of them, and twenty that came after. */
async function imaged(fill = 1) {
  const store = SqliteStore.open(join(tempDir(), 'store.db'))
  store.commit(batchOf({ puts: ops.slice(0, 40) }))
  store.images.mark()
  store.commit(batchOf({ puts: ops.slice(40) }))
  expect(await store.images.save(image(fill))).toBe(true)
  return store
}

const reopened = (store: SqliteStore): SqliteStore => {
  store.close()
  return SqliteStore.open(store.path)
}

describe('images beside a store', () => {
  it('come back with what came after them', async () => {
    const store = reopened(await imaged())
    const loaded = store.images.load()
    expect(loaded?.bytes).toEqual(Buffer.from(image(1)))
    expect(loaded).toMatchObject({ operations: 40, signed: [] })
    const since = [...(loaded?.since() ?? [])].map(({ cid }) => cid)
    expect(since.sort()).toEqual(
      ops
        .slice(40)
        .map(({ cid }) => cid)
        .sort(),
    )
    store.close()
  })

  it('are replaced by turns: one that was written and not announced changes nothing', async () => {
    const store = await imaged()
    store.images.mark()
    expect(await store.images.save(image(2))).toBe(true)
    expect(store.images.load()?.bytes).toEqual(Buffer.from(image(2)))
    // As if the process had died before the row.
    writeFileSync(`${store.path}-image-a`, image(3))
    expect(store.images.load()?.bytes).toEqual(Buffer.from(image(2)))
    store.close()
  })

  it('tell which operations were signed since, from the mark on', async () => {
    const store = SqliteStore.open(join(tempDir(), 'store.db'))
    store.commit(batchOf({ puts: ops }))
    store.images.mark()
    store.commit(batchOf({ signatures: [[unsigned.cid, signature]] }))
    await store.images.save(image(1))
    expect(store.images.load()?.signed).toEqual([unsigned.cid])
    const other = ops.findLast(({ sig }) => sig === null)
    store.commit(batchOf({ signatures: [[other?.cid ?? unsigned.cid, signature]] }))
    const again = reopened(store)
    expect(again.images.load()?.signed.toSorted()).toEqual(
      [unsigned.cid, other?.cid ?? ''].toSorted(),
    )
    again.images.mark()
    await again.images.save(image(2))
    expect(again.images.load()?.signed).toEqual([])
    again.close()
  })

  it('end when an operation of theirs is dropped or written anew, not when a later one is', async () => {
    const store = await imaged()
    store.commit(batchOf({ drops: [ops.at(-1)?.cid ?? first.cid] }))
    expect(store.images.load()).toBeDefined()
    store.commit(batchOf({ puts: [first] }))
    expect(store.images.load()).toBeUndefined()
    store.close()
    const other = await imaged()
    other.commit(batchOf({ drops: [first.cid] }))
    expect(other.images.load()).toBeUndefined()
    expect(reopened(other).images.operations).toBe(0)
  })

  it('are not saved when an operation of theirs was dropped while they were taken', async () => {
    const store = SqliteStore.open(join(tempDir(), 'store.db'))
    store.commit(batchOf({ puts: ops }))
    store.images.mark()
    store.commit(batchOf({ drops: [first.cid] }))
    expect(await store.images.save(image(1))).toBe(false)
    expect(store.images.load()).toBeUndefined()
    store.close()
  })

  it('outlive a batch that failed half-way', async () => {
    const store = await imaged()
    const bad = { ...unsigned, bytes: 'not bytes' } as unknown as typeof unsigned
    expect(() => store.commit(batchOf({ puts: [first, bad] }))).toThrow('cannot store TEXT')
    expect(store.images.load()).toBeDefined()
    store.close()
  })

  it.each([
    ['a file that is not the one', (path: string) => writeFileSync(`${path}-image-a`, image(9))],
    ['a row that was changed', (path: string) => sql(path, 'UPDATE image SET last = last - 1')],
    ['operations that are gone', (path: string) => sql(path, 'DELETE FROM op WHERE id = 3')],
    ['a name of none', (path: string) => sql(path, "UPDATE image SET name = '../../x'")],
  ])('are not given with %s', async (_, spoil) => {
    const store = await imaged()
    store.close()
    spoil(store.path)
    const again = SqliteStore.open(store.path)
    expect(again.images.load()).toBeUndefined()
    again.close()
  })
})

describe('a store that trusts its image', () => {
  it('is not checked whole from so many operations on, and is by whoever does that later', async () => {
    const store = await imaged()
    store.close()
    const { path } = store
    const open = (trustFrom: number) => {
      const again = SqliteStore.open(path, { trustFrom })
      again.close()
      return again.isChecked
    }
    expect([open(40), open(41)]).toEqual([false, true])
    expect(await damageOf(path)).toBeNull()
    sql(path, `UPDATE op SET seen = seen + 1 WHERE id = 7`)
    expect(await damageOf(path)).toContain('does not match its checksum')
    expect(open(40)).toBe(false)
  })

  it('is checked in a thread of its own, which says what opening would have said', async () => {
    const store = await imaged()
    expect(await scrub(store.path).done).toBeUndefined()
    store.close()
    sql(store.path, 'UPDATE op SET seq = seq + 1 WHERE id = 9')
    expect(await scrub(store.path).done).toMatchObject({
      code: 'store-corrupt',
      hint: expect.stringContaining('doctor --rebuild'),
    })
    const stopped = scrub(store.path)
    stopped.stop()
    expect(await stopped.done).toBeUndefined()
  })

  it('finds pages that are damaged', async () => {
    const store = await imaged()
    store.close()
    const bytes = readFileSync(store.path)
    const at = bytes.lastIndexOf(Buffer.from(first.bytes.subarray(20, 60)))
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(store.path, bytes)
    expect(await damageOf(store.path)).toContain('does not hash to its CID')
  })
})

function sql(path: string, statement: string): void {
  const db = new DatabaseSync(path)
  db.exec(statement)
  db.close()
}
