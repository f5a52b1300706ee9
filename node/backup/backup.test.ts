import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { describe, expect, it } from 'vitest'
import { STALE_NOTE } from '../../src/replica/local.ts'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { foundHomes, makeHomes } from '../../test/support/daemons.ts'
import { openHome } from '../home/home.ts'
import { layoutOf } from '../home/layout.ts'
import { SqliteStore } from '../store/sqlite-store.ts'
import { makeBackup } from './backup.ts'
import { restoreBackup } from './restore.ts'

const NOW = 1_800_000_000_000
const PASSPHRASE = { recipients: [], passphrase: 'correct horse', workFactor: 1 }
const nothing = async () => ({ identities: [] })

async function homeWithStore() {
  const [member] = await makeHomes(1)
  if (!member) return expect.unreachable()
  foundHomes([member])
  return member.home
}

const opsOf = (path: string) => {
  const store = SqliteStore.open(path)
  try {
    return { ops: [...store.load()], notes: new Map(store.notes()) }
  } finally {
    store.close()
  }
}

describe('a backup', () => {
  it('holds all of a home, and comes back as one that does not sign', async () => {
    const home = await homeWithStore()
    const [file, dir] = [join(tempDir(), 'a.backup'), join(tempDir(), 'back')]
    const made = await makeBackup(home.layout, file, { sealing: undefined, now: NOW })
    expect(made).toMatchObject({ operations: 3, encrypted: false, madeAt: NOW })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const restored = await restoreBackup(file, dir, nothing)
    expect(restored).toMatchObject({ operations: 3, madeAt: NOW })
    const back = openHome(dir)
    expect(back.identity).toEqual(home.identity)
    for (const name of readdirSync(home.layout.dir))
      if (!name.startsWith('store.db'))
        expect(readFileSync(join(dir, name))).toEqual(readFileSync(join(home.layout.dir, name)))
    const { ops, notes } = opsOf(back.layout.store)
    expect(ops).toEqual(opsOf(home.layout.store).ops)
    expect(notes.get(STALE_NOTE)).toBe('restored from a backup of 2027-01-15T08:00:00.000Z')
    expect([...notes.keys()].filter((name) => name.startsWith('backup'))).toEqual([])
    expect(opsOf(home.layout.store).notes.has(STALE_NOTE), 'the home itself goes on').toBe(false)
  })

  it('is one state of a store that is written to meanwhile', async () => {
    const home = await homeWithStore()
    const store = SqliteStore.open(home.layout.store)
    const file = join(tempDir(), 'a.backup')
    store.commit({ puts: [], drops: [], signatures: [], notes: [['n', '1']] })
    await makeBackup(home.layout, file, { sealing: undefined, now: NOW })
    store.commit({ puts: [], drops: [], signatures: [], notes: [['n', '2']] })
    store.close()
    expect(opsOf(file).notes.get('n')).toBe('1')
  })

  it('is marked itself: whoever puts its file back by hand has a store that does not sign', async () => {
    const home = await homeWithStore()
    const file = join(tempDir(), 'a.backup')
    await makeBackup(home.layout, file, { sealing: undefined, now: NOW })
    for (const end of ['-wal', '-shm']) rmSync(home.layout.store + end, { force: true })
    copyFileSync(file, home.layout.store)
    expect(opsOf(home.layout.store).notes.get(STALE_NOTE)).toMatch(/^restored from a backup/)
  })

  it('never overwrites, and leaves nothing behind where it fails', async () => {
    const home = await homeWithStore()
    const dir = tempDir()
    const file = join(dir, 'a.backup')
    await makeBackup(home.layout, file, { sealing: undefined, now: NOW })
    const again = makeBackup(home.layout, file, { sealing: undefined, now: NOW })
    await expect(again).rejects.toMatchObject({ code: 'backup-exists' })
    const sealing = { recipients: ['age1nonsense'] }
    const sealed = makeBackup(home.layout, join(dir, 'b.backup'), { sealing, now: NOW })
    await expect(sealed).rejects.toMatchObject({ code: 'backup-key' })
    const nowhere = makeBackup(home.layout, '/nonexistent/x', { sealing: undefined, now: NOW })
    await expect(nowhere).rejects.toMatchObject({ code: 'backup-failed' })
    expect(readdirSync(dir)).toEqual(['a.backup'])
  })

  it('is not made of a damaged store', async () => {
    const home = await homeWithStore()
    const bytes = readFileSync(home.layout.store)
    const [op] = opsOf(home.layout.store).ops
    const at = bytes.indexOf(op?.bytes ?? '') + 90
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
    writeFileSync(home.layout.store, bytes)
    const made = makeBackup(home.layout, join(tempDir(), 'a'), { sealing: undefined, now: NOW })
    await expect(made).rejects.toMatchObject({ code: 'store-corrupt' })
  })
})

