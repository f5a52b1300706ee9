/**
 * Loaded into a process that is to die (`node --import`, or imported): ends it with SIGKILL when it
 * comes to a named step (`node/store/steps.ts`) for the n-th time. Shipped code knows nothing of it.
 */
import { subscribe } from 'node:diagnostics_channel'
import { STEP_CHANNEL } from '../../../node/store/steps.ts'

/** Where to die: the step, and at which of its occurrences, from 1. */
export interface Fate {
  readonly step: string
  readonly count: number
}

/** Ends this process at a step. */
export function armKillSwitch({ step, count }: Fate): void {
  let left = count
  subscribe(STEP_CHANNEL, (name) => {
    if (name === step && --left === 0) process.kill(process.pid, 'SIGKILL')
  })
}

/** What a daemon under test finds in its environment: `step:count`. */
export const FATE_VARIABLE = 'FOLKMOOT_TEST_FATE'

const given = process.env[FATE_VARIABLE]?.split(':')
if (given) armKillSwitch({ step: given[0] ?? '', count: Number(given[1] ?? 1) })
