/** Long work between everything else that a node does. */
import { setImmediate } from 'node:timers/promises'
import type { Steps } from '../../src/document/steps.ts'

/** Longest that work goes on before others have their turn, in ms; a step more at most. */
const TURN_MS = 10

/** Does work to its end, a few ms at a time: timers, sockets and other requests come in between. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const until = performance.now() + TURN_MS
    do {
      const { done, value } = steps.next()
      if (done) return value
    } while (performance.now() < until)
    await setImmediate()
  }
}
