/** Where scenarios come from: the named ones of this package, or a file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nearestWord } from '../../src/charter/nearest.ts'
import { formatProblem } from '../../src/charter/problem.ts'
import { STRATEGIES } from '../strategies/builtin.ts'
import { type ParsedScenario, parseScenario } from './parse.ts'
import type { Scenario } from './scenario.ts'

const FOLDER = fileURLToPath(new URL('../scenarios/', import.meta.url))
const ENDING = '.yaml'

/** A scenario that cannot be run: what is wrong, line by line. */
export class ScenarioError extends Error {
  readonly code: string
  readonly hint: string

  constructor(code: string, message: string, hint: string) {
    super(message)
    this.name = 'ScenarioError'
    this.code = code
    this.hint = hint
  }
}

/** Names of the scenarios that come with this package, in order. */
export const scenarioNames = (): string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .sort()

/** The text of a named scenario, or of a file. Throws `ScenarioError`. */
export function scenarioText(name: string): { readonly file: string; readonly text: string } {
  const named = join(FOLDER, `${name}${ENDING}`)
  const file = !/[/\\.]/.test(name) && existsSync(named) ? named : name
  try {
    return { file: file === named ? `${name}${ENDING}` : name, text: readFileSync(file, 'utf8') }
  } catch {
    const near = nearestWord(basename(name, ENDING), scenarioNames())
    throw new ScenarioError(
      'no-scenario',
      `there is no scenario and no file "${name}"`,
      near ? `did you mean "${near}"?` : 'folkmoot-sim scenarios lists those that there are',
    )
  }
}

/** Reads a scenario text with the names that this build and the run know. */
export const parseKnown = (text: string, strategies: readonly string[] = []): ParsedScenario =>
  parseScenario(text, { strategies: [...STRATEGIES.map(({ name }) => name), ...strategies] })

/** A checked scenario by name or file. Throws `ScenarioError` with every problem on its line. */
export function loadScenario(name: string, strategies: readonly string[] = []): Scenario {
  const { file, text } = scenarioText(name)
  const parsed = parseKnown(text, strategies)
  if (parsed.ok) return parsed.scenario
  const lines = parsed.problems.map((found) => formatProblem(found, file))
  throw new ScenarioError(
    'bad-scenario',
    lines.join('\n'),
    'folkmoot-sim schema prints what may stand where',
  )
}
