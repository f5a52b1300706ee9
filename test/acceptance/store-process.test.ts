/** What only a second process can show: durability, the lock, and a disk that refuses. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SqliteStore } from '../../node/store/sqlite-store.ts'
import { startChild } from './child.ts'
import { sampleOps } from './sample-ops.ts'
import { tempDir } from './temp-dir.ts'

const codeOf = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

describe('a store and the processes that use it', () => {
  it('keeps what was acknowledged when its process is killed at once', async () => {
    const path = join(tempDir(), 'store.db')
    for (let round = 1; round <= 5; round++) {
      const child = startChild(path, ['500'])
      expect(await child.ask(`commit 0 ${round * 100}`)).toBe('done')
      await child.kill()
      const store = SqliteStore.open(path)
      const held = new Set([...store.load()].map((op) => op.cid))
      store.close()
      expect(held).toEqual(
        new Set(
          sampleOps(500)
            .slice(0, round * 100)
            .map((op) => op.cid),
        ),
      )
    }
  })

  it('holds whole batches only when killed in the middle of writing', async () => {
    const path = join(tempDir(), 'store.db')
    const child = startChild(path, ['4000'])
    expect(await child.ask('commit 0 10')).toBe('done')
    const unanswered = child.ask('commit 10 4000')
    await child.kill()
    const answer = await unanswered
    const store = SqliteStore.open(path)
    const count = [...store.load()].length
    store.close()
    expect(answer === 'done' ? [4000] : [10, 4000]).toContain(count)
  })

  it('tells a second process who holds it, and lets it in when the holder was killed', async () => {
    const path = join(tempDir(), 'store.db')
    const holder = startChild(path)
    expect(await holder.ask('hold')).toBe('done')
    const second = startChild(path)
    expect(await second.ask('hold')).toMatch(
      `store-locked: ${path} is in use by process ${holder.pid}`,
    )
    await holder.kill()
    expect(await second.ask('hold')).toBe('done')
  })

  it('refuses a second store on the same file in the same process too', () => {
    const path = join(tempDir(), 'store.db')
    const store = SqliteStore.open(path)
    expect(codeOf(() => SqliteStore.open(path))).toMatchObject({
      code: 'store-locked',
      hint: expect.stringContaining(`${process.pid}`),
    })
    store.close()
    SqliteStore.open(path).close()
  })

  const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0
  it.runIf(hasPrlimit)(
    'turns read-only when the kernel refuses to write, and recovers by itself',
    async () => {
      const path = join(tempDir(), 'store.db')
      const child = startChild(path, ['400', '20000'], 4096)
      const [code, kept, isReadOnly] = (await child.ask('fill')).split(' ')
      expect([code, isReadOnly]).toEqual(['store-read-only', 'true'])
      expect(Number(kept)).toBeGreaterThan(10)
      expect(await child.ask('count')).toBe(kept)
      expect(await child.ask('recover')).toBe('false')
      spawnSync('prlimit', ['--pid', `${child.pid}`, '--fsize=unlimited'])
      expect(await child.ask('recover')).toBe('true')
      expect(await child.ask('fill')).toBe('all 400 false')
      await child.kill()
      const store = SqliteStore.open(path)
      expect([...store.load()]).toHaveLength(400)
      store.close()
    },
  )
})
