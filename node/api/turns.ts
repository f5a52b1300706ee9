/** Long work between everything else that a node does. */
import { setImmediate } from 'node:timers/promises'
import type { Steps } from '../../src/document/steps.ts'

/** How long work goes on before others have their turn, in ms; a step more at most. */
const TURN_MS = 10
/** Where others took longer, it goes on for such a part of that: a busy node ends it too. */
const FAIR_PART = 1 / 4
/** But no longer than this, in ms. */
const MAX_TURN_MS = 100

/** Does work to its end, a few ms at a time: timers, sockets and other requests come in between. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (let turnMs = TURN_MS; ; ) {
    const until = performance.now() + turnMs
    do {
      const { done, value } = steps.next()
      if (done) return value
    } while (performance.now() < until)
    const leftAt = performance.now()
    await setImmediate()
    const othersMs = performance.now() - leftAt
    turnMs = Math.min(Math.max(TURN_MS, othersMs * FAIR_PART), MAX_TURN_MS)
  }
}
