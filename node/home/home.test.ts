import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cidOf } from '../../src/op/cid.ts'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { nodeSigner } from '../crypto/node-signer.ts'
import { assertKeysPrivate, initHome, openHome, renewNodeKey, unsealRoot } from './home.ts'
import { chooseHome, ensureSocketDir, layoutOf, MAX_SOCKET_PATH_BYTES } from './layout.ts'
import { type Membership, readMembership, saveMembership } from './membership.ts'
import { readNodeKey } from './node-key.ts'

const passphrase = 'correct horse battery'
/** scrypt so cheap that tests do not wait for it. */
const workFactor = 4
const freshDir = () => join(tempDir(), 'home')
const made = async () => {
  const dir = freshDir()
  const identity = await initHome({ dir, passphrase, workFactor, config: { stakeholder: 'acme' } })
  return { dir, identity }
}
const codeOf = async (act: () => unknown): Promise<unknown> => {
  try {
    await act()
  } catch (error) {
    return error
  }
  return 'no error'
}

describe('a new home', () => {
  it('opens again with the same two keys', async () => {
    const { dir, identity } = await made()
    const home = openHome(dir)
    expect(home.identity).toEqual(identity)
    expect(nodeSigner(readNodeKey(home)).key).toBe(identity.node)
    expect(nodeSigner(await unsealRoot(home, passphrase)).key).toBe(identity.root)
    expect(home.config.values.stakeholder).toBe('acme')
  })

  it('is private, every file of it, and leaves no temporary files', async () => {
    const { dir } = await made()
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    const names = readdirSync(dir).sort()
    expect(names).toEqual(['config.yaml', 'identity.json', 'node.key', 'root.age'])
    for (const name of names) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600)
  })

  it('never overwrites an existing one', async () => {
    const { dir } = await made()
    const before = readFileSync(join(dir, 'root.age'))
    expect(await codeOf(() => initHome({ dir, passphrase, workFactor }))).toMatchObject({
      code: 'home-exists',
    })
    expect(readFileSync(join(dir, 'root.age'))).toEqual(before)
  })

  it('refuses a passphrase that is too short before it writes anything', async () => {
    const dir = freshDir()
    expect(await codeOf(() => initHome({ dir, passphrase: 'short', workFactor }))).toMatchObject({
      code: 'passphrase-weak',
    })
    expect(existsSync(dir)).toBe(false)
  })

  it('holds no secret in the clear but the node key', async () => {
    const { dir } = await made()
    const root = Buffer.from(await unsealRoot(openHome(dir), passphrase)).toString('hex')
    for (const name of readdirSync(dir))
      expect(readFileSync(join(dir, name), 'utf8')).not.toContain(root)
  })
})

describe('opening a home', () => {
  it('says where there is none', async () => {
    expect(await codeOf(() => openHome(freshDir()))).toMatchObject({ code: 'home-missing' })
    expect(await codeOf(() => openHome(tempDir()))).toMatchObject({ code: 'home-missing' })
  })

  it.each(['node.key', 'identity.json', 'config.yaml', '.'])(
    'refuses when others may read %s',
    async (name) => {
      const { dir } = await made()
      const path = join(dir, name)
      chmodSync(path, name === '.' ? 0o755 : 0o644)
      expect(await codeOf(() => openHome(dir))).toMatchObject({
        code: 'home-too-open',
        hint: expect.stringMatching(name === '.' ? /chmod 700/ : /chmod 600/),
      })
    },
  )

  it('refuses a root key that others may read', async () => {
    const { dir } = await made()
    chmodSync(join(dir, 'root.age'), 0o640)
    expect(await codeOf(() => unsealRoot(openHome(dir), passphrase))).toMatchObject({
      code: 'home-too-open',
    })
  })

  it.each(['root.age', 'tokens.json', 'retired', 'retired/old.key'])(
    'a node does not start while others may read %s',
    async (name) => {
      const { dir } = await made()
      const layout = layoutOf(dir)
      mkdirSync(layout.retired, { mode: 0o700 })
      for (const path of [layout.tokens, join(layout.retired, 'old.key')])
        writeFileSync(path, '', { mode: 0o600 })
      expect(() => assertKeysPrivate(layout)).not.toThrow()
      chmodSync(join(dir, name), name === 'retired' ? 0o755 : 0o644)
      expect(await codeOf(() => assertKeysPrivate(layout))).toMatchObject({
        code: 'home-too-open',
        hint: `run: chmod ${name === 'retired' ? 700 : 600} ${join(dir, name)}`,
      })
    },
  )

  it('tells a wrong passphrase from a damaged root key and from an absent one', async () => {
    const { dir } = await made()
    const home = openHome(dir)
    expect(await codeOf(() => unsealRoot(home, 'wrong passphrase'))).toMatchObject({
      code: 'passphrase-wrong',
    })
    expect(await codeOf(() => unsealRoot(home, passphrase, join(dir, 'no.age')))).toMatchObject({
      code: 'key-missing',
    })
    const sealed = readFileSync(home.layout.rootKey, 'utf8')
    writeFileSync(home.layout.rootKey, sealed.slice(0, 60) + sealed.slice(70))
    expect(await codeOf(() => unsealRoot(home, passphrase))).toMatchObject({ code: 'key-damaged' })
  })

  it("refuses another home's root key", async () => {
    const [mine, other] = [await made(), await made()]
    const home = openHome(mine.dir)
    expect(
      await codeOf(() => unsealRoot(home, passphrase, join(other.dir, 'root.age'))),
    ).toMatchObject({
      code: 'key-damaged',
      message: expect.stringContaining(mine.identity.root),
    })
  })

  it('notices any altered digit of the node key', async () => {
    const { dir } = await made()
    const { nodeKey } = layoutOf(dir)
    const text = readFileSync(nodeKey, 'utf8')
    for (const at of [20, 50, 90, 140]) {
      writeFileSync(
        nodeKey,
        text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1),
      )
      expect(await codeOf(() => openHome(dir))).toMatchObject({ code: 'key-damaged' })
    }
  })

  it('reads settings from all layers', async () => {
    const { dir } = await made()
    const { config } = openHome(dir, {
      env: { FOLKMOOT_LOG_LEVEL: 'debug' },
      flags: { maxConnections: '80' },
    })
    expect(config.values).toMatchObject({
      stakeholder: 'acme',
      logLevel: 'debug',
      maxConnections: 80,
    })
  })
})

