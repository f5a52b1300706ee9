/**
 * A plan: every run of a sweep, ready to be dealt out to machines that know nothing of each other. One
 * line of JSON for the sweep, then one for each run.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import { Stream } from '../random/stream.ts'
import { applyCell } from './applied.ts'
import { type Cell, cellsOf } from './cells.ts'
import { type Extras, extrasDigest } from './extras.ts'
import type { SweepSpec } from './sweep-spec.ts'

/** Most runs of a plan. */
export const MAX_RUNS = 1_000_000
/** What a plan's first line says of its own shape. */
export const PLAN_FORMAT = 1

const cellSchema = z.record(z.string(), z.string())
const headSchema = z.strictObject({
  plan: z.string(),
  format: z.literal(PLAN_FORMAT),
  asks: z.string(),
  /** Whose results these will be: see `engineId`. */
  engine: z.string(),
  extras: z.strictObject({
    oracles: z.array(z.string()),
    strategies: z.array(z.string()),
    mutant: z.string().optional(),
  }),
  method: z.string(),
  axes: z.array(
    z.strictObject({
      name: z.string(),
      set: z.array(z.array(z.union([z.string(), z.number()]))),
      values: z.array(z.string()),
    }),
  ),
  measures: z.strictObject({ harm: z.string(), progress: z.string() }),
  runs: z.int().min(1).max(MAX_RUNS),
  /** The scenario that the cells change, as text. */
  scenario: z.string(),
})
const runSchema = z.strictObject({
  run: z.string(),
  index: z.int().min(0),
  cell: cellSchema,
  seed: z.int().min(0),
})

/** What all runs of a plan have in common. */
export type PlanHead = z.infer<typeof headSchema>
/** One run of a plan. */
export type PlannedRun = z.infer<typeof runSchema>
/** All of it. */
export interface Plan {
  readonly head: PlanHead
  readonly runs: readonly PlannedRun[]
}

/** What a plan is made of besides the sweep. */
export interface PlanBasis {
  /** Text of the scenario. */
  readonly scenario: string
  readonly engine: string
  readonly extras: Extras
}

/**
 * Lays out a sweep: all cells with the first seed, then all with the second, so that a plan that is
 * stopped early has covered every cell. Every cell gets the same seeds (common random numbers).
 */
export function makePlan(spec: SweepSpec, basis: PlanBasis): Result<Plan> {
  const { scenario, engine, extras } = basis
  const code = `${engine}${extrasDigest(extras)}`
  const cells = cellsOf(spec, Stream.of(0).split(spec.name))
  const count = cells.length * spec.seeds.length
  if (count > MAX_RUNS)
    return refuse('plan-size', `${count} runs`, `at most ${MAX_RUNS}: fewer values or seeds`)
  const texts: [Cell, string][] = []
  for (const cell of cells) {
    const applied = applyCell(scenario, spec.axes, cell)
    if (!applied.ok) return applied
    texts.push([cell, applied.value])
  }
  const runs = spec.seeds.flatMap((seed, round) =>
    texts.map(([cell, text], i) => {
      const index = round * texts.length + i
      return { run: runId(code, text, seed), index, cell, seed }
    }),
  )
  return accept({ head: headOf(spec, basis, count), runs })
}

function headOf(spec: SweepSpec, { scenario, engine, extras }: PlanBasis, runs: number): PlanHead {
  return {
    plan: spec.name,
    format: PLAN_FORMAT,
    asks: spec.asks,
    engine,
    extras: { ...extras, oracles: [...extras.oracles], strategies: [...extras.strategies] },
    method: spec.method,
    axes: spec.axes.map(({ name, set, values }) => ({
      name,
      set: set.map((path) => [...path]),
      values: [...values],
    })),
    measures: { ...spec.measures },
    runs,
    scenario,
  }
}

/** A run's name: what it ran, with which seed, on which code; 24 hex digits. */
export function runId(code: string, scenario: string, seed: number): string {
  const content = JSON.stringify([code, scenario, seed])
  return createHash('sha256').update(content).digest('hex').slice(0, 24)
}

/** A plan as text. */
export const formatPlan = ({ head, runs }: Plan): string =>
  [head, ...runs].map((line) => `${JSON.stringify(line)}\n`).join('')

/** Reads a plan; refuses (`plan-malformed`) at the first line that is not as it was written. */
export function readPlan(text: string): Result<Plan> {
  const [first = '', ...rest] = text.trimEnd().split('\n')
  const head = headSchema.safeParse(jsonOf(first))
  if (!head.success) return malformed(1, head.error)
  const runs: PlannedRun[] = []
  for (const [i, line] of rest.entries()) {
    const run = runSchema.safeParse(jsonOf(line))
    if (!run.success) return malformed(i + 2, run.error)
    runs.push(run.data)
  }
  if (runs.length === head.data.runs) return accept({ head: head.data, runs })
  return refuse(
    'plan-malformed',
    `the plan has ${runs.length} runs and says that it has ${head.data.runs}`,
    'it was cut; make it again with `folkmoot-sim plan`',
  )
}

/** One run of a plan by its id; refuses (`no-run`) one that the plan does not have. */
export function plannedRun(
  text: string,
  id: string,
): Result<{ readonly head: PlanHead; readonly planned: PlannedRun }> {
  const plan = readPlan(text)
  if (!plan.ok) return plan
  const { head, runs } = plan.value
  // An id has as many digits as no number of a run has.
  const planned = runs.find(({ run, index }) => run === id || String(index) === id)
  if (planned) return accept({ head, planned })
  return refuse(
    'no-run',
    `the plan has no run ${id}`,
    `its results have ids in column \`run\`, and numbers (0 to ${runs.length - 1}) in \`index\``,
  )
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function malformed(line: number, { issues: [issue] }: z.ZodError) {
  const what = `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'unknown'}`
  return refuse(
    'plan-malformed',
    `line ${line} of the plan is none: ${what}`,
    'give a file from `folkmoot-sim plan`',
  )
}
