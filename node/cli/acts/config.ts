/** `config show` and `config set`: every setting, where it comes from, and changing one. */
import { valueFromText } from '../../home/config.ts'
import { unknownKey, writeConfigValue } from '../../home/config-file.ts'
import { CONFIG_KEYS, DESCRIPTIONS, isConfigKey } from '../../home/config-schema.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { homeOf } from '../node-access.ts'
import { type Column, tableLines } from '../view/table.ts'

interface Setting {
  readonly key: string
  readonly value: unknown
  readonly origin: string
  readonly where: string
  readonly about: string
}

/** Shows all settings of the home. */
export async function showConfig(
  { origin }: { readonly origin: boolean },
  context: Context,
): Promise<Report> {
  const { config } = homeOf(context)
  const settings = CONFIG_KEYS.map((key): Setting => {
    const { layer, where } = config.originOf(key)
    return { key, value: config.values[key], origin: layer, where, about: DESCRIPTIONS[key] }
  })
  const columns = [...COLUMNS, ...(origin ? [ORIGIN] : [ABOUT])]
  return { data: { settings }, text: tableLines(columns, settings, context.print).join('\n') }
}

/** Changes one setting in the home's file, keeping its comments. */
export async function setConfig(
  { key, value: text }: { readonly key: string; readonly value: string },
  context: Context,
): Promise<Report> {
  const { layout } = homeOf(context)
  if (!isConfigKey(key)) throw unknownKey(key, 'the command line')
  const value = valueFromText(key, text, 'the command line')
  writeConfigValue(layout.config, key, value)
  return { data: { key, value }, text: `✓ ${key} is now ${JSON.stringify(value)}` }
}

const COLUMNS: readonly Column<Setting>[] = [
  { title: 'SETTING', of: ({ key }) => key, style: () => 'title' },
  { title: 'VALUE', of: ({ value }) => JSON.stringify(value), shrinks: true },
]
const ORIGIN: Column<Setting> = {
  title: 'SET BY',
  of: ({ origin, where }) => (origin === 'default' ? origin : `${origin}: ${where}`),
  style: ({ origin }) => (origin === 'default' ? 'dim' : 'good'),
}
const ABOUT: Column<Setting> = {
  title: 'WHAT IT IS',
  of: ({ about }) => about,
  shrinks: true,
  style: () => 'dim',
}
