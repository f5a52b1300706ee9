/** `folkmoot-sim scenarios`: what there is, and what each shows. */
import type { Command } from 'commander'
import { loadScenario, scenarioNames, scenarioText } from '../../scenario/catalogue.ts'
import { compile } from '../../scenario/compile.ts'
import { command } from '../command.ts'
import type { Io } from '../io.ts'

/** The command. */
export function scenariosCommand(io: Io): Command {
  return command('scenarios', 'list the named scenarios, or print one', [
    'folkmoot-sim scenarios',
    'folkmoot-sim scenarios even-split > mine.yaml',
    'folkmoot-sim scenarios --json',
    'folkmoot-sim scenarios churn --events',
  ])
    .argument('[name]', 'prints its text')
    .option('--events', 'prints the events that it comes down to, a line of JSON each')
    .option('--json', 'names with what they show as JSON')
    .action(
      (name: string | undefined, options: { readonly events?: true; readonly json?: true }) => {
        if (name !== undefined && options.events) io.out(eventLines(name))
        else if (name !== undefined && !options.json) io.out(scenarioText(name).text)
        else io.out(options.json ? jsonOf(name) : listing())
      },
    )
}

const eventLines = (name: string): string =>
  compile(loadScenario(name))
    .events.map((event) => `${JSON.stringify(event)}\n`)
    .join('')

const summaries = (names: readonly string[]) =>
  names.map((name) => {
    const { shows, durationMs, coalition } = loadScenario(name)
    return { name, shows, durationMs, stakeholders: coalition.members.length }
  })

const jsonOf = (name: string | undefined): string =>
  name === undefined
    ? `${JSON.stringify(summaries(scenarioNames()), null, 2)}\n`
    : `${JSON.stringify(loadScenario(name), null, 2)}\n`

function listing(): string {
  const all = summaries(scenarioNames())
  const width = Math.max(0, ...all.map(({ name }) => name.length))
  return all.map(({ name, shows }) => `${name.padEnd(width)}  ${shows}\n`).join('')
}
