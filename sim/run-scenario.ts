/** Runs a scenario with a seed: the whole of it, from founding to the verdict. */

import { BUILTIN_ORACLES } from './oracle/builtin.ts'
import type { OracleFactory } from './oracle/oracle.ts'
import { Panel } from './oracle/panel.ts'
import type { RunOptions, RunResult } from './run-result.ts'
import { assumptionsOutside } from './scenario/assumptions.ts'
import { type Compiled, compile } from './scenario/compile.ts'
import type { Scenario } from './scenario/scenario.ts'
import { Situations } from './situation/situations.ts'
import { STRATEGIES } from './strategies/builtin.ts'
import { Healing } from './world/healing.ts'
import { MAX_RUN_EVENTS, MAX_RUN_OPS } from './world/limits.ts'
import { opensslVerifier, RememberingVerifier } from './world/verifier.ts'
import { World } from './world/world.ts'

/** How often a run says how far it is, in parts of its duration. */
const PROGRESS_PARTS = 100

/** Compiles a scenario and runs it. */
export const runScenario = (
  scenario: Scenario,
  seed: number = scenario.seed,
  options: RunOptions = {},
): RunResult => runCompiled(compile(scenario, seed), options)

/** Runs a scenario with exactly these events. */
export function runCompiled(compiled: Compiled, options: RunOptions = {}): RunResult {
  const began = performance.now()
  const { scenario, seed, events } = compiled
  const oracles: readonly OracleFactory[] = [...BUILTIN_ORACLES, ...(options.oracles ?? [])]
  const panel = new Panel(oracles.map((make) => make()))
  const situations = new Situations()
  let world: World | undefined
  world = new World({
    scenario,
    seed,
    events,
    rules: options.rules ?? {},
    broken: options.broken ?? {},
    verifier: options.verifyEverywhere ? opensslVerifier : new RememberingVerifier(),
    verifiesEverywhere: options.verifyEverywhere ?? false,
    strategies: [...STRATEGIES, ...(options.strategies ?? [])],
    limits: { events: options.maxEvents ?? MAX_RUN_EVENTS, ops: options.maxOps ?? MAX_RUN_OPS },
    onDelivery:
      options.onDelivery && ((from, to) => options.onDelivery?.({ at: world?.now ?? 0, from, to })),
    onTrace: (record) => {
      options.onTrace?.(record)
      if (!world) return
      panel.observe(record, world)
      situations.observe(record, world)
    },
  })
  for (let part = 1; part <= PROGRESS_PARTS; part++) {
    world.run((scenario.durationMs * part) / PROGRESS_PARTS)
    options.onProgress?.(world.now, world.events)
  }
  const healing = new Healing(world)
  if (!options.withoutHealing) {
    healing.run()
    world.lookAll()
    // A run that was cut has no end to be judged by.
    if (!world.isCut) panel.conclude(world)
  }
  const outside = assumptionsOutside(compiled)
  const results = panel.results()
  const isBroken = results.some(({ ok }) => !ok)
  return {
    scenario: scenario.name,
    seed,
    verdict: outside.length > 0 ? 'expected-unsafe' : isBroken ? 'fail' : 'pass',
    outside,
    traceHash: world.hash.hex,
    events: world.events,
    simulatedMs: Math.round(world.now),
    wallMs: Math.round(performance.now() - began),
    oracles: results,
    situations: situations.counts(),
    metrics: { ...world.metrics.values(), ...healing.metrics() },
  }
}
