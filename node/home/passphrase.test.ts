import { chmodSync, chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { newPassphrase, readPassphrase } from './passphrase.ts'
import { DEFAULT_WORK_FACTOR, openSeed, sealSeed, workFactorFrom } from './root-key.ts'

const answers =
  (...given: string[]) =>
  async () =>
    given.shift() ?? ''

describe('the passphrase', () => {
  it('comes from the file, else the environment, else a person', async () => {
    const file = join(tempDir(), 'secret')
    writeFileSync(file, 'from a file\n', { mode: 0o600 })
    const ask = answers('from a person')
    const both = { FOLKMOOT_PASSPHRASE_FILE: file, FOLKMOOT_PASSPHRASE: 'from env' }
    expect(await readPassphrase({ env: both, ask })).toBe('from a file')
    expect(await readPassphrase({ env: { FOLKMOOT_PASSPHRASE: 'from env' }, ask })).toBe('from env')
    expect(await readPassphrase({ env: {}, ask })).toBe('from a person')
  })

  it('is not taken from a file of ours that others can read', async () => {
    const file = join(tempDir(), 'secret')
    writeFileSync(file, 'from a file\n')
    const env = { FOLKMOOT_PASSPHRASE_FILE: file }
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(file, mode)
      await expect(readPassphrase({ env })).rejects.toMatchObject({
        code: 'passphrase-exposed',
        hint: `run: chmod 600 ${file}`,
      })
    }
    chmodSync(file, 0o400)
    expect(await readPassphrase({ env })).toBe('from a file')
  })

  it.runIf(process.getuid?.() === 0)(
    'is taken from a mounted secret of another owner',
    async () => {
      const file = join(tempDir(), 'secret')
      writeFileSync(file, 'from a file\n', { mode: 0o444 })
      chownSync(file, 65_534, 65_534)
      expect(await readPassphrase({ env: { FOLKMOOT_PASSPHRASE_FILE: file } })).toBe('from a file')
    },
  )

  it('cannot be had without a terminal, and says what to set', async () => {
    await expect(readPassphrase({ env: {} })).rejects.toMatchObject({
      code: 'passphrase-missing',
      hint: expect.stringContaining('FOLKMOOT_PASSPHRASE_FILE'),
    })
    const env = { FOLKMOOT_PASSPHRASE_FILE: '/nonexistent' }
    await expect(readPassphrase({ env })).rejects.toMatchObject({ code: 'passphrase-missing' })
  })

  it('is asked for twice when it is new', async () => {
    expect(await newPassphrase({ env: {}, ask: answers('long enough', 'long enough') })).toBe(
      'long enough',
    )
    await expect(
      newPassphrase({ env: {}, ask: answers('long enough', 'another one') }),
    ).rejects.toMatchObject({
      code: 'passphrase-mismatch',
    })
  })

  it('must have eight characters when it is new', async () => {
    const source = (text: string) => ({ env: { FOLKMOOT_PASSPHRASE: text } })
    await expect(newPassphrase(source('7 chars'))).rejects.toMatchObject({
      code: 'passphrase-weak',
    })
    expect(await newPassphrase(source('8 chars.'))).toBe('8 chars.')
  })
})

describe('a sealed root key', () => {
  const seed = new Uint8Array(32).fill(3)

  it('opens with its passphrase, and differs each time', async () => {
    const sealed = await sealSeed(seed, 'long enough', 2)
    expect(sealed).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----/)
    expect(await openSeed(sealed, 'long enough')).toEqual(seed)
    expect(await sealSeed(seed, 'long enough', 2)).not.toBe(sealed)
  })

  it('that was altered is called damaged, not a wrong passphrase', async () => {
    const sealed = await sealSeed(seed, 'long enough', 2)
    const altered = sealed.replace(
      /(.)(\n-----END)/,
      (_, last, end) => (last === 'A' ? 'B' : 'A') + end,
    )
    for (const text of ['', 'no armour', altered])
      await expect(openSeed(text, 'long enough')).rejects.toMatchObject({ code: 'key-damaged' })
  })

  it("takes age's own work unless told otherwise, within what age can open", () => {
    expect(workFactorFrom({})).toBe(DEFAULT_WORK_FACTOR)
    expect(workFactorFrom({ FOLKMOOT_SCRYPT_WORK_FACTOR: '20' })).toBe(20)
    for (const text of ['0', '21', '1.5', 'low'])
      expect(() => workFactorFrom({ FOLKMOOT_SCRYPT_WORK_FACTOR: text })).toThrow(text)
  })
})
