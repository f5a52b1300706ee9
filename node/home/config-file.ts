/** The settings file: YAML that people edit; read with line numbers, changed without losing comments. */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import {
  CONFIG_KEYS,
  type ConfigKey,
  configSchema,
  DEFAULTS,
  DESCRIPTIONS,
  isConfigKey,
} from './config-schema.ts'
import { HomeError, messageOf } from './errors.ts'
import { readPrivateFile, writeFileAtomic } from './files.ts'
import { nearestWord } from './nearest.ts'

/** A setting as somebody gave it, and where: `config.yaml:7`, `FOLKMOOT_LISTEN`, `--listen`. */
export interface GivenValue {
  readonly value: unknown
  readonly where: string
}
/** Settings of one layer, by dotted name. */
export type Layer = ReadonlyMap<ConfigKey, GivenValue>

/** Reads the settings that the file at `path` gives; none when there is no file. */
export function readConfigFile(path: string): Layer {
  const layer = new Map<ConfigKey, GivenValue>()
  const lines = new LineCounter()
  const document = parse(path, lines)
  const collect = (node: unknown, prefix: string): void => {
    if (!isMap(node)) throw notAMap(path, prefix)
    for (const { key, value } of node.items) {
      const name = prefix + String(isScalar(key) ? key.value : key)
      const where = `${path}:${lineOf(key, lines)}`
      if (isConfigKey(name))
        layer.set(name, { value: isNode(value) ? value.toJS(document) : value, where })
      else if (isSection(name)) collect(value, `${name}.`)
      else throw unknownKey(name, where)
    }
  }
  if (document.contents !== null) collect(document.contents, '')
  return layer
}

/** Sets one setting in the file at `path`, keeping comments; throws `config-invalid`. */
export function writeConfigValue(path: string, key: string, value: unknown): void {
  if (!isConfigKey(key)) throw unknownKey(key, path)
  checkValue(key, { value, where: path })
  const document = parse(path, new LineCounter())
  document.setIn(key.split('.'), value)
  writeFileAtomic(path, document.toString())
}

/** The text of a new settings file: every setting with its default, as comments. */
export function newConfigText(): string {
  const lines = ['# Settings of this Folkmoot node. Uncomment a line to change a default.']
  let section = ''
  for (const key of CONFIG_KEYS) {
    const [first = '', second] = key.split('.')
    const group = second === undefined ? '' : first
    if (group !== '' && group !== section) lines.push('#', `# ${group}:`)
    section = group
    const indent = group === '' ? '' : '  '
    lines.push(`# ${indent}# ${DESCRIPTIONS[key]}`)
    lines.push(`# ${indent}${second ?? first}: ${JSON.stringify(DEFAULTS[key])}`)
  }
  return `${lines.join('\n')}\n`
}

/** Throws `config-invalid` unless a setting can take the value. */
export function checkValue(key: ConfigKey, { value, where }: GivenValue): void {
  const parsed = configSchema.shape[key].safeParse(value)
  if (parsed.success) return
  const [issue] = parsed.error.issues
  const path = [key, ...(issue?.path ?? [])].join('.')
  throw new HomeError(
    'config-invalid',
    `${where}: ${path} is ${JSON.stringify(value)}: ${issue?.message ?? 'not possible'}`,
    `${key}: ${DESCRIPTIONS[key]}; default ${JSON.stringify(DEFAULTS[key])}`,
  )
}

/** The error for a setting that does not exist, with the nearest one that does. */
export function unknownKey(name: string, where: string): HomeError {
  const near = nearestWord(name, CONFIG_KEYS)
  return new HomeError(
    'config-unknown-key',
    `${where}: there is no setting "${name}"`,
    near === undefined ? '`folkmoot config show` lists all settings' : `did you mean "${near}"?`,
  )
}

const isSection = (name: string): boolean => CONFIG_KEYS.some((key) => key.startsWith(`${name}.`))

function parse(path: string, lineCounter: LineCounter): Document {
  const text = readPrivateFile(path)?.toString('utf8') ?? ''
  const document = parseDocument(text, { lineCounter })
  const [error] = document.errors
  if (error === undefined) return document
  throw new HomeError(
    'config-invalid',
    `${path}: ${messageOf(error)}`,
    'mend the YAML there',
    error,
  )
}

const lineOf = (key: unknown, lines: LineCounter): number =>
  isNode(key) && key.range ? lines.linePos(key.range[0]).line : 1

const notAMap = (path: string, prefix: string): HomeError =>
  new HomeError(
    'config-invalid',
    `${path}: ${prefix === '' ? 'the file' : prefix.slice(0, -1)} must be a map of settings`,
    'write one `setting: value` per line',
  )
