/** Runs one command line in this process: parse, do, show, exit code. */
import { CommanderError } from 'commander'
import { chooseHome } from '../home/layout.ts'
import type { Report } from './command.ts'
import type { Context, Services } from './context.ts'
import { type CliError, failureOf, usageError } from './errors.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { Io } from './io.ts'
import { buildProgram, type Invocation } from './program.ts'
import { COMMANDS } from './tree.ts'
import { Printer } from './view/printer.ts'

/**
 * Runs `folkmoot` with the given arguments (without program names) and returns its exit code.
 * Never throws: failures are shown as they are to users.
 */
export async function run(argv: readonly string[], io: Io, services: Services): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok
  const help = { write: (text: string) => io.stdout.write(text), columns: io.stdout.columns }
  const program = buildProgram(COMMANDS, help, async (invocation) => {
    exit = await invoke(invocation, io, services)
  })
  if (argv.length === 0) {
    io.stdout.write(program.helpInformation())
    io.stdout.write('\n`folkmoot <command> --help` shows examples.\n')
    return EXIT.usage
  }
  try {
    await program.parseAsync(wordsOf(argv), { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok
    const thrown = error instanceof CommanderError ? fromCommander(error, argv) : error
    const { failure, exit: code } = failureOf(thrown)
    new Printer(io, plainOptions(argv)).failure(failure)
    return code
  }
}

/** `--version` is what scripts try before they know the commands. */
const wordsOf = ([first = '', ...rest]: readonly string[]): readonly string[] =>
  ['--version', '-V'].includes(first) ? ['version', ...rest] : [first, ...rest]

/** Where the line could not be parsed, the global options are looked up by hand. */
const plainOptions = (argv: readonly string[]) => ({
  json: argv.includes('--json'),
  quiet: argv.includes('--quiet'),
  noColor: argv.includes('--no-color'),
})

async function invoke(
  { command, input, globals }: Invocation,
  io: Io,
  services: Services,
): Promise<ExitCode> {
  const print = new Printer(io, globals)
  const homeDir = chooseHome(globals.home, io.env)
  const { json } = globals
  const isOffline = command.carries && input.offline === true
  const context: Context = { io, services, print, homeDir, json, isOffline, commands: COMMANDS }
  try {
    const report = await runCarrying(command, input, context)
    return report === undefined ? EXIT.ok : show(report, context)
  } catch (error) {
    const { failure, exit } = failureOf(error)
    print.failure(failure)
    return exit
  } finally {
    print.clearProgress()
  }
}

/** Runs the command; with `--offline` what it signed goes into a file. */
async function runCarrying(
  command: Invocation['command'],
  input: Invocation['input'],
  context: Context,
): Promise<Report | undefined> {
  const { out } = input
  if (command.carries && out !== undefined && !context.isOffline)
    throw usageError('-o is for what is carried', 'add --offline, or leave -o out')
  const report = await command.run(input, context)
  if (!context.isOffline || report === undefined || input.dryRun === true) return report
  const { carry } = await import('./carry.ts')
  return carry(report, typeof out === 'string' ? out : undefined, context)
}

function show({ data, text, next, exit = EXIT.ok }: Report, { print, json }: Context): ExitCode {
  if (json) print.json({ ok: exit === EXIT.ok, ...data })
  else if (text !== '') print.line(text)
  for (const step of next ?? []) print.guide(step)
  return exit
}

/** The parser's complaint in our words: its suggestion becomes the hint. */
function fromCommander(error: CommanderError, argv: readonly string[]): CliError {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = /\(Did you mean (?:one of )?([^?]*)\?\)/.exec(rest.join(' '))?.[1]
  // A group without a command, such as `folkmoot config`: its help is the answer.
  if (error.code === 'commander.help') return usageError('a command is missing', helpFor(argv))
  return usageError(
    inOurWords(first.replaceAll("'", '"')),
    suggestion === undefined ? helpFor(argv) : `did you mean "${suggestion}"?`,
  )
}

const inOurWords = (complaint: string): string =>
  complaint
    .replace(/^command-argument value (".*") is invalid for argument "(.*?)"\./, '$1 is no $2.')
    .replace(/^option "(.*?)" argument (".*") is invalid\./, '$2 is not possible for $1.')
    .replace('Allowed choices are', 'Choose one of')

/** Where the command that was meant explains itself; the whole list where none was. */
function helpFor(argv: readonly string[]): string {
  const words = argv.filter((word) => !word.startsWith('-'))
  const named = words.flatMap((word, i) => [`${word} ${words[i + 1] ?? ''}`, word])
  const meant = named.find((name) => COMMANDS.some((command) => command.name === name))
  return meant === undefined ? HELP : `\`folkmoot ${meant} --help\` shows how, with examples`
}

const HELP = '`folkmoot --help` lists the commands, `folkmoot <command> --help` shows examples'
