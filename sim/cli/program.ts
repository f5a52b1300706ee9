/** The `folkmoot-sim` program: its commands, and how errors become words and exit codes. */
import { Command, CommanderError } from 'commander'
import { RefusedError } from '../../src/op/refusal.ts'
import { ScenarioError } from '../scenario/catalogue.ts'
import { benchCommand } from './commands/bench.ts'
import { mergeCommand } from './commands/merge.ts'
import { planCommand } from './commands/plan.ts'
import { reportCommand } from './commands/report.ts'
import { runCommand } from './commands/run.ts'
import { scenariosCommand } from './commands/scenarios.ts'
import { schemaCommand } from './commands/schema.ts'
import { shrinkCommand } from './commands/shrink.ts'
import { SimError } from './errors.ts'
import { EXIT } from './exit-codes.ts'
import type { Io } from './io.ts'

/** Makes the program. */
export function program(io: Io): Command {
  const root = new Command('folkmoot-sim')
    .description(
      'asks what a charter does under an outage: the real core over virtual links and time',
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 ok, 1 an oracle failed, 2 bad input, 75 try again.\nExamples:\n  $ folkmoot-sim scenarios\n  $ folkmoot-sim run even-split\n',
    )
  for (const made of [
    runCommand(io),
    planCommand(io),
    mergeCommand(io),
    reportCommand(io),
    shrinkCommand(io),
    scenariosCommand(io),
    schemaCommand(io),
    benchCommand(io),
  ])
    root.addCommand(made)
  for (const one of [root, ...root.commands])
    one.exitOverride().configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
    })
  return root
}

/** Runs the program; returns the exit code. */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  const before = process.exitCode
  process.exitCode = EXIT.ok
  try {
    await program(io).parseAsync([...argv], { from: 'user' })
    return Number(process.exitCode)
  } catch (error) {
    return explained(error, io)
  } finally {
    process.exitCode = before
  }
}

function explained(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput
  if (error instanceof RefusedError) return refused(error, io)
  if (!(error instanceof SimError || error instanceof ScenarioError)) throw error
  io.err(`${error.message}\nhint: ${error.hint}\n`)
  return error instanceof SimError ? error.exit : EXIT.badInput
}

/** Refused input is bad input, but for these. */
const REFUSALS: Readonly<Record<string, number>> = {
  determinism: EXIT.failed,
  'worker-died': EXIT.tryAgain,
}

function refused({ code, message, hint }: RefusedError, io: Io): number {
  io.err(hint === undefined ? `${message}\n` : `${message}\nhint: ${hint}\n`)
  return REFUSALS[code] ?? EXIT.badInput
}
