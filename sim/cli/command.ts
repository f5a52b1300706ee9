/** Help with examples, and options that are read with exact errors. */
import { Command, InvalidArgumentError } from 'commander'

/** A command with examples under its help. */
export function command(name: string, about: string, examples: readonly string[]): Command {
  const made = new Command(name).description(about)
  return made.addHelpText(
    'after',
    `\nExamples:\n${examples.map((one) => `  $ ${one}`).join('\n')}\n`,
  )
}

/** A whole number of an option, from `least` on. */
export const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (number >= least) return number
    throw new InvalidArgumentError(`expected a whole number from ${least} on`)
  }

/** Collects an option that may be given several times. */
export const collected = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  text,
]

/** Oracles, strategies and a broken rule as they were given: a run without them is another. */
export const flagsOf = ({
  oracle = [],
  strategy = [],
  mutant,
}: {
  readonly oracle?: readonly string[]
  readonly strategy?: readonly string[]
  readonly mutant?: string
}): string[] => [
  ...oracle.flatMap((file) => ['--oracle', file]),
  ...strategy.flatMap((file) => ['--strategy', file]),
  ...(mutant === undefined ? [] : ['--mutant', mutant]),
]
