/** `folkmoot-sim shrink`: from a run that fails to the least that still does, with its story. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { formatDuration, parseDuration } from '../../../src/charter/duration.ts'
import { unwrap } from '../../../src/op/refusal.ts'
import { retell } from '../../report/exemplars.ts'
import type { RunOptions } from '../../run-result.ts'
import { scenarioText } from '../../scenario/catalogue.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { type ShrinkStep, type Shrunk, shrink } from '../../shrink/shrink.ts'
import { writeCase } from '../../shrink/written.ts'
import { lanesOf } from '../../story/lanes.ts'
import { spaceTimeFile } from '../../story/space-time-file.ts'
import { formatStory, tellStory } from '../../story/story.ts'
import { applyCell } from '../../sweep/applied.ts'
import { type Extras, loadExtras } from '../../sweep/extras.ts'
import { plannedRun } from '../../sweep/plan.ts'
import { readScenario } from '../../sweep/read-scenario.ts'
import { collected, command, wholeFrom } from '../command.ts'
import { SimError } from '../errors.ts'
import { readInput } from '../files.ts'
import type { Io } from '../io.ts'
import { Progress } from '../progress.ts'

interface Options {
  readonly out: string
  readonly seed?: number
  readonly plan?: string
  readonly run?: string
  readonly timeBudget?: string
  readonly oracle?: readonly string[]
  readonly strategy?: readonly string[]
  readonly mutant?: string
  readonly json?: true
}

/** The command. */
export function shrinkCommand(io: Io): Command {
  return command('shrink', 'make a failing run as small as it can be and tell what happens in it', [
    'folkmoot-sim shrink even-split --mutant quorum-of-half -o shrunk   # a rule broken on purpose',
    'folkmoot-sim shrink even-split --seed 4 --mutant quorum-of-half --time-budget 10s --json',
    'folkmoot-sim plan sweep.yaml --mutant quorum-of-half -o broken.jsonl   # see: folkmoot-sim plan --help',
    'folkmoot-sim shrink --plan broken.jsonl --run 0 -o shrunk',
  ])
    .argument('[scenario]', 'a name, or a file')
    .option('--seed <n>', 'the seed that fails; else that of the scenario', wholeFrom(0))
    .option('--plan <file>', 'a plan, and with --run the run of it that failed')
    .option('--run <id>', 'the run of the plan, by id or number')
    .option('-o, --out <folder>', 'where the scenario, the diagram and the story go', 'shrunk')
    .option('--time-budget <time>', 'stop when it is over, with the best so far: 5m')
    .option('--oracle <file>', 'an oracle of your own (repeatable)', collected)
    .option('--strategy <file>', 'a misbehaviour of your own (repeatable)', collected)
    .option('--mutant <name>', 'the rule that is broken on purpose')
    .option('--json', 'what came of it as JSON')
    .action(async (name: string | undefined, options: Options) => shrinkOne(io, name, options))
}

async function shrinkOne(io: Io, name: string | undefined, options: Options): Promise<void> {
  const subject = await subjectOf(name, options)
  const { scenario, seed, how } = subject
  const end = endOf(options.timeBudget)
  const progress = new Progress(io, `shrink ${scenario.name}`, 1)
  const made = shrink(scenario, seed, {
    run: how,
    mayGoOn: () => performance.now() < end,
    onRun: (step, share) => progress.show(share, stepLine(step)),
    onStep: (step) => {
      progress.clear()
      if (!options.json) io.err(`${stepLine(step)}\n`)
    },
  })
  progress.clear()
  const shrunk = unwrap(made)
  const files = write(shrunk, subject, options.out)
  if (options.json) io.out(`${JSON.stringify(summaryOf(shrunk, files.paths))}\n`)
  else
    io.out(
      `\n${files.story}\n\n${sizeLine(shrunk)}\n${files.paths.map((path) => `  ${path}\n`).join('')}`,
    )
}

/** What to shrink. */
interface Subject {
  readonly text: string
  readonly scenario: Scenario
  readonly seed: number
  readonly how: RunOptions
}

