/** `folkmoot-sim plan`: lays out a sweep, or writes the job that runs a plan on many machines. */
import { writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { formatProblem } from '../../../src/charter/problem.ts'
import { unwrap } from '../../../src/op/refusal.ts'
import { scenarioText } from '../../scenario/catalogue.ts'
import { applyCell } from '../../sweep/applied.ts'
import { engineId } from '../../sweep/engine-id.ts'
import { type Extras, loadExtras } from '../../sweep/extras.ts'
import { ENGINES, type Engine, jobFile } from '../../sweep/job-files.ts'
import { formatPlan, makePlan, type Plan, readPlan } from '../../sweep/plan.ts'
import { readScenario } from '../../sweep/read-scenario.ts'
import { parseSweep, type SweepSpec } from '../../sweep/sweep-spec.ts'
import { collected, command, wholeFrom } from '../command.ts'
import { SimError } from '../errors.ts'
import { readInput } from '../files.ts'
import type { Io } from '../io.ts'

interface Options {
  readonly out?: string
  readonly emit?: Engine
  readonly shards: number
  readonly oracle?: readonly string[]
  readonly strategy?: readonly string[]
  readonly mutant?: string
  readonly json?: true
}

/** A sweep in one line: two values of one field, each with two seeds. */
const SWEEP =
  '{ name: turnout, scenario: even-split, axes: { turnout: { set: people.turnout, values: [0.6, 0.9] } }, seeds: 2 }'

/** The command. */
export function planCommand(io: Io): Command {
  return command('plan', 'lay out a sweep: every run, or the job that runs them elsewhere', [
    `echo '${SWEEP}' > sweep.yaml`,
    'folkmoot-sim plan sweep.yaml -o plan.jsonl',
    'folkmoot-sim plan plan.jsonl --emit slurm --shards 64 -o sweep.slurm',
    'folkmoot-sim plan plan.jsonl --emit kubernetes --shards 64 -o job.yaml',
    'folkmoot-sim plan plan.jsonl --emit parallel --shards 8 -o sweep.sh   # then: sh sweep.sh',
  ])
    .argument('<file>', 'a sweep (YAML), or with --emit a plan')
    .option('-o, --out <file>', 'where the plan goes; else to standard output')
    .addOption(new Option('--emit <engine>', 'write a job for it').choices(ENGINES))
    .option('--shards <n>', 'in how many parts the job does the plan', wholeFrom(1), 16)
    .option('--oracle <file>', 'an oracle of your own (repeatable)', collected)
    .option('--strategy <file>', 'a misbehaviour of your own (repeatable)', collected)
    .option('--mutant <name>', 'break a rule on purpose')
    .option('--json', 'a summary as JSON; the plan then needs -o')
    .action(async (file: string, options: Options) => {
      if (options.emit) emit(io, file, options)
      else await plan(io, file, options)
    })
}

function emit(io: Io, file: string, { emit: engine = 'parallel', shards, out }: Options): void {
  const { head } = unwrap(readPlan(readInput(file)))
  const text = jobFile(engine, { name: head.plan, plan: file, shards: Math.min(shards, head.runs) })
  if (out === undefined) io.out(text)
  else writeFileSync(out, text)
}

async function plan(io: Io, file: string, options: Options): Promise<void> {
  const spec = readSpec(file)
  const extras: Extras = {
    oracles: options.oracle ?? [],
    strategies: options.strategy ?? [],
    mutant: options.mutant,
  }
  const loaded = await loadExtras(extras)
  const { text } = scenarioText(fileBeside(file, spec.scenario))
  const made = unwrap(makePlan(spec, { scenario: text, engine: engineId(), extras }))
  checkCells(
    made,
    spec.scenario,
    (loaded.strategies ?? []).map(({ name }) => name),
  )
  const lines = formatPlan(made)
  if (options.out !== undefined) writeFileSync(options.out, lines)
  else if (!options.json) {
    io.out(lines)
    return
  }
  const summary = {
    plan: spec.name,
    runs: made.runs.length,
    seeds: spec.seeds.length,
    engine: made.head.engine,
  }
  if (options.json) io.out(`${JSON.stringify(summary)}\n`)
  else
    io.out(
      `${summary.runs} runs: ${summary.runs / summary.seeds} combinations × ${summary.seeds} seeds\nnext: folkmoot-sim run --plan ${options.out} -o results.jsonl\n`,
    )
}

function readSpec(file: string): SweepSpec {
  const parsed = parseSweep(readInput(file))
  if (parsed.ok) return parsed.spec
  const lines = parsed.problems.map((found) => formatProblem(found, file))
  throw new SimError('bad-sweep', lines.join('\n'), 'docs/guides/first-scenario.md has an example')
}

/** A file is looked for beside the sweep; a bare name is one of the named scenarios. */
const fileBeside = (file: string, scenario: string): string =>
  /[/\\.]/.test(scenario) ? resolve(dirname(file), scenario) : scenario

/** Every combination must be a scenario: better now than in the middle of the night. */
function checkCells({ head, runs }: Plan, scenario: string, strategies: readonly string[]): void {
  const cells = runs.filter(({ seed }) => seed === runs[0]?.seed)
  for (const { cell } of cells) {
    const values = Object.entries(cell).map(([name, value]) => `${name}=${value}`)
    readScenario(
      unwrap(applyCell(head.scenario, head.axes, cell)),
      `${scenario} with ${values.join(' ')}`,
      strategies,
    )
  }
}