describe('a sealed backup', () => {
  it('opens with its passphrase and no other', async () => {
    const home = await homeWithStore()
    const [file, dir] = [join(tempDir(), 'a.backup'), join(tempDir(), 'back')]
    await makeBackup(home.layout, file, { sealing: PASSPHRASE, now: NOW })
    expect(readFileSync(file).includes('folkmoot-node-key')).toBe(false)
    const wrong = restoreBackup(file, dir, async () => ({ identities: [], passphrase: 'wrong' }))
    await expect(wrong).rejects.toMatchObject({ code: 'backup-sealed' })
    expect(existsSync(dir)).toBe(false)
    await restoreBackup(file, dir, async () => ({ identities: [], passphrase: 'correct horse' }))
    expect(openHome(dir).identity).toEqual(home.identity)
  })

  it('opens with the identity of a recipient', async () => {
    const home = await homeWithStore()
    const [file, dir] = [join(tempDir(), 'a.backup'), join(tempDir(), 'back')]
    const [ours, other] = [await generateX25519Identity(), await generateX25519Identity()]
    const sealing = { recipients: [await identityToRecipient(ours)] }
    await makeBackup(home.layout, file, { sealing, now: NOW })
    const wrong = restoreBackup(file, dir, async () => ({ identities: [other] }))
    await expect(wrong).rejects.toMatchObject({ code: 'backup-sealed' })
    await restoreBackup(file, dir, async () => ({ identities: [ours] }))
    expect(openHome(dir).identity).toEqual(home.identity)
  })
})

describe('restoring', () => {
  it('changes nothing where there is something, or where the backup is not whole', async () => {
    const home = await homeWithStore()
    const file = join(tempDir(), 'a.backup')
    await makeBackup(home.layout, file, { sealing: undefined, now: NOW })
    const over = restoreBackup(file, home.layout.dir, nothing)
    await expect(over).rejects.toMatchObject({ code: 'home-exists' })
    const folder = tempDir()
    writeFileSync(join(folder, 'thesis.txt'), '')
    const beside = restoreBackup(file, folder, nothing)
    await expect(beside).rejects.toMatchObject({ code: 'backup-exists' })
    const target = join(tempDir(), 'back')
    const bytes = readFileSync(file)
    for (let at = 0; at < bytes.length; at += 1_777) {
      const damaged = Buffer.from(bytes)
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x40, at)
      writeFileSync(join(folder, 'damaged'), damaged)
      const outcome = await restoreBackup(join(folder, 'damaged'), target, nothing).catch(codeOf)
      if (typeof outcome === 'string')
        expect(['backup-damaged', 'store-corrupt']).toContain(outcome)
      else expect(opsOf(layoutOf(target).store).ops).toEqual(opsOf(home.layout.store).ops)
      if (typeof outcome === 'string') expect(existsSync(target)).toBe(false)
      rmSync(target, { recursive: true, force: true })
    }
  })

  it('says what it cannot use', async () => {
    const dir = join(tempDir(), 'back')
    const missing = restoreBackup('/nonexistent', dir, nothing)
    await expect(missing).rejects.toMatchObject({ code: 'backup-unavailable' })
    const text = join(tempDir(), 'text')
    writeFileSync(text, 'this is no backup')
    await expect(restoreBackup(text, dir, nothing)).rejects.toMatchObject({
      code: 'backup-damaged',
    })
    const store = join(tempDir(), 'store.db')
    SqliteStore.open(store).close()
    await expect(restoreBackup(store, dir, nothing)).rejects.toMatchObject({
      message: expect.stringContaining('no files of a home'),
    })
  })
})

const codeOf = (error: { readonly code?: string }): string => error.code ?? String(error)
