import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { batchOf, sampleOps } from '../../test/acceptance/sample-ops.ts'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { MAX_JOURNAL_LINES } from './journal.ts'
import { SqliteStore } from './sqlite-store.ts'

const ops = sampleOps(60)
const open = () => SqliteStore.open(join(tempDir(), 'store.db'))
const thrownBy = (act: () => unknown): unknown => {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

describe('the store on disk', () => {
  it('is readable by its owner only', () => {
    const store = open()
    store.commit({ puts: ops, drops: [], signatures: [], notes: [] })
    const dir = dirname(store.path)
    const modes = readdirSync(dir).map((name) => [name, statSync(join(dir, name)).mode & 0o777])
    expect(modes.length).toBeGreaterThan(3)
    expect(modes).toEqual(modes.map(([name]) => [name, 0o600]))
    store.close()
  })

  it('says what to do when its folder does not exist', () => {
    expect(thrownBy(() => SqliteStore.open('/nonexistent/store.db'))).toMatchObject({
      code: 'store-unavailable',
      hint: expect.stringContaining('folder'),
    })
  })

  it('applies nothing of a batch that fails half-way', () => {
    const store = open()
    const [first, second] = ops
    const bad = { ...second, bytes: 'not bytes' } as unknown as (typeof ops)[number]
    expect(() =>
      store.commit(batchOf({ puts: [first, bad].filter((op) => op !== undefined) })),
    ).toThrow('cannot store TEXT')
    expect([...store.load()]).toEqual([])
    store.commit(batchOf({ puts: ops }))
    expect([...store.load()]).toHaveLength(60)
    store.close()
  })

  it('turns read-only at its size limit, goes on reading, and recovers when there is room', () => {
    const store = open()
    store.commit(batchOf({ puts: ops.slice(0, 1) }))
    store.limitSize(statSync(store.path).size + 100_000)
    const large = sampleOps(20, { fillerLength: 50_000 })
    expect(thrownBy(() => store.commit(batchOf({ puts: large })))).toMatchObject({
      code: 'store-read-only',
    })
    expect(store.readOnly).toBe(true)
    expect([...store.load()]).toHaveLength(1)
    expect(thrownBy(() => store.commit(batchOf({ notes: [['small', 'too']] })))).toMatchObject({
      code: 'store-read-only',
      hint: expect.stringContaining('free disk space'),
    })
    expect(store.tryRecover()).toBe(false)
    store.limitSize(1e9)
    expect(store.tryRecover()).toBe(true)
    expect(store.readOnly).toBe(false)
    store.commit(batchOf({ puts: large }))
    expect([...store.notes()]).toEqual([])
    store.close()
  })

  it('backs up to a file that opens as a store with the same operations', () => {
    const store = open()
    const target = join(tempDir(), 'backup.db')
    store.commit(batchOf({ puts: ops }))
    store.backup(target)
    expect(thrownBy(() => store.backup(target))).toMatchObject({ code: 'backup-failed' })
    const copy = SqliteStore.open(target)
    expect([...copy.load()]).toEqual([...store.load()])
    copy.close()
    store.close()
  })

  it('answers that another program holds the file instead of waiting for ever', () => {
    const store = open()
    const stranger = new DatabaseSync(store.path)
    stranger.exec('BEGIN IMMEDIATE')
    expect(thrownBy(() => store.commit(batchOf({ puts: ops })))).toMatchObject({
      code: 'store-locked',
    })
    stranger.close()
    store.commit(batchOf({ puts: ops }))
    store.close()
  })
})

describe('the journal', () => {
  const entry = (n: number) => ({
    at: n,
    what: 'seal.issued',
    why: `deed ${n}`,
    data: `{"n":${n}}`,
  })

  it('returns lines newest first, page by page, and after reopening', () => {
    const { path } = ((store) => {
      for (let n = 1; n <= 5; n++) store.journal.append(entry(n))
      store.close()
      return store
    })(open())
    const store = SqliteStore.open(path)
    const [five, four] = store.journal.recent(2)
    expect([five?.at, four?.at, five?.data]).toEqual([5, 4, '{"n":5}'])
    expect(store.journal.recent(9, four?.id).map((line) => line.at)).toEqual([3, 2, 1])
    store.close()
  })

  it('returns deeds of one kind, by their code or what it begins with', () => {
    const store = open()
    const codes = ['hook.begun', 'hook.ended', 'hooks.odd', 'hook', 'seal.issued']
    store.journal.restore(codes.map((what, n) => ({ ...entry(n), what })))
    const named = (what: string) => store.journal.recent(9, undefined, what).map((one) => one.what)
    expect(named('hook')).toEqual(['hook', 'hook.ended', 'hook.begun'])
    expect(named('hook.ended')).toEqual(['hook.ended'])
    expect(named('')).toHaveLength(codes.length)
    expect(named('%')).toEqual([])
    store.close()
  })

  it('keeps the newest lines when it is full', () => {
    const store = open()
    store.journal.restore(Array.from({ length: MAX_JOURNAL_LINES + 3 }, (_, n) => entry(n)))
    const [newest] = store.journal.recent(1)
    expect(store.journal.recent(10, (newest?.id ?? 0) - MAX_JOURNAL_LINES + 2)).toHaveLength(1)
    store.close()
  })
})
