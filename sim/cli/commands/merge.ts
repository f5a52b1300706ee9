/** `folkmoot-sim merge`: the results of all shards as one table. */
import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { unwrap } from '../../../src/op/refusal.ts'
import { readRows } from '../../sweep/journal.ts'
import { mergeRows } from '../../sweep/merged.ts'
import { readPlan } from '../../sweep/plan.ts'
import { formatOf, TABLE_FORMATS, tableFile } from '../../sweep/table-files.ts'
import { command } from '../command.ts'
import { SimError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { readInput } from '../files.ts'
import type { Io } from '../io.ts'

interface Options {
  readonly out: string
  readonly plan?: string
  readonly json?: true
}

/** The command. */
export function mergeCommand(io: Io): Command {
  return command('merge', 'put the results of shards together, as JSONL, CSV or Parquet', [
    'folkmoot-sim merge part-*.jsonl -o results.jsonl --plan plan.jsonl',
    'folkmoot-sim merge results.jsonl -o results.parquet',
    'folkmoot-sim merge results.jsonl -o results.csv --json',
  ])
    .argument('<parts...>', 'files that `run --plan` wrote')
    .requiredOption(
      '-o, --out <file>',
      `what to write: ${TABLE_FORMATS.map((one) => `.${one}`).join(', ')}`,
    )
    .option('--plan <file>', 'say what is missing; exits with 75 if something is')
    .option('--json', 'a summary as JSON')
    .action((parts: readonly string[], options: Options) => {
      process.exitCode = merge(io, parts, options)
    })
}

function merge(io: Io, parts: readonly string[], options: Options): number {
  const format = formatOf(options.out)
  if (format === undefined)
    throw new SimError(
      'no-format',
      `${options.out} ends in none of ${TABLE_FORMATS.map((one) => `.${one}`).join(', ')}`,
      'the ending says what to write: -o results.parquet',
    )
  const { rows, repeated } = unwrap(
    mergeRows(parts.map((part) => unwrap(readRows(readInput(part), part)))),
  )
  const missing =
    options.plan === undefined ? 0 : missingOf(options.plan, new Set(rows.map(({ run }) => run)))
  writeFileSync(options.out, tableFile(format, rows))
  const summary = { rows: rows.length, repeated, missing, out: options.out }
  const rest = missing > 0 ? `; ${missing} are missing: run their shards again with --resume` : ''
  if (options.json) io.out(`${JSON.stringify(summary)}\n`)
  else
    io.out(
      `${rows.length} results in ${options.out}, ${repeated} were there more than once${rest}\n`,
    )
  return missing > 0 ? EXIT.tryAgain : EXIT.ok
}

const missingOf = (plan: string, found: ReadonlySet<string>): number =>
  unwrap(readPlan(readInput(plan))).runs.filter(({ run }) => !found.has(run)).length
