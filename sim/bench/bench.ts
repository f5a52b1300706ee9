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
  /** Windows of the track, where the preset's are longer than the run. */
  readonly windows?: string
  /** Measured once the engine has compiled what runs often: a short run goes before. */
  readonly isWarm: boolean
  readonly goal: Goal
}

/** What a size is to reach. */
export interface Goal {
  readonly text: string
  readonly isMet: (cost: Cost) => boolean
}

/** What a run costs. */
export interface Cost {
  readonly simulatedMs: number
  readonly events: number
  readonly wallMs: number
  readonly cpuMs: number
  readonly rssBytes: number
}

/** Ten thousand nodes need some hundred million. */
const MAX_BENCH_EVENTS = 1_000_000_000
const SECOND_MS = 1000
const GIB = 1024 * 1024 * 1024
const within = (cost: Cost, seconds: number): boolean => cost.wallMs < seconds * SECOND_MS

/** Events a second of wall time. */
export const eventsPerSecond = ({ events, wallMs }: Pick<Cost, 'events' | 'wallMs'>): number =>
  (SECOND_MS * events) / wallMs

/** The sizes that the design names. In each, ballots are voted on and settled. */
export const BENCH_CASES: readonly BenchCase[] = [
  {
    nodes: 25,
    stakeholders: 25,
    duration: '30d',
    every: '3d',
    delay: 'lognormal(8h, 0.8)',
    isWarm: true,
    goal: { text: '≥ 200,000 events/s', isMet: (cost) => eventsPerSecond(cost) >= 200_000 },
  },
  {
    nodes: 100,
    stakeholders: 100,
    duration: '30d',
    every: '10d',
    delay: 'lognormal(8h, 0.8)',
    isWarm: false,
    goal: { text: '30 d in < 10 s', isMet: (cost) => within(cost, 10) },
  },
  {
    nodes: 1000,
    stakeholders: 100,
    duration: '1h',
    every: '1h',
    delay: 'uniform(1m, 20m)',
    windows: shortWindows('30m', '2h'),
    isWarm: false,
    goal: { text: '1 h in < 60 s', isMet: (cost) => within(cost, 60) },
  },
  {
    nodes: 10_000,
    stakeholders: 200,
    duration: '10m',
    every: '10m',
    delay: 'uniform(10s, 4m)',
    windows: shortWindows('5m', '1h'),
    isWarm: false,
    goal: {
      text: '10 min in < 5 min, < 2 GiB',
      isMet: (cost) => within(cost, 300) && cost.rssBytes < 2 * GIB,
    },
  },
]

function shortWindows(voting: string, validity: string): string {
  const none = 'deliberation: 0s, review: 0s, interop: 0s, appeal: 0s'
  return `windows: { ${none}, voting: ${voting}, settle: 5s, validity: ${validity} }, `
}

/** What a size cost, and whether that is what it was to reach. */
export interface Measured extends Cost {
  readonly nodes: number
  readonly stakeholders: number
  readonly goal: string
  readonly met: boolean
}

/** The scenario of a size: every signature checked once, no gates. */
export function benchScenario({ nodes, stakeholders, ...asked }: BenchCase): Scenario {
  const text = `name: bench-${nodes}
shows: normal work of ${nodes} nodes
duration: ${asked.duration}
coalition:
  stakeholders: ${stakeholders}
  observers: ${nodes - stakeholders}
  preset: small-team
  checkpoints: false
  charter: { tracks: { standard: { ${asked.windows ?? ''}contingency: null } } }
network: { latency: 'lognormal(80ms, 0.5)', loss: 1% }
people: { turnout: 0.9, delay: '${asked.delay}', yes: 0.9 }
workload: [{ at: 30s, every: ${asked.every}, propose: { slot: core@main } }]
`
  const parsed = parseKnown(text)
  invariant(parsed.ok, 'the scenarios of the benchmark are good')
  return parsed.scenario
}

/** Runs one size and measures it; run it in a process of its own. */
export function measure(size: BenchCase): Measured {
  const scenario = benchScenario(size)
  const run = () => runScenario(scenario, 1, { withoutHealing: true, maxEvents: MAX_BENCH_EVENTS })
  if (size.isWarm) run()
  const before = process.cpuUsage()
  const { events, simulatedMs, wallMs } = run()
  const { user, system } = process.cpuUsage(before)
  const cpuMs = Math.round((user + system) / 1000)
  const rssBytes = process.resourceUsage().maxRSS * 1024
  const cost = { simulatedMs, events, wallMs, cpuMs, rssBytes }
  const { nodes, stakeholders, goal } = size
  return { nodes, stakeholders, ...cost, goal: goal.text, met: goal.isMet(cost) }
}
