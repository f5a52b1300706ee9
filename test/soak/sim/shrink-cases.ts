/** Bugs that were put in, each in a scenario where much happens that has nothing to do with them. */

import { mutantNamed } from '../../../sim/mutant/mutants.ts'
import { retell } from '../../../sim/report/exemplars.ts'
import { runScenario } from '../../../sim/run-scenario.ts'
import { compile } from '../../../sim/scenario/compile.ts'
import { type ShrinkOptions, type Shrunk, shrink } from '../../../sim/shrink/shrink.ts'
import { writeCase } from '../../../sim/shrink/written.ts'
import { formatStory, tellStory } from '../../../sim/story/story.ts'
import { readScenario } from '../../../sim/sweep/read-scenario.ts'
import { unwrap } from '../../../src/op/refusal.ts'

/** A failing run must come down to at most so many stakeholders and so many events. */
export const MOST_STAKEHOLDERS = 8
export const MOST_EVENTS = 8
/** Seeds that are tried until one fails. */
const SEEDS = 50

/** A bug in a scenario. */
export interface ShrinkCase {
  readonly mutant: string
  readonly scenario: string
}

/** So many stakeholders in two regions, with a split, churn and loss: the more, the more events. */
export const busyScenario = (stakeholders: number, more: string): string => `name: busy
shows: much goes wrong at once, and one thing of it matters
duration: 9d
coalition:
  stakeholders: ${stakeholders}
  checkpoints: false
  charter:
    tracks: { standard: { contingency: { after: 12h, floor: 2/5, stakeholders: 1, approval: 1/2 } } }
network: { regions: { eu: ${stakeholders / 2}, us: ${stakeholders / 2} }, loss: 1% }
people: { turnout: 1, delay: uniform(1h, 20h), yes: 1 }
${more}
faults:
  - { at: 12h, partition: [[eu], [us]], until: 7d }
  - { at: 14h, churn: ${stakeholders / 2}, up: exponential(30h), down: exponential(3h), until: 8d }
  - { at: 2d, loss: 20%, until: 3d }
  - { at: 30h, skew: ${stakeholders / 10}, by: 20m, until: 6d }
`

const SPLIT = `workload:
  - { at: 1d, propose: { slot: core@main, by: s1 } }
  - { at: 26h, propose: { slot: core@main, by: s2 } }
  - { at: 28h, propose: { slot: wire@main, by: s3 } }`

/** Three bugs of different kinds: of settlement, of the provisional outcome, of the disk. */
export const shrinkCases = (stakeholders: number): readonly ShrinkCase[] => {
  const other = `s${stakeholders / 2 + 1}`
  const bothSides = `workload:
  - { at: 1d, propose: { slot: core@main, by: s1 } }
  - { at: 26h, propose: { slot: core@main, by: ${other} } }`
  return [
    { mutant: 'quorum-of-half', scenario: busyScenario(stakeholders, SPLIT) },
    { mutant: 'first-provisional-wins', scenario: busyScenario(stakeholders, bothSides) },
    { mutant: 'acknowledges-before-disk', scenario: busyScenario(stakeholders, SPLIT) },
  ]
}

/** What a case came down to. */
export interface ShrinkFigures {
  readonly shrunk: Shrunk
  /** Events of the failing scenario before. */
  readonly eventsBefore: number
  readonly seconds: number
  /** The scenario as it was written out. */
  readonly text: string
  /** The story of the written scenario, which was run once more. */
  readonly story: string
  /** The written scenario fails as the first run did. */
  readonly failsAgain: boolean
}

/** Finds a seed that fails, shrinks it, writes it out, and runs what was written. */
export function shrinkCase(
  { mutant, scenario: text }: ShrinkCase,
  options: ShrinkOptions = {},
): ShrinkFigures {
  const run = mutantNamed(mutant)?.options ?? {}
  const scenario = readScenario(text, mutant)
  const began = performance.now()
  const seed = Array.from({ length: SEEDS }, (_, i) => i + 1).find(
    (one) => runScenario(scenario, one, run).verdict === 'fail',
  )
  const shrunk = unwrap(shrink(scenario, seed ?? 1, { ...options, run }))
  const seconds = (performance.now() - began) / 1000
  const written = writeCase(text, shrunk, 'shrunk')
  const told = { id: 'run', title: mutant, about: '', replay: '' }
  const again = retell(readScenario(written, 'shrunk'), shrunk.seed, run, told)
  const { oracles } = again.result
  return {
    shrunk,
    eventsBefore: compile(scenario, seed).events.length,
    seconds,
    text: written,
    story: formatStory(tellStory(again.records, oracles)),
    failsAgain: oracles.some(({ name, ok }) => name === shrunk.oracle && !ok),
  }
}

/** True where it is as small as it must be, and still fails. */
export const isSmall = ({ shrunk: { scenario }, failsAgain }: ShrinkFigures): boolean =>
  failsAgain &&
  scenario.coalition.members.length <= MOST_STAKEHOLDERS &&
  scenario.events.length <= MOST_EVENTS
