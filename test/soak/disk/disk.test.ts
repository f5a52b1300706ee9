/** Disks that fail, lie and are cut off: an exact error or the very same contents, never silence. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { SqliteStore } from '../../../node/store/sqlite-store.ts'
import { startChild } from '../../acceptance/child.ts'
import { batchOf } from '../../acceptance/sample-ops.ts'
import { tempDir } from '../../acceptance/temp-dir.ts'
import { FaultyDisk, hasShim } from './shim.ts'
import { BATCH, held, OPS } from './workload.ts'

const TIMEOUT_MS = 600_000
const SECTOR_BYTES = 512
const IMAGES = 120

describe.runIf(hasShim)('a disk under the store', { timeout: TIMEOUT_MS }, () => {
  let disk: FaultyDisk
  beforeAll(() => {
    disk = new FaultyDisk()
  })
  afterAll(() => rmSync(disk.folder, { recursive: true, force: true }))

  it('may fail at any write or sync: nothing answered for is lost, and the store goes on', async () => {
    const { runs, answers, broken } = await disk.nthFailure(false)
    expect(broken).toEqual([])
    for (const count of Object.values(runs)) expect(count).toBeGreaterThan(50)
    // An error of the disk is not called damage of the file.
    expect(Object.keys(answers).sort()).toEqual(['store-read-only', 'store-unavailable'])
  })

  it('may lose its power at any moment, with what was not synced there in any part and order', async () => {
    const { broken, torn, refused } = await disk.images('cut', IMAGES)
    expect([broken, refused]).toEqual([[], {}])
    expect(torn).toBeGreaterThan(IMAGES / 5)
  })

  it.each(['lost', 'misdirected'] as const)(
    'may have %s a write: that is an error, but for the last one, of which only others know',
    async (mode) => {
      const { broken, refused } = await disk.images(mode, IMAGES)
      expect(broken).toEqual([])
      expect(Object.keys(refused)).toEqual(['store-corrupt'])
    },
  )

  it('that lies about syncs is found out by the same check', async () => {
    const { broken } = await disk.images('lying', IMAGES)
    expect(broken.length).toBeGreaterThan(0)
  })
})

/** A store whose second half is in its log only, as a crash leaves it. */
function crashedStore(dir: string): readonly string[] {
  const path = join(dir, 'whole.db')
  const first = SqliteStore.open(path)
  first.commit(batchOf({ puts: OPS.slice(0, OPS.length / 2) }))
  first.close()
  const store = SqliteStore.open(path)
  for (let i = OPS.length / 2; i < OPS.length; i += BATCH)
    store.commit(batchOf({ puts: OPS.slice(i, i + BATCH) }))
  const files = ['', '-wal'].map((end) => {
    copyFileSync(path + end, join(dir, `crashed.db${end}`))
    return join(dir, `crashed.db${end}`)
  })
  store.close()
  return files
}

describe('one flipped bit', { timeout: TIMEOUT_MS }, () => {
  it('in any sector of any file of the store is an error, or has no effect', () => {
    const dir = tempDir()
    const files = crashedStore(dir)
    const all = new Set(OPS.map(({ cid }) => cid))
    let errors = 0
    let sectors = 0
    for (const damaged of files)
      for (let at = 0; at < statSync(damaged).size; at += SECTOR_BYTES) {
        sectors++
        const image = join(dir, 'image.db')
        for (const [i, file] of files.entries()) copyFileSync(file, image + ['', '-wal'][i])
        flip(image + ['', '-wal'][files.indexOf(damaged)], at + ((sectors * 37) % SECTOR_BYTES))
        const found = held(image)
        if (typeof found === 'string') {
          expect(['store-corrupt', 'store-foreign', 'store-too-new']).toContain(found)
          errors++
        } else {
          // Only the last transaction may go without an error, and then the store says so.
          const missing = all.difference(found.cids).size
          expect(missing === 0 || (missing === BATCH && found.hadUnfinishedWrite)).toBe(true)
        }
      }
    expect(sectors).toBeGreaterThan(200)
    expect(errors).toBeGreaterThan(sectors / 3)
  })
})

function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  if (at >= bytes.length) return
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at)
  writeFileSync(file, bytes)
}

/** A file system of 3 MiB; undefined where this user may not make one. */
function smallDisk(): string | undefined {
  const dir = join(tempDir(), 'small')
  mkdirSync(dir)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m,mode=0700', 'tmpfs', dir])
  if (mounted.status !== 0) return undefined
  onTestFinished(() => void spawnSync('umount', ['-l', dir]))
  return dir
}

describe('a disk that is really full', { timeout: TIMEOUT_MS }, () => {
  it('turns the store read-only, which goes on by itself when there is room', async (context) => {
    const dir = smallDisk()
    if (dir === undefined) return context.skip('only root makes a small disk')
    const ballast = join(dir, 'ballast')
    writeFileSync(ballast, new Uint8Array(1_500_000))
    const child = startChild(join(dir, 'store.db'), ['60', '20000'])
    const [code, kept, isReadOnly] = (await child.ask('fill')).split(' ')
    expect([code, isReadOnly]).toEqual(['store-read-only', 'true'])
    expect(await child.ask('count'), 'it goes on reading').toBe(kept)
    expect(await child.ask('recover')).toBe('false')
    rmSync(ballast)
    expect(await child.ask('recover')).toBe('true')
    expect(await child.ask('commit 0 40')).toBe('done')
    await child.kill()
    const after = SqliteStore.open(join(dir, 'store.db'))
    expect([...after.load()].length).toBeGreaterThanOrEqual(40)
    after.close()
  })
})
