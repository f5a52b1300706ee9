/** What is wrong with the table of capabilities: a row that nothing shows is no row. */
import type { SourceUnit } from '../tidy/tree.ts'
import { type Capability, LAST_CAPABILITY, testNameOf } from './capability.ts'
import { titlesOf } from './titles.ts'

/** What rows are held against. */
export interface Evidence {
  /** Names of the commands that the program has. */
  readonly commands: ReadonlySet<string>
  /** Every file of code, by its path. */
  readonly files: ReadonlyMap<string, SourceUnit>
}

/** One sentence for each thing that is wrong, in the order of the rows. */
export const capabilityFaults = (rows: readonly Capability[], evidence: Evidence): string[] =>
  rows.flatMap((row) =>
    [
      ...rowFaults(row),
      ...row.commands.flatMap((name) => commandFaults(name, evidence)),
      ...row.tests.flatMap((name) => testFaults(name, evidence)),
    ].map((fault) => `${row.number} (${row.sentence}): ${fault}`),
  )

function rowFaults({ number, sentence, commands, tests }: Capability): string[] {
  const isNumber = Number.isInteger(number) && number >= 1 && number <= LAST_CAPABILITY
  return [
    ...(isNumber ? [] : [`there is no capability ${number}`]),
    ...(/^[A-Z].*\.$/.test(sentence) ? [] : ['write a sentence']),
    ...(commands.length > 0 ? [] : ['no command does it']),
    ...(tests.length > 0 ? [] : ['no test shows it']),
  ]
}

const commandFaults = (name: string, { commands }: Evidence): string[] =>
  commands.has(name) ? [] : [`there is no command "${name}"`]

function testFaults(text: string, { files }: Evidence): string[] {
  const name = testNameOf(text)
  if (name === undefined) return [`"${text}" is not "path > title"`]
  const unit = files.get(name.path)
  if (unit === undefined || !name.path.endsWith('.test.ts'))
    return [`there is no test file ${name.path}`]
  return titlesOf(unit).has(name.title) ? [] : [`${name.path} has no test "${name.title}"`]
}
