/** Settings in layers: defaults < file < environment < flags, each value with its origin. */
import { parse as parseYaml } from 'yaml'
import {
  checkValue,
  type GivenValue,
  type Layer,
  readConfigFile,
  unknownKey,
} from './config-file.ts'
import {
  CONFIG_KEYS,
  type Config,
  type ConfigKey,
  configSchema,
  DEFAULTS,
  isConfigKey,
  isListKey,
} from './config-schema.ts'
import { HomeError } from './errors.ts'
import { editDistance } from './nearest.ts'

/** Which layer a value is from. */
export type OriginLayer = 'default' | 'file' | 'env' | 'flag'
/** Where a value is from: the layer, and the place in it (`config.yaml:7`, `FOLKMOOT_LISTEN`). */
export interface Origin {
  readonly layer: OriginLayer
  readonly where: string
}

/** All settings, and the origin of each. */
export interface ResolvedConfig {
  readonly values: Config
  originOf(key: ConfigKey): Origin
}

/** What the layers above the defaults are read from. */
export interface ConfigSources {
  /** Path of the settings file, if any. */
  readonly file?: string
  readonly env?: { readonly [name: string]: string | undefined }
  /** Settings given on the command line, as text, by dotted name. */
  readonly flags?: { readonly [key: string]: string | undefined }
}

/** Resolves all settings; throws `config-unknown-key` or `config-invalid`, naming the place. */
export function resolveConfig({ file, env = {}, flags = {} }: ConfigSources): ResolvedConfig {
  const layers: readonly (readonly [OriginLayer, Layer])[] = [
    ['file', file === undefined ? new Map() : readConfigFile(file)],
    ['env', readEnv(env)],
    ['flag', readFlags(flags)],
  ]
  const values: { [key: string]: unknown } = { ...DEFAULTS }
  const origins = new Map<ConfigKey, Origin>()
  for (const [layer, given] of layers)
    for (const [key, at] of given) {
      checkValue(key, at)
      values[key] = at.value
      origins.set(key, { layer, where: at.where })
    }
  const config = configSchema.parse(values)
  // A node that listens on this machine only has no other peers than those on this machine.
  if (!origins.has('allowLoopback') && config.listen.every(isLoopback)) {
    origins.set('allowLoopback', { layer: 'default', where: 'listen is on this machine only' })
    config.allowLoopback = true
  }
  return {
    values: config,
    originOf: (key) => origins.get(key) ?? { layer: 'default', where: 'default' },
  }
}

const isLoopback = (address: string): boolean => /^\/ip4\/127\.|^\/ip6\/::1\//.test(address)

/** The environment variable of a setting: `dial.maxParallel` is `FOLKMOOT_DIAL_MAX_PARALLEL`. */
export const envNameOf = (key: ConfigKey): string =>
  `FOLKMOOT_${key.replace(/[A-Z]/g, '_$&').replace('.', '_').toUpperCase()}`

/** A setting's value from text: YAML, and for lists also words separated by commas. */
export function valueFromText(key: ConfigKey, text: string, where: string): unknown {
  if (isListKey(key) && !text.trimStart().startsWith('['))
    return text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '')
  try {
    // A name such as `yes` or `007` is text, whatever YAML makes of it.
    return key === 'name' || key === 'stakeholder'
      ? text === 'null'
        ? null
        : text
      : parseYaml(text)
  } catch (error) {
    throw new HomeError('config-invalid', `${where}: "${text}" is not a value`, 'quote it', error)
  }
}

/** Most edits at which an unknown `FOLKMOOT_…` variable is taken for a misspelt setting. */
const MAX_ENV_TYPOS = 2

/** Settings in the environment. Unknown variables may belong to others, unless nearly one of ours. */
function readEnv(env: { readonly [name: string]: string | undefined }): Layer {
  const byName = new Map(CONFIG_KEYS.map((key) => [envNameOf(key), key]))
  const layer = new Map<ConfigKey, GivenValue>()
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('FOLKMOOT_') || text === undefined) continue
    const key = byName.get(name)
    if (key !== undefined) layer.set(key, { value: valueFromText(key, text, name), where: name })
    else assertNoTypo(name, [...byName.keys()])
  }
  return layer
}

/** Variables that are read elsewhere: home, passphrase, work factor. */
const OTHER_VARIABLES = ['HOME', 'PASSPHRASE', 'PASSPHRASE_FILE', 'SCRYPT_WORK_FACTOR'].map(
  (name) => `FOLKMOOT_${name}`,
)

function assertNoTypo(name: string, known: readonly string[]): void {
  if (OTHER_VARIABLES.includes(name)) return
  const near = [...known, ...OTHER_VARIABLES].find(
    (candidate) => editDistance(name, candidate) <= MAX_ENV_TYPOS,
  )
  if (near === undefined) return
  throw new HomeError(
    'config-unknown-key',
    `the environment has ${name}, which is no setting`,
    `did you mean ${near}?`,
  )
}

function readFlags(flags: { readonly [key: string]: string | undefined }): Layer {
  const layer = new Map<ConfigKey, GivenValue>()
  for (const [key, text] of Object.entries(flags)) {
    if (text === undefined) continue
    const where = `--${key}`
    if (!isConfigKey(key)) throw unknownKey(key, where)
    layer.set(key, { value: valueFromText(key, text, where), where })
  }
  return layer
}
