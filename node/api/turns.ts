/** Long work between everything else that a node does. */
import { setImmediate } from 'node:timers/promises'
import type { Steps } from '../../src/document/steps.ts'

/** How long work goes on before others have their turn, in ms; a step more at most. */
export const TURN_MS = 10
/** Where others took longer, it goes on for such a part of that: a busy node ends it too. */
export const FAIR_PART = 1 / 4
/** But no longer than this, in ms. */
export const MAX_TURN_MS = 100

/** Does work to its end, a few ms at a time: timers, sockets and other requests come in between. */
export type InTurns = <T>(steps: Steps<T>) => Promise<T>

/** Works by a clock, in ms; of what goes on at once, nothing counts as busy because of the rest. */
export function turnsBy(clock: () => number): InTurns {
  let workedMs = 0
  return async (steps) => {
    for (let turnMs = TURN_MS; ; ) {
      const beganAt = clock()
      let now = beganAt
      do {
        const { done, value } = steps.next()
        if (done) return value
        now = clock()
      } while (now < beganAt + turnMs)
      workedMs += now - beganAt
      const workedBefore = workedMs
      await setImmediate()
      const othersMs = clock() - now - (workedMs - workedBefore)
      turnMs = Math.min(Math.max(TURN_MS, othersMs * FAIR_PART), MAX_TURN_MS)
    }
  }
}

/** Does work to its end, a few ms at a time. */
export const inTurns = turnsBy(() => performance.now())
