/** Oracles and strategies that researchers bring: a module each, exporting `oracle` or `strategy`. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { OracleFactory } from '../oracle/oracle.ts'
import type { Strategy } from '../world/strategy.ts'
import { SimError } from './errors.ts'

/** Loads `export const oracle` of each file. Throws `SimError`. */
export async function loadOracles(files: readonly string[]): Promise<OracleFactory[]> {
  const found: OracleFactory[] = []
  for (const file of files) {
    const { oracle } = await load(file)
    if (!isOracleFactory(oracle))
      throw wrong(file, 'oracle', 'a function that makes { name, about, observe or conclude }')
    found.push(oracle)
  }
  return found
}

/** Loads `export const strategy` of each file. Throws `SimError`. */
export async function loadStrategies(files: readonly string[]): Promise<Strategy[]> {
  const found: Strategy[] = []
  for (const file of files) {
    const { strategy } = await load(file)
    if (!isStrategy(strategy)) throw wrong(file, 'strategy', '{ name, about, … }')
    found.push(strategy)
  }
  return found
}

async function load(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new SimError(
      'bad-extension',
      `${file} cannot be loaded: ${why}`,
      /Unexpected token|import statement/.test(why)
        ? 'call it .mts, or put "type": "module" into the package.json of its folder'
        : 'docs/guides/first-scenario.md has examples',
    )
  }
}

const wrong = (file: string, name: string, shape: string): SimError =>
  new SimError('bad-extension', `${file} exports no ${name}`, `export const ${name} = ${shape}`)

function isOracleFactory(value: unknown): value is OracleFactory {
  if (typeof value !== 'function') return false
  const made: unknown = value()
  return hasText(made, 'name') && hasText(made, 'about')
}

const isStrategy = (value: unknown): value is Strategy =>
  hasText(value, 'name') && hasText(value, 'about')

const hasText = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'string'
