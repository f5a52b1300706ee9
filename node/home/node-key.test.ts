import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import {
  isNodeKeySealed,
  openNodeKey,
  readNodeIdentity,
  readNodeKey,
  sealNodeKey,
  unsealNodeKey,
  writeNodeKey,
} from './node-key.ts'

const PASSPHRASE = 'correct horse battery'
const CHEAP = { FOLKMOOT_SCRYPT_WORK_FACTOR: '1' }
const given = (passphrase: string) => ({ env: { ...CHEAP, FOLKMOOT_PASSPHRASE: passphrase } })
const nothing = { env: CHEAP }

describe('a node key', () => {
  let dir: string
  let layout: { readonly nodeKey: string }

  beforeEach(() => {
    dir = tempDir()
    layout = { nodeKey: join(dir, 'node.key') }
  })

  /** The same file at another path, as a process finds it that has opened nothing. */
  const elsewhere = () => {
    const copy = { nodeKey: join(dir, 'copy.key') }
    writeFileSync(copy.nodeKey, readFileSync(layout.nodeKey), { mode: 0o600 })
    return copy
  }

  test('that is sealed says whose it is without a passphrase, and is used with it', async () => {
    const key = writeNodeKey(layout)
    const seed = readNodeKey({ layout })
    expect(await sealNodeKey(layout, given(PASSPHRASE))).toBe(key)
    expect(isNodeKeySealed(layout)).toBe(true)
    expect(readFileSync(layout.nodeKey, 'utf8')).not.toContain(Buffer.from(seed).toString('hex'))
    const other = elsewhere()
    expect(readNodeIdentity(other)).toBe(key)
    expect(() => readNodeKey({ layout: other })).toThrow(
      expect.objectContaining({
        code: 'key-sealed',
        message: `the node key in ${other.nodeKey} is sealed with a passphrase`,
        hint: expect.stringContaining('FOLKMOOT_PASSPHRASE_FILE'),
      }),
    )
    await openNodeKey(other, given(PASSPHRASE))
    expect(readNodeKey({ layout: other })).toEqual(seed)
    // It is open in this process: nobody is asked again.
    await openNodeKey(other, nothing)
  })

  test('is told apart: no passphrase, a wrong one, one too short, sealed already', async () => {
    writeNodeKey(layout)
    await expect(sealNodeKey(layout, given('short'))).rejects.toMatchObject({
      code: 'passphrase-weak',
    })
    await sealNodeKey(layout, given(PASSPHRASE))
    await expect(sealNodeKey(layout, given(PASSPHRASE))).rejects.toMatchObject({
      code: 'key-sealed',
    })
    const other = elsewhere()
    await expect(openNodeKey(other, nothing)).rejects.toMatchObject({
      code: 'passphrase-missing',
      message: 'the node key is sealed and there is no terminal to ask for the passphrase',
    })
    await expect(openNodeKey(other, given('not the one'))).rejects.toMatchObject({
      code: 'passphrase-wrong',
      message: `the passphrase does not open the node key in ${other.nodeKey}`,
    })
  })

  test('loses its seal, and is the same key', async () => {
    const key = writeNodeKey(layout)
    await sealNodeKey(layout, given(PASSPHRASE))
    expect(await unsealNodeKey(layout, given(PASSPHRASE))).toBe(key)
    expect(isNodeKeySealed(layout)).toBe(false)
    expect(readNodeIdentity(layout)).toBe(key)
  })

  test('in a sealed file that names another one is damaged', async () => {
    writeNodeKey(layout)
    const other = { nodeKey: join(dir, 'other.key') }
    const stranger = writeNodeKey(other)
    await sealNodeKey(layout, given(PASSPHRASE))
    const text = readFileSync(layout.nodeKey, 'utf8').replace(/:[0-9a-f]{64}\n/, `:${stranger}\n`)
    writeFileSync(other.nodeKey, text)
    await expect(openNodeKey(other, given(PASSPHRASE))).rejects.toMatchObject({
      code: 'key-damaged',
    })
  })

  test('takes its passphrase from a file of its own, or from what a service manager mounted', async () => {
    writeNodeKey(layout)
    await sealNodeKey(layout, given(PASSPHRASE))
    const file = join(dir, 'passphrase')
    writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 })
    const own = { FOLKMOOT_NODE_PASSPHRASE_FILE: file, FOLKMOOT_PASSPHRASE: 'that of the root' }
    await openNodeKey(elsewhere(), { env: own })
    const mounted = join(dir, 'credentials')
    mkdirSync(mounted)
    writeFileSync(join(mounted, 'folkmoot-passphrase'), PASSPHRASE, { mode: 0o600 })
    const credentials = { nodeKey: join(dir, 'third.key') }
    writeFileSync(credentials.nodeKey, readFileSync(layout.nodeKey), { mode: 0o600 })
    await openNodeKey(credentials, { env: { CREDENTIALS_DIRECTORY: mounted } })
    chmodSync(file, 0o644)
    await expect(
      openNodeKey(layoutOfCopy(dir, layout.nodeKey), { env: own }),
    ).rejects.toMatchObject({ code: 'passphrase-exposed', hint: `run: chmod 600 ${file}` })
  })
})

function layoutOfCopy(dir: string, from: string): { readonly nodeKey: string } {
  const copy = { nodeKey: join(dir, 'fourth.key') }
  writeFileSync(copy.nodeKey, readFileSync(from), { mode: 0o600 })
  return copy
}
