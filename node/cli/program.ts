/** The commander program behind the commands: parsing, help, "did you mean". */
import { Argument, Command as Commander, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../../src/charter/duration.ts'
import { nearestWord } from '../../src/charter/nearest.ts'
import type { Command, RawInput } from './command.ts'
import type { ArgumentSpec, OptionSpec, OptionSpecs } from './command-outline.ts'
import { usageError } from './errors.ts'
import { GLOBAL_OPTIONS, type Globals } from './globals.ts'
import { GROUPS } from './groups.ts'

/** What the command line asked for. */
export interface Invocation {
  readonly command: Command
  readonly input: RawInput
  readonly globals: Globals
}

/** Where help goes. */
export interface HelpSink {
  readonly write: (text: string) => void
  readonly columns: number | undefined
}

/** Builds the parser; `invoke` gets what the command line asked for. */
export function buildProgram(
  commands: readonly Command[],
  help: HelpSink,
  invoke: (invocation: Invocation) => Promise<void>,
): Commander {
  const program = new Commander('folkmoot')
    .description('Decide together with no coordinator: one node for one organisation.')
    .exitOverride()
    .configureOutput({
      writeOut: help.write,
      // What went wrong is shown by whoever catches the error, in one voice.
      writeErr: () => undefined,
      getOutHelpWidth: () => help.columns ?? 100,
      getOutHasColors: () => false,
    })
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', FIRST_STEPS)
  addOptions(program, GLOBAL_OPTIONS)
  for (const command of commands) {
    const [first = '', second] = command.name.split(' ')
    const parent = second === undefined ? program : groupOf(program, first, commands)
    addCommand(parent, command, invoke)
  }
  return program
}

/** Heading of the options that every command takes, last in its help. */
const GLOBAL = 'Global options:'

const FIRST_STEPS = `
First steps:
  folkmoot init --id acme --name "Acme Corp"   make keys and settings
  folkmoot card -o acme.card                   what the others need to know about us
  folkmoot join example.invite                 join a coalition (or: folkmoot found)
  folkmoot up                                  run the node

\`folkmoot <command> --help\` shows examples.`

function groupOf(program: Commander, name: string, commands: readonly Command[]): Commander {
  const known = program.commands.find((command) => command.name() === name)
  if (known) return known
  const members = commands.filter((command) => command.name.startsWith(`${name} `))
  const main = members.find(({ isDefault }) => isDefault)
  const alone =
    main === undefined ? '' : `; \`folkmoot ${name}\` alone is \`folkmoot ${main.name}\``
  return program
    .command(name)
    .description(`${GROUPS[name] ?? ''}${alone}`)
    .summary(GROUPS[name] ?? '')
    .exitOverride()
    .addHelpText('after', examplesText(members.flatMap(({ examples }) => examples)))
}

function addCommand(
  parent: Commander,
  command: Command,
  invoke: (invocation: Invocation) => Promise<void>,
): void {
  const name = command.name.split(' ').at(-1) ?? command.name
  const added = parent
    .command(name, { isDefault: command.isDefault })
    .description(command.about)
    .exitOverride()
    .allowExcessArguments(command.isDefault)
    .addHelpText('after', examplesText(command.examples))
  const names = Object.keys(command.args)
  for (const [arg, spec] of Object.entries(command.args)) added.addArgument(argumentOf(arg, spec))
  addOptions(added, command.options)
  addOptions(added, GLOBAL_OPTIONS, GLOBAL)
  added.addHelpOption(new Option('-h, --help', 'show this help').helpGroup(GLOBAL))
  added.action(async () => {
    refuseExcess(parent, added, names.length)
    const values = added.optsWithGlobals<Record<string, unknown>>()
    const input = readOptions(command.options, values)
    for (const [i, arg] of names.entries()) input[arg] = added.processedArgs[i]
    await invoke({ command, input, globals: readGlobals(values) })
  })
}

function readGlobals(values: RawInput): Globals {
  const { home, json, noColor, quiet } = readOptions(GLOBAL_OPTIONS, values)
  return {
    home: typeof home === 'string' ? home : undefined,
    json: json === true,
    noColor: noColor === true,
    quiet: quiet === true,
  }
}

/** What a group's default command did not take is a misspelt command of the group. */
function refuseExcess(parent: Commander, command: Commander, taken: number): void {
  const word = command.args[taken]
  if (word === undefined || command.registeredArguments.at(-1)?.variadic) return
  const names = parent.commands.map((sibling) => sibling.name())
  const near = nearestWord(word, names)
  throw usageError(
    `unknown command "${parent.name()} ${word}"`,
    near === undefined ? `one of ${names.join(', ')}` : `did you mean "${parent.name()} ${near}"?`,
  )
}

/** Lists are empty and flags false when they are not given. */
function readOptions(specs: OptionSpecs, values: RawInput): Record<string, unknown> {
  const read = (name: string, spec: OptionSpec): unknown => {
    if (spec.kind !== 'flag') return values[name] ?? (spec.kind === 'list' ? [] : undefined)
    // Commander reads `--no-color` as `color: false`.
    const positive = /^no([A-Z])(.*)$/.exec(name)
    if (positive === null) return values[name] === true
    return values[`${positive[1]?.toLowerCase()}${positive[2]}`] === false
  }
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, read(name, spec)]))
}

function argumentOf(name: string, spec: ArgumentSpec): Argument {
  const word = `${name}${spec.many ? '...' : ''}`
  const argument = new Argument(spec.optional ? `[${word}]` : `<${word}>`, spec.about)
  return spec.choices ? argument.choices(spec.choices) : argument
}

function addOptions(command: Commander, specs: OptionSpecs, group?: string): void {
  for (const [name, spec] of Object.entries(specs)) {
    const isRequired = spec.kind === 'text' && spec.required === true
    const option = new Option(flagsOf(name, spec), spec.about + (isRequired ? ' (required)' : ''))
    if (spec.kind === 'text' && spec.choices) option.choices(spec.choices)
    if (isRequired) option.makeOptionMandatory()
    if (spec.kind === 'number') option.argParser(readNumber)
    if (spec.kind === 'duration') option.argParser(readDuration)
    if (group !== undefined) option.helpGroup(group)
    command.addOption(option)
  }
}

/** How an option is written: `-o, --out <file>`. */
export function flagsOf(name: string, spec: OptionSpec): string {
  const long = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const flag = spec.short === undefined ? long : `-${spec.short}, ${long}`
  if (spec.kind === 'flag') return flag
  return `${flag} <${spec.value}${spec.kind === 'list' ? '...' : ''}>`
}

function readNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}

function readDuration(text: string): number {
  const read = parseDuration(/^\d+$/.test(text) ? `${text}s` : text)
  if (read.ok) return read.value
  throw new InvalidArgumentError('It must be a duration: 30s, 5m, 2h.')
}

const examplesText = (examples: Command['examples']): string =>
  ['', 'Examples:', ...examples.flatMap(({ run, does }) => [`  ${run}`, `      ${does}`])].join(
    '\n',
  )