async function subjectOf(name: string | undefined, options: Options): Promise<Subject> {
  const { plan, run } = options
  if (plan !== undefined && run !== undefined) return fromPlan(plan, run)
  if (name === undefined)
    throw new SimError(
      'no-subject',
      'nothing to shrink',
      'a scenario and --seed, or --plan and --run',
    )
  const extras: Extras = {
    oracles: options.oracle ?? [],
    strategies: options.strategy ?? [],
    mutant: options.mutant,
  }
  const { text, file } = scenarioText(name)
  const read = await withExtras(text, file, extras)
  return { ...read, seed: options.seed ?? read.scenario.seed }
}

async function fromPlan(file: string, run: string): Promise<Subject> {
  const { head, planned } = unwrap(plannedRun(readInput(file), run))
  const text = unwrap(applyCell(head.scenario, head.axes, planned.cell))
  return { ...(await withExtras(text, head.plan, head.extras)), seed: planned.seed }
}

async function withExtras(
  text: string,
  file: string,
  extras: Extras,
): Promise<Omit<Subject, 'seed'>> {
  const how = await loadExtras(extras)
  const strategies = (how.strategies ?? []).map(({ name }) => name)
  return { text, how, scenario: readScenario(text, file, strategies) }
}

const endOf = (budget: string | undefined): number =>
  budget === undefined
    ? Number.POSITIVE_INFINITY
    : performance.now() + unwrap(parseDuration(budget))

/** Writes the three files; the scenario is read back and must fail as before. */
function write(
  shrunk: Shrunk,
  { text, how }: Subject,
  folder: string,
): { readonly story: string; readonly paths: string[] } {
  const name = `${shrunk.scenario.name}-${shrunk.oracle}`
  const shows = `${shrunk.oracle} fails: ${shrunk.result.oracles.find((one) => one.name === shrunk.oracle)?.failure?.sentence ?? ''}`
  const scenario = writeCase(
    text,
    { ...shrunk, scenario: { ...shrunk.scenario, name } },
    shows.slice(0, 300),
  )
  const strategies = (how.strategies ?? []).map((one) => one.name)
  const told = { id: 'run', title: name, about: '', replay: '' }
  const again = retell(readScenario(scenario, name, strategies), shrunk.seed, how, told)
  if (!again.result.oracles.some((one) => one.name === shrunk.oracle && !one.ok))
    throw new SimError(
      'not-the-same',
      'the scenario as it was written does not fail any more',
      'this is a bug of `shrink`: please report it with the command that you ran',
    )
  const story = formatStory(tellStory(again.records, again.result.oracles))
  const flags = tellStory([], again.result.oracles)
  mkdirSync(folder, { recursive: true })
  const files = {
    yaml: scenario,
    svg: spaceTimeFile(lanesOf(again.scenario, again.records), flags),
    txt: `${story}\n`,
  }
  const paths = Object.entries(files).map(([ending, content]) => {
    const path = join(folder, `${name}.${ending}`)
    writeFileSync(path, content)
    return path
  })
  return { story, paths }
}

const summaryOf = (
  { scenario, seed, oracle, runs, result, steps }: Shrunk,
  files: readonly string[],
) => ({
  scenario: scenario.name,
  seed,
  oracle,
  stakeholders: scenario.coalition.members.length,
  events: scenario.events.length,
  durationMs: scenario.durationMs,
  runs,
  traceHash: result.traceHash,
  steps,
  files,
})

const sizeLine = ({ scenario, runs, oracle }: Shrunk): string =>
  `${oracle} still fails with ${many(scenario.coalition.members.length, 'stakeholder')} and ${many(scenario.events.length, 'event')} in ${formatDuration(scenario.durationMs)}, found in ${many(runs, 'run')}`

const stepLine = ({ pass, stakeholders, events, durationMs, runs }: ShrinkStep): string =>
  `${pass.padEnd(12)} ${many(stakeholders, 'stakeholder')}, ${many(events, 'event')}, ${formatDuration(durationMs)} (${many(runs, 'run')})`

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
