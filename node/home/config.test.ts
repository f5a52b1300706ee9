import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { envNameOf, resolveConfig } from './config.ts'
import { newConfigText, writeConfigValue } from './config-file.ts'
import { CONFIG_KEYS, DEFAULTS, dutyMode } from './config-schema.ts'

const fileWith = (text: string): string => {
  const path = join(tempDir(), 'config.yaml')
  writeFileSync(path, text, { mode: 0o600 })
  return path
}
const thrownBy = (act: () => unknown): unknown => {
  try {
    act()
  } catch (error) {
    return error
  }
  return 'no error'
}

describe('settings', () => {
  it('are the defaults when nobody says otherwise', () => {
    const { values, originOf } = resolveConfig({})
    expect(values).toEqual(DEFAULTS)
    expect(originOf('listen')).toEqual({ layer: 'default', where: 'default' })
  })

  it('come from the last layer that gives them, and remember which', () => {
    const file = fileWith('# ours\nlogLevel: warn\nmaxConnections: 10\nsyncIntervalMs: 5000\n')
    const { values, originOf } = resolveConfig({
      file,
      env: { FOLKMOOT_MAX_CONNECTIONS: '20', FOLKMOOT_SYNC_INTERVAL_MS: '6000' },
      flags: { syncIntervalMs: '7000', listen: undefined },
    })
    expect([values.logLevel, values.maxConnections, values.syncIntervalMs]).toEqual([
      'warn',
      20,
      7000,
    ])
    expect(originOf('logLevel')).toEqual({ layer: 'file', where: `${file}:2` })
    expect(originOf('maxConnections')).toEqual({ layer: 'env', where: 'FOLKMOOT_MAX_CONNECTIONS' })
    expect(originOf('syncIntervalMs')).toEqual({ layer: 'flag', where: '--syncIntervalMs' })
    expect(originOf('listen').layer).toBe('default')
  })

  it('may be written nested in the file', () => {
    const file = fileWith(
      'dial:\n  maxParallel: 3\nsteward:\n  seal: { "*": auto, emergency: ask }\n',
    )
    const { values, originOf } = resolveConfig({ file })
    expect(values['dial.maxParallel']).toBe(3)
    expect(originOf('steward.seal').where).toBe(`${file}:4`)
    expect(dutyMode(values['steward.seal'], 'emergency')).toBe('ask')
    expect(dutyMode(values['steward.seal'], 'standard')).toBe('auto')
    expect(values['steward.checkpoint']).toBe('auto')
  })

  it('take lists from text, as YAML or with commas', () => {
    const addresses = ['/ip4/1.2.3.4/tcp/1', '/dns4/a.example/tcp/2']
    const listen = (text: string) => resolveConfig({ flags: { listen: text } }).values.listen
    expect(listen(addresses.join(', '))).toEqual(addresses)
    expect(listen(JSON.stringify(addresses))).toEqual(addresses)
    expect(listen('')).toEqual([])
  })

  it('keep a name as text, whatever YAML would make of it', () => {
    expect(resolveConfig({ env: { FOLKMOOT_NAME: '007' } }).values.name).toBe('007')
  })

  it('have one environment variable each', () => {
    expect(new Set(CONFIG_KEYS.map(envNameOf)).size).toBe(CONFIG_KEYS.length)
    expect(envNameOf('dial.maxParallel')).toBe('FOLKMOOT_DIAL_MAX_PARALLEL')
  })
})

describe('a misspelt setting', () => {
  it.each([
    ['logLevl: debug', 'logLevel'],
    ['dial:\n  maxParalel: 3', 'dial.maxParallel'],
    ['Listen: []', 'listen'],
  ])('in the file (%s) is refused with the nearest word', (text, nearest) => {
    expect(thrownBy(() => resolveConfig({ file: fileWith(text) }))).toMatchObject({
      code: 'config-unknown-key',
      hint: `did you mean "${nearest}"?`,
    })
  })

  it('on the command line and in the environment is refused too', () => {
    expect(thrownBy(() => resolveConfig({ flags: { 'dial.timeoutsMs': '1' } }))).toMatchObject({
      code: 'config-unknown-key',
      hint: 'did you mean "dial.timeoutMs"?',
    })
    expect(thrownBy(() => resolveConfig({ env: { FOLKMOOT_LISTN: 'x' } }))).toMatchObject({
      hint: 'did you mean FOLKMOOT_LISTEN?',
    })
    expect(
      thrownBy(() =>
        resolveConfig({ env: { FOLKMOOT_PASSPHRASE: 'x', FOLKMOOT_OTHERS_FLAG: 'x' } }),
      ),
    ).toBe('no error')
  })

  it('with no near word points to the list', () => {
    expect(thrownBy(() => resolveConfig({ flags: { quux: '1' } }))).toMatchObject({
      hint: expect.stringContaining('config show'),
    })
  })
})

describe('an impossible value', () => {
  it.each([
    ['logLevel: loud', /config\.yaml:1: logLevel is "loud"/],
    ['name: x\nsyncIntervalMs: 1', /config\.yaml:2: syncIntervalMs is 1/],
    ['listen: [nowhere]', /listen\.0 is .*multiaddr/],
    ['steward: { seal: maybe }', /steward\.seal .*auto, ask, off/],
    ['steward: { checkpoint: ask }', /steward\.checkpoint is "ask"/],
    ['- a list', /must be a map/],
    ['dial: 3', /dial must be a map/],
    ['name: "open', /config\.yaml/],
    ['logLevel: info\nlogLevel: warn', /unique/],
  ])('such as %j is refused where it stands', (text, message) => {
    expect(thrownBy(() => resolveConfig({ file: fileWith(text) }))).toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(message),
    })
  })

  it('in the environment names the variable', () => {
    expect(
      thrownBy(() => resolveConfig({ env: { FOLKMOOT_MAX_CONNECTIONS: 'many' } })),
    ).toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('FOLKMOOT_MAX_CONNECTIONS'),
    })
  })
})

describe('the settings file', () => {
  it('as it is first written gives no setting and names them all', () => {
    const text = newConfigText()
    const { values } = resolveConfig({ file: fileWith(text) })
    expect(values).toEqual(DEFAULTS)
    for (const key of CONFIG_KEYS) expect(text).toContain(key.split('.').at(-1))
  })

  it('gives exactly the defaults when every line is uncommented', () => {
    const text = newConfigText()
      .split('\n')
      .slice(1)
      .map((line) => line.slice(2))
      .join('\n')
    expect(resolveConfig({ file: fileWith(text) }).values).toEqual(DEFAULTS)
  })

  it('keeps its comments when a setting is changed', () => {
    const file = fileWith('# mine\nlogLevel: warn # for now\n')
    writeConfigValue(file, 'logLevel', 'debug')
    writeConfigValue(file, 'dial.maxParallel', 4)
    expect(readFileSync(file, 'utf8')).toBe(
      '# mine\nlogLevel: debug # for now\ndial:\n  maxParallel: 4\n',
    )
  })

  it('is not changed to something that would not be read', () => {
    const file = fileWith('logLevel: warn\n')
    expect(thrownBy(() => writeConfigValue(file, 'logLevel', 'loud'))).toMatchObject({
      code: 'config-invalid',
    })
    expect(thrownBy(() => writeConfigValue(file, 'logLevle', 'info'))).toMatchObject({
      code: 'config-unknown-key',
    })
    expect(readFileSync(file, 'utf8')).toBe('logLevel: warn\n')
  })

  it('may be absent', () => {
    expect(resolveConfig({ file: join(tempDir(), 'config.yaml') }).values).toEqual(DEFAULTS)
  })
})
