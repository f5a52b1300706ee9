/**
 * From a run that fails to the least that still does (design §5.4): stakeholders first, because every
 * run after that is cheaper, then the event list, then durations and settings, until nothing goes.
 */
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { RunOptions, RunResult } from '../run-result.ts'
import { runScenario } from '../run-scenario.ts'
import { compile } from '../scenario/compile.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { calmer } from './calmer.ts'
import { ddmin } from './ddmin.ts'
import { rosterOf, sampleRoster, withRoster } from './roster.ts'
import { rounder, shorter } from './timing.ts'

/** A scenario with its events written out, and the seed that it fails with. */
export interface Case {
  readonly scenario: Scenario
  readonly seed: number
}

/** How far shrinking has come. */
export interface ShrinkStep {
  readonly pass: 'stakeholders' | 'events' | 'durations' | 'settings'
  readonly stakeholders: number
  readonly events: number
  readonly durationMs: number
  /** Runs so far. */
  readonly runs: number
}

/** How to shrink. */
export interface ShrinkOptions {
  readonly run?: RunOptions
  /** False from the moment on when the best so far must do. */
  readonly mayGoOn?: () => boolean
  readonly onStep?: (step: ShrinkStep) => void
}

/** What shrinking came to. */
export interface Shrunk extends Case {
  /** The oracle that fails, before as after. */
  readonly oracle: string
  readonly result: RunResult
  readonly runs: number
  readonly steps: readonly ShrinkStep[]
}

/** Seeds that a smaller coalition is tried with: its people draw other lots. Small ones run fast. */
const FEW_SEEDS = 5
const MANY_SEEDS = 25
/** A coalition of so many is small. */
const SMALL = 8
/** Sizes that a coalition is first cut down to, in its own proportions. */
const SAMPLE_SIZES = [3, 4, 5, 6, 7, 8, 10, 13, 17, 22, 30, 50, 100]
/** One alone has nobody to disagree with, and some broken rules never end with one. */
const LEAST_STAKEHOLDERS = 2
/** Rounds through all passes; each makes the next one's work smaller. */
const MAX_ROUNDS = 4

/** Shrinks a run; refuses (`nothing-failed`) one that does not fail. */
export function shrink(
  scenario: Scenario,
  seed: number,
  options: ShrinkOptions = {},
): Result<Shrunk> {
  const { events } = compile(scenario, seed)
  const whole: Scenario = { ...scenario, workload: [], faults: [], events }
  const first = runScenario(whole, seed, options.run)
  const failed = first.oracles.find(({ ok }) => !ok)
  if (!failed)
    return refuse(
      'nothing-failed',
      `${scenario.name} with seed ${seed} fails no oracle`,
      'give the seed of a run that failed',
    )
  return accept(new Shrinking({ scenario: whole, seed }, first, failed.name, options).run())
}

class Shrinking {
  readonly #options: ShrinkOptions
  readonly #oracle: string
  readonly #steps: ShrinkStep[] = []
  #best: Case
  #result: RunResult
  #runs = 1

  constructor(whole: Case, result: RunResult, oracle: string, options: ShrinkOptions) {
    this.#best = whole
    this.#result = result
    this.#oracle = oracle
    this.#options = options
  }

  run(): Shrunk {
    this.#sample()
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = this.#best
      this.#stakeholders()
      this.#events()
      this.#greedily('durations', shorter)
      this.#greedily('settings', calmer)
      if (this.#best === before) break
    }
    this.#greedily('durations', rounder)
    const [runs, steps] = [this.#runs, this.#steps]
    return { ...this.#best, oracle: this.#oracle, result: this.#result, runs, steps }
  }

  /** The whole coalition in miniature, if its failure lives on proportions. */
  #sample(): void {
    const { scenario, seed } = this.#best
    const all = rosterOf(scenario).length
    for (const size of SAMPLE_SIZES.filter((count) => count < all)) {
      const seeds = Array.from(
        { length: size <= SMALL ? MANY_SEEDS : FEW_SEEDS },
        (_, i) => seed + i,
      )
      const smaller = withRoster(scenario, sampleRoster(scenario, size))
      if (!seeds.some((one) => this.#take(smaller, one))) continue
      this.#note('stakeholders')
      return
    }
  }

  #stakeholders(): void {
    const { scenario } = this.#best
    ddmin(
      rosterOf(scenario),
      (names) => names.length >= LEAST_STAKEHOLDERS && this.#take(withRoster(scenario, names)),
    )
    this.#note('stakeholders')
  }

  #events(): void {
    const { scenario } = this.#best
    ddmin(scenario.events, (events) => this.#take({ ...scenario, events }))
    this.#note('events')
  }

  /** Takes the first candidate that still fails, again and again. */
  #greedily(
    pass: ShrinkStep['pass'],
    candidates: (scenario: Scenario) => Iterable<Scenario>,
  ): void {
    for (let found = true; found && this.#mayGoOn(); ) {
      found = false
      for (const candidate of candidates(this.#best.scenario)) {
        if (!this.#take(candidate)) continue
        found = true
        break
      }
    }
    this.#note(pass)
  }

  /** Whether a candidate still fails the same oracle, in the same sense; it is the best then. */
  #take(scenario: Scenario, seed: number = this.#best.seed): boolean {
    if (!this.#mayGoOn()) return false
    this.#runs++
    const result = runScenario(scenario, seed, this.#options.run)
    const isBroken = result.oracles.some(({ name, ok }) => name === this.#oracle && !ok)
    if (!isBroken || result.verdict !== this.#result.verdict) return false
    this.#best = { scenario, seed }
    this.#result = result
    return true
  }

  #mayGoOn(): boolean {
    return this.#options.mayGoOn?.() ?? true
  }

  #note(pass: ShrinkStep['pass']): void {
    const { scenario } = this.#best
    const step = {
      pass,
      stakeholders: rosterOf(scenario).length,
      events: scenario.events.length,
      durationMs: scenario.durationMs,
      runs: this.#runs,
    }
    this.#steps.push(step)
    this.#options.onStep?.(step)
  }
}
