/** Long work lets everything else have its turn. */
import { expect, test } from 'vitest'
import type { Steps } from '../../src/document/steps.ts'
import { inTurns } from './turns.ts'

/** Busy for some ms a step. */
function* busy(steps: number, stepMs: number): Steps<string> {
  for (let i = 0; i < steps; i++) {
    for (const until = performance.now() + stepMs; performance.now() < until; );
    yield
  }
  return 'done'
}

test('timers fire while long work goes on, and it gives what it would have given', async () => {
  let fired = 0
  const timer = setInterval(() => fired++, 1)
  const result = await inTurns(busy(40, 5))
  clearInterval(timer)
  expect(result).toBe('done')
  expect(fired).toBeGreaterThan(3)
})

test('what fails half-way fails', async () => {
  function* failing(): Steps<void> {
    yield
    throw new RangeError('no')
  }
  await expect(inTurns(failing())).rejects.toThrow('no')
})