describe('renewing the node key', () => {
  it('keeps the old one aside and leaves the root as it is', async () => {
    const { dir, identity } = await made()
    const renewed = renewNodeKey(openHome(dir))
    expect(renewed).not.toBe(identity.node)
    expect(openHome(dir).identity).toEqual({ root: identity.root, node: renewed })
    expect(readdirSync(join(dir, 'retired'))).toEqual([`${identity.node}.key`])
  })
})

describe('the membership of a home', () => {
  const coalition = cidOf(new Uint8Array())

  it('is absent at first, and read as it was saved', async () => {
    const { layout } = openHome((await made()).dir)
    expect(readMembership(layout)).toBeUndefined()
    const membership: Membership = {
      coalition,
      state: 'joining',
      invite: 'an invite',
      peers: ['/ip4/1.2.3.4/tcp/1'],
    }
    saveMembership(layout, membership)
    expect(readMembership(layout)).toEqual(membership)
  })

  it('is refused when the file holds something else', async () => {
    const { layout } = openHome((await made()).dir)
    writeFileSync(layout.membership, '{"coalition":"x"}', { mode: 0o600 })
    expect(await codeOf(() => readMembership(layout))).toMatchObject({ code: 'key-damaged' })
  })
})

describe('the place of a home', () => {
  it('is --home, else FOLKMOOT_HOME, else ~/.folkmoot', () => {
    expect(chooseHome('/a', { FOLKMOOT_HOME: '/b' })).toBe('/a')
    expect(chooseHome(undefined, { FOLKMOOT_HOME: '/b' })).toBe('/b')
    expect(chooseHome(undefined, {})).toMatch(/\/\.folkmoot$/)
  })

  it('puts the socket elsewhere only when its path would be too long', () => {
    const fits = `/${'h'.repeat(MAX_SOCKET_PATH_BYTES - 1 - '/api.sock'.length)}`
    expect(layoutOf(fits).socket).toBe(`${fits}/api.sock`)
    const long = layoutOf(`${fits}h`)
    expect(Buffer.byteLength(long.socket)).toBeLessThanOrEqual(MAX_SOCKET_PATH_BYTES)
    expect(long.socket).toBe(layoutOf(`${fits}h`).socket)
    expect(long.socket).not.toBe(layoutOf(`${fits}i`).socket)
  })

  it('refuses a socket folder that is a link to somewhere or open to others', async () => {
    const dir = tempDir()
    const link = join(dir, 'link')
    symlinkSync(tempDir(), link)
    const layout = layoutOf(dir)
    const at = (path: string) => ({ ...layout, socket: join(path, 'api.sock') })
    expect(await codeOf(() => ensureSocketDir(at(link)))).toMatchObject({ code: 'home-too-open' })
    ensureSocketDir(at(join(dir, 'made')))
    chmodSync(join(dir, 'made'), 0o777)
    expect(await codeOf(() => ensureSocketDir(at(join(dir, 'made'))))).toMatchObject({
      code: 'home-too-open',
    })
  })
})
