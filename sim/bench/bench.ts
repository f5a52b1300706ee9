/** How fast the simulator is: one measured run for each size, the same work on every machine. */

import { invariant } from '../../src/op/refusal.ts'
import { runScenario } from '../run-scenario.ts'
import { parseKnown } from '../scenario/catalogue.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** One size, and what is asked of it (design §5.7). */
export interface BenchCase {
  readonly nodes: number
  readonly stakeholders: number
  /** Simulated time. */
  readonly duration: string
  /** A proposal so often. */
  readonly every: string
  /** When people vote on it. */
  readonly delay: string
  /** Whether it waits until everything is settled. */
  readonly goal: string
}

/** The sizes that the design names. */
export const BENCH_CASES: readonly BenchCase[] = [
  {
    nodes: 25,
    stakeholders: 25,
    duration: '30d',
    every: '3d',
    delay: 'lognormal(8h, 0.8)',
    goal: '≥ 200,000 events/s',
  },
  {
    nodes: 100,
    stakeholders: 100,
    duration: '30d',
    every: '10d',
    delay: 'lognormal(8h, 0.8)',
    goal: '30 d in < 10 s',
  },
  {
    nodes: 1000,
    stakeholders: 100,
    duration: '1h',
    every: '30m',
    delay: 'uniform(1m, 10m)',
    goal: '1 h in < 60 s',
  },
  {
    nodes: 10_000,
    stakeholders: 200,
    duration: '10m',
    every: '8m',
    delay: 'uniform(10s, 1m)',
    goal: '10 min in < 5 min, < 2 GiB',
  },
]

/** What a run cost. */
export interface Measured {
  readonly nodes: number
  readonly stakeholders: number
  readonly simulatedMs: number
  readonly events: number
  readonly wallMs: number
  readonly cpuMs: number
  readonly rssBytes: number
  readonly goal: string
}

/** The scenario of a size: votes within one window, settled at once, every signature checked once. */
export function benchScenario({
  nodes,
  stakeholders,
  duration,
  every,
  delay,
}: BenchCase): Scenario {
  const isShort = !duration.endsWith('d')
  const windows = isShort
    ? 'windows: { deliberation: 0s, review: 0s, interop: 0s, voting: 2m, settle: 5s, validity: 1h, appeal: 0s }, '
    : ''
  const text = `name: bench-${nodes}
shows: normal work of ${nodes} nodes
duration: ${duration}
coalition:
  stakeholders: ${stakeholders}
  observers: ${nodes - stakeholders}
  preset: small-team
  checkpoints: false
  charter: { tracks: { standard: { ${windows}contingency: null } } }
network: { latency: 'lognormal(80ms, 0.5)', loss: 1% }
people: { turnout: 0.9, delay: '${delay}', yes: 0.9 }
workload: [{ at: 30s, every: ${every}, propose: { slot: core@main } }]
`
  const parsed = parseKnown(text)
  invariant(parsed.ok, 'the scenarios of the benchmark are good')
  return parsed.scenario
}

/** Runs one size and measures it; run it in a process of its own. */
export function measure(size: BenchCase): Measured {
  const scenario = benchScenario(size)
  const before = process.cpuUsage()
  const { events, simulatedMs, wallMs } = runScenario(scenario, 1, { withoutHealing: true })
  const { user, system } = process.cpuUsage(before)
  return {
    nodes: size.nodes,
    stakeholders: size.stakeholders,
    simulatedMs,
    events,
    wallMs,
    cpuMs: Math.round((user + system) / 1000),
    rssBytes: process.resourceUsage().maxRSS * 1024,
    goal: size.goal,
  }
}
