/** Waiting for something to come true, visibly and not for ever. */
import { setTimeout as sleep } from 'node:timers/promises'
import { DemoError } from './errors.ts'

/** How often the question is asked, in ms. */
const ASK_EVERY_MS = 100

/** What shows that the demo waits; set by the stage. */
export const progress: { show: (what: string, elapsedMs: number) => void; clear: () => void } = {
  show: () => {},
  clear: () => {},
}

/** Asks until the answer is truthy and returns it; throws `not-reached` after the deadline (ms). */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | false | undefined>,
): Promise<T> {
  const started = performance.now()
  for (;;) {
    const answer = await ask()
    const elapsedMs = performance.now() - started
    if (answer !== false && answer !== undefined) {
      progress.clear()
      return answer
    }
    if (elapsedMs > withinMs)
      throw new DemoError('not-reached', `not within ${withinMs / 1000} s: ${what}`)
    progress.show(what, elapsedMs)
    await sleep(ASK_EVERY_MS)
  }
}
