/** `folkmoot-sim run --plan`: does the runs of a plan, or of one shard of it, on all cores. */
import { appendFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { formatDuration, parseDuration } from '../../../src/charter/duration.ts'
import { unwrap } from '../../../src/op/refusal.ts'
import { campaign } from '../../sweep/campaign.ts'
import { engineId } from '../../sweep/engine-id.ts'
import { execute } from '../../sweep/execute.ts'
import { loadExtras } from '../../sweep/extras.ts'
import { Journal } from '../../sweep/journal.ts'
import { type Plan, type PlannedRun, plannedRun, readPlan } from '../../sweep/plan.ts'
import { formatRow, type Row } from '../../sweep/row.ts'
import { dealt, parseShard, WHOLE } from '../../sweep/shard.ts'
import { SimError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { readInput } from '../files.ts'
import type { Io } from '../io.ts'
import { Progress } from '../progress.ts'

/** What `run` was told about a plan. */
export interface RunPlanOptions {
  readonly plan: string
  /** Only this run, here and now, shown instead of written. */
  readonly run?: string
  readonly out?: string
  readonly shard?: string
  readonly resume?: true
  readonly timeBudget?: string
  readonly workers?: number
  readonly json?: true
}

/** Does it; returns the exit code. */
export async function runPlan(io: Io, options: RunPlanOptions): Promise<number> {
  if (options.run !== undefined) return runOne(io, options.plan, options.run)
  const plan = planOf(options.plan)
  const shard = options.shard === undefined ? WHOLE : unwrap(parseShard(options.shard))
  const file = options.out
  if (file === undefined)
    throw new SimError(
      'no-out',
      'a plan needs a file for its results',
      'name one: -o results.jsonl',
    )
  const mine = dealt(plan.runs, shard)
  const journal = unwrap(Journal.open(file, options.resume === true))
  const stop = stopping(options.timeBudget)
  const tally = new Tally(io, plan.head.plan, mine.length, journal.found)
  try {
    const left = await campaign(plan, {
      runs: unfinished(mine, journal.found),
      workers: options.workers ?? availableParallelism(),
      signal: stop.signal,
      onRow: (row, host) => {
        journal.add(row)
        appendFileSync(hostFileOf(file), `${JSON.stringify(host)}\n`)
        tally.add(row)
      },
    })
    return tally.end({ left, isJson: options.json === true, file })
  } finally {
    tally.clear()
    stop.end()
    journal.close()
  }
}

/** One run of a plan once more: its row, as a line of JSON. */
async function runOne(io: Io, file: string, run: string): Promise<number> {
  const { head, planned } = unwrap(plannedRun(readInput(file), run))
  const { row } = execute(head, planned, await loadExtras(head.extras))
  io.out(`${formatRow(row)}\n`)
  return row.verdict === 'fail' ? EXIT.failed : EXIT.ok
}

/**
 * Host timings differ between machines and times, so results do not have them. Another ending than theirs:
 * `merge part-*.jsonl` must not find it.
 */
export const hostFileOf = (file: string): string => file.replace(/(\.jsonl)?$/, '.host.ndjson')

function planOf(file: string): Plan {
  const plan = unwrap(readPlan(readInput(file)))
  const here = engineId()
  if (plan.head.engine === here) return plan
  throw new SimError(
    'other-engine',
    `${file} was made with code ${plan.head.engine}, this is ${here}: results would not compare`,
    'make the plan again with this code, or run it with that one',
  )
}

function unfinished(runs: readonly PlannedRun[], found: readonly Row[]): PlannedRun[] {
  const done = new Set(found.map(({ run }) => run))
  return runs.filter(({ run }) => !done.has(run))
}

/** Aborts at the first interrupt, or when the time is over; a second interrupt ends the process. */
function stopping(budget: string | undefined): { readonly signal: AbortSignal; end(): void } {
  const stop = new AbortController()
  const abort = (): void => stop.abort()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, abort)
  const budgetMs = budget === undefined ? undefined : unwrap(parseDuration(budget))
  const timer = budgetMs === undefined ? undefined : setTimeout(abort, budgetMs)
  timer?.unref()
  return {
    signal: stop.signal,
    end: () => {
      clearTimeout(timer)
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, abort)
    },
  }
}

/** Counts results and shows how far it is. */
class Tally {
  private readonly io: Io
  private readonly total: number
  private readonly progress: Progress
  private readonly began = performance.now()
  private done = 0
  private fresh = 0
  private failed = 0

  constructor(io: Io, name: string, total: number, found: readonly Row[]) {
    this.io = io
    this.total = total
    this.progress = new Progress(io, name, total)
    for (const row of found) this.count(row)
  }

  add(row: Row): void {
    this.count(row)
    this.fresh++
    const perRun = (performance.now() - this.began) / this.fresh
    const left = formatDuration(1000 * Math.round(((this.total - this.done) * perRun) / 1000))
    this.progress.show(
      this.done,
      `${this.done}/${this.total} runs, ${this.failed} failed, ${left} left`,
    )
  }

  clear(): void {
    this.progress.clear()
  }

  end({
    left,
    isJson,
    file,
  }: {
    readonly left: number
    readonly isJson: boolean
    readonly file: string
  }): number {
    const { done, total, failed } = this
    const exit = left > 0 ? EXIT.tryAgain : failed > 0 ? EXIT.failed : EXIT.ok
    this.clear()
    if (isJson) this.io.out(`${JSON.stringify({ done, total, left, failed, out: file })}\n`)
    else {
      const rest = left > 0 ? `, ${left} left: run it again with --resume` : ''
      this.io.out(`${done} of ${total} runs in ${file}, ${failed} failed an oracle${rest}\n`)
    }
    return exit
  }

  private count({ verdict }: Row): void {
    this.done++
    if (verdict === 'fail') this.failed++
  }
}
