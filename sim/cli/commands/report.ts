/** `folkmoot-sim report`: one HTML file, from the results of a sweep or from one run. */
import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { unwrap } from '../../../src/op/refusal.ts'
import { exemplarsOf, retell } from '../../report/exemplars.ts'
import { DEFAULT_HARM, DEFAULT_PROGRESS, readMeasure } from '../../report/measure.ts'
import type { Report } from '../../report/page.ts'
import type { ToldRun } from '../../report/subject.ts'
import type { RunOptions } from '../../run-result.ts'
import { loadScenario } from '../../scenario/catalogue.ts'
import { applyCell } from '../../sweep/applied.ts'
import { type Extras, loadExtras } from '../../sweep/extras.ts'
import { readRows } from '../../sweep/journal.ts'
import { mergeRows } from '../../sweep/merged.ts'
import { type PlanHead, readPlan } from '../../sweep/plan.ts'
import { readScenario } from '../../sweep/read-scenario.ts'
import type { Row } from '../../sweep/row.ts'
import { collected, command, flagsOf, wholeFrom } from '../command.ts'
import { SimError } from '../errors.ts'
import { readInput } from '../files.ts'
import type { Io } from '../io.ts'
import { library } from '../library.ts'
import { Progress } from '../progress.ts'

interface Options {
  readonly out: string
  readonly plan?: string
  readonly seed?: number
  readonly oracle?: readonly string[]
  readonly strategy?: readonly string[]
  readonly mutant?: string
  readonly json?: true
}

/** The command. */
export function reportCommand(io: Io): Command {
  return command('report', 'one HTML file with plots, timelines and a replay', [
    'folkmoot-sim report results.jsonl --plan plan.jsonl -o report.html',
    'folkmoot-sim report even-split --seed 7 -o even-split.html',
    'folkmoot-sim report contingency-on-both-sides -o both.html --json',
  ])
    .argument('<what>', 'results of a plan (.jsonl), or a scenario by name or file')
    .requiredOption('-o, --out <file>', 'the HTML file to write')
    .option('--plan <file>', 'the plan that the results are of')
    .option('--seed <n>', 'of a scenario: the seed; else its own', wholeFrom(0))
    .option('--oracle <file>', 'of a scenario: an oracle of your own (repeatable)', collected)
    .option(
      '--strategy <file>',
      'of a scenario: a misbehaviour of your own (repeatable)',
      collected,
    )
    .option('--mutant <name>', 'of a scenario: break a rule on purpose')
    .option('--json', 'a summary as JSON')
    .action(async (what: string, options: Options) => {
      const report = what.endsWith('.jsonl')
        ? await sweepReport(io, what, options)
        : await runReport(io, what, options)
      const { reportPage } = await library('echarts', () => import('../../report/page.ts'))
      const page = reportPage(report)
      writeFileSync(options.out, page)
      const summary = {
        out: options.out,
        bytes: Buffer.byteLength(page),
        runs: report.sweep?.rows.length ?? 1,
      }
      io.out(
        options.json
          ? `${JSON.stringify(summary)}\n`
          : `${options.out}: ${counted(summary.runs)}, ${Math.ceil(summary.bytes / 1000)} kB\n`,
      )
    })
}

const counted = (runs: number): string => (runs === 1 ? '1 run' : `${runs} runs`)

async function runReport(io: Io, what: string, options: Options): Promise<Report> {
  const extras: Extras = {
    oracles: options.oracle ?? [],
    strategies: options.strategy ?? [],
    mutant: options.mutant,
  }
  const how = await loadExtras(extras)
  const scenario = loadScenario(
    what,
    (how.strategies ?? []).map(({ name }) => name),
  )
  const seed = options.seed ?? scenario.seed
  const progress = new Progress(io, scenario.name, scenario.durationMs)
  const onProgress = (simulatedMs: number, events: number): void =>
    progress.show(simulatedMs, `${events} events`)
  const run = retell(
    scenario,
    seed,
    { ...how, onProgress },
    {
      id: 'run-1',
      title: scenario.name,
      about: `Seed ${seed}.`,
      replay: ['folkmoot-sim run', what, '--seed', seed, ...flagsOf(options)].join(' '),
    },
  )
  progress.clear()
  return { title: scenario.name, asks: scenario.shows, sweep: undefined, runs: [run] }
}

async function sweepReport(io: Io, results: string, options: Options): Promise<Report> {
  if (options.plan === undefined)
    throw new SimError('no-plan', 'results are read with their plan', 'add --plan plan.jsonl')
  const { head } = unwrap(readPlan(readInput(options.plan)))
  const { rows } = unwrap(mergeRows([unwrap(readRows(readInput(results), results))]))
  if (rows.length === 0)
    throw new SimError('no-results', `${results} has no results`, 'run the plan first')
  const measures = {
    harm: unwrap(readMeasure(head.measures.harm || DEFAULT_HARM)),
    progress: unwrap(readMeasure(head.measures.progress || DEFAULT_PROGRESS)),
  }
  const how = await loadExtras(head.extras)
  const chosen = exemplarsOf(rows, measures)
  const progress = new Progress(io, 'runs to look at', chosen.length)
  const runs = chosen.map(({ row, title }, i) => {
    progress.show(i, title)
    return toldRow(head, row, how, { id: `run-${i + 1}`, title, plan: options.plan ?? '' })
  })
  progress.clear()
  return { title: head.plan, asks: head.asks || head.plan, sweep: { head, rows, measures }, runs }
}

function toldRow(
  head: PlanHead,
  row: Row,
  how: RunOptions,
  { id, title, plan }: { readonly id: string; readonly title: string; readonly plan: string },
): ToldRun {
  const text = unwrap(applyCell(head.scenario, head.axes, row.cell))
  const strategies = (how.strategies ?? []).map(({ name }) => name)
  const values = Object.entries(row.cell).map(([name, value]) => `${name} ${value}`)
  return retell(readScenario(text, head.plan, strategies), row.seed, how, {
    id,
    title,
    about: `${values.join(', ')}, seed ${row.seed}.`,
    replay: `folkmoot-sim run --plan ${plan} --run ${row.run}`,
  })
}
