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
  /** Is told after every pass. */
  readonly onStep?: (step: ShrinkStep) => void
  /** Is told after every run how far it is, and which share of all passes is behind it. */
  readonly onRun?: (step: ShrinkStep, share: number) => void
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
/** Rounds through all passes; each makes the next one's work smaller. */
const MAX_ROUNDS = 4
/** Passes of all rounds, with the first sample and the last rounding. */
const PASSES = 4 * MAX_ROUNDS + 2
/** What is smaller needs no more events than this many times those of the first run: else it has no end. */
const MORE_EVENTS = 4
const SPARE_EVENTS = 100_000

/** Shrinks a run; refuses (`nothing-failed`) one that does not fail. */
export function shrink(
  scenario: Scenario,
  seed: number,
  options: ShrinkOptions = {},
): Result<Shrunk> {
  const { events } = compile(scenario, seed)
  const whole: Scenario = { ...scenario, workload: [], faults: [], events }
  const first = runScenario(whole, seed, options.run)
  const maxEvents = MORE_EVENTS * first.events + SPARE_EVENTS
  const failed = first.oracles.find(({ ok }) => !ok)
  if (!failed)
    return refuse(
      'nothing-failed',
      `${scenario.name} with seed ${seed} fails no oracle`,
      'give the seed of a run that failed',
    )
  const bounded = { ...options, run: { ...options.run, maxEvents } }
  return accept(new Shrinking({ scenario: whole, seed }, first, failed.name, bounded).run())
}

class Shrinking {
  readonly #options: ShrinkOptions
  readonly #oracle: string
  readonly #steps: ShrinkStep[] = []
  #best: Case
  #result: RunResult
  #runs = 1
  #pass: ShrinkStep['pass'] = 'stakeholders'
  #passes = 0

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
      this.#passes = 4 * round + 1
      this.#stakeholders()
      this.#events()
      this.#greedily('durations', shorter)
      this.#greedily('settings', calmer)
      if (this.#best === before) break
    }
    this.#passes = PASSES - 1
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
      if (seeds.some((one) => this.#take(smaller, one))) break
    }
    this.#note()
  }

  #stakeholders(): void {
    this.#pass = 'stakeholders'
    const { scenario } = this.#best
    ddmin(
      rosterOf(scenario),
      (names) => names.length > 0 && this.#take(withRoster(scenario, names)),
    )
    this.#note()
  }

  #events(): void {
    this.#pass = 'events'
    const { scenario } = this.#best
    ddmin(scenario.events, (events) => this.#take({ ...scenario, events }))
    this.#note()
  }

  /** Takes the first candidate that still fails, again and again. */
  #greedily(
    pass: ShrinkStep['pass'],
    candidates: (scenario: Scenario) => Iterable<Scenario>,
  ): void {
    this.#pass = pass
    for (let found = true; found && this.#mayGoOn(); ) {
      found = false
      for (const candidate of candidates(this.#best.scenario)) {
        if (!this.#take(candidate)) continue
        found = true
        break
      }
    }
    this.#note()
  }

  /** Whether a candidate still fails the same oracle, in the same sense; it is the best then. */
  #take(scenario: Scenario, seed: number = this.#best.seed): boolean {
    if (!this.#mayGoOn()) return false
    this.#runs++
    const result = runScenario(scenario, seed, this.#options.run)
    this.#options.onRun?.(this.#step(), this.#passes / PASSES)
    const isBroken = result.oracles.some(({ name, ok }) => name === this.#oracle && !ok)
    if (!isBroken || result.verdict !== this.#result.verdict) return false
    this.#best = { scenario, seed }
    this.#result = result
    return true
  }

  #mayGoOn(): boolean {
    return this.#options.mayGoOn?.() ?? true
  }

  /** A pass is over. */
  #note(): void {
    this.#passes++
    const step = this.#step()
    this.#steps.push(step)
    this.#options.onStep?.(step)
  }

  #step(): ShrinkStep {
    const { scenario } = this.#best
    return {
      pass: this.#pass,
      stakeholders: rosterOf(scenario).length,
      events: scenario.events.length,
      durationMs: scenario.durationMs,
      runs: this.#runs,
    }
  }
}
