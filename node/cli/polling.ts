/** Asking again until something holds, or time is up. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from './context.ts'

/** Time between two questions, in ms. */
export const POLL_MS = 200

/** Asks until the answer is yes; false when time is up or the user interrupts. Asks at least once. */
export async function retryUntil(
  { io }: Pick<Context, 'io'>,
  timeoutMs: number,
  holds: () => Promise<boolean>,
): Promise<boolean> {
  const deadline = io.now() + timeoutMs
  for (;;) {
    if (await holds()) return true
    const left = deadline - io.now()
    if (left <= 0 || io.signal.aborted) return false
    await pause(Math.min(POLL_MS, left), undefined, { signal: io.signal }).catch(() => undefined)
  }
}
