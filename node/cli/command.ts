/**
 * A command as one typed object: parsing, help, examples and completion all come from it, and the
 * type of what its handler gets follows from its arguments and options. Kept light: handlers import
 * what they need when they run, so that `folkmoot --help` starts at once.
 */
import type {
  ArgumentSpec,
  ArgumentSpecs,
  CommandOutline,
  OptionSpec,
  OptionSpecs,
} from './command-outline.ts'
import type { Context } from './context.ts'
import type { ExitCode } from './exit-codes.ts'

type ArgumentValue<A extends ArgumentSpec> = A extends { many: true }
  ? readonly string[]
  : A extends { choices: readonly (infer C extends string)[] }
    ? C | (A extends { optional: true } ? undefined : never)
    : string | (A extends { optional: true } ? undefined : never)

type OptionValue<O extends OptionSpec> = O extends { kind: 'flag' }
  ? boolean
  : O extends { kind: 'list' }
    ? readonly string[]
    : O extends { kind: 'number' | 'duration' }
      ? number | undefined
      : O extends { choices: readonly (infer C extends string)[] }
        ? C | undefined
        : O extends { required: true }
          ? string
          : string | undefined

/** What a handler gets: arguments and options by name; durations in ms. */
export type Input<A extends ArgumentSpecs, O extends OptionSpecs> = {
  readonly [K in keyof A]: ArgumentValue<A[K]>
} & { readonly [K in keyof O]: OptionValue<O[K]> }

/** What a command has to show: data for `--json`, text for people. */
export interface Report {
  /** Stable fields; `ok: true` goes before them. */
  readonly data: object
  readonly text: string
  /** What to do next; not with `--quiet`. */
  readonly next?: readonly string[]
  readonly exit?: ExitCode
}

/** An example in a command's help. */
export interface Example {
  readonly run: string
  readonly does: string
}

/** A command, as it is written down. */
export interface CommandSpec<A extends ArgumentSpecs, O extends OptionSpecs> {
  /** One word, or two for a command of a group: `keys rotate`. */
  readonly name: string
  readonly about: string
  readonly args?: A
  readonly options?: O
  readonly examples: readonly [Example, ...Example[]]
  /** The command of its group that runs when none is named. */
  readonly isDefault?: true
  /** What it signs may be carried: it takes `--offline` and `-o` too. */
  readonly carries?: true
  readonly run: (input: Input<A, O>, context: Context) => Promise<Report | undefined>
}

/** A command whose input is not typed any more: for the parser, help and completion. */
export interface Command extends CommandOutline {
  readonly examples: readonly Example[]
  readonly isDefault: boolean
  readonly carries: boolean
  readonly run: (input: RawInput, context: Context) => Promise<Report | undefined>
}

/** Values as the parser gives them, by name. */
export type RawInput = { readonly [name: string]: unknown }

/** Sign here, publish there. */
const CARRY_OPTIONS: OptionSpecs = {
  offline: {
    kind: 'flag',
    about: 'sign with no daemon running, into a file: any member publishes it (folkmoot submit)',
  },
  out: {
    kind: 'text',
    value: 'file',
    short: 'o',
    about: 'with --offline: the file; - is standard output',
  },
}

/** Writes down a command; arguments and options that the spec names are all that `run` gets. */
export function defineCommand<
  const A extends ArgumentSpecs = Record<never, never>,
  const O extends OptionSpecs = Record<never, never>,
>(spec: CommandSpec<A, O>): Command {
  return {
    name: spec.name,
    about: spec.about,
    args: spec.args ?? {},
    options: { ...spec.options, ...(spec.carries && CARRY_OPTIONS) },
    examples: spec.examples,
    isDefault: spec.isDefault === true,
    carries: spec.carries === true,
    // The parser reads values by this very spec.
    run: (input, context) => spec.run(input as Input<A, O>, context),
  }
}
