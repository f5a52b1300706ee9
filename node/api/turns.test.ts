/** Long work lets everything else have its turn. */
import { describe, expect, test } from 'vitest'
import type { Steps } from '../../src/document/steps.ts'
import { FAIR_PART, inTurns, MAX_TURN_MS, TURN_MS, turnsBy } from './turns.ts'

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

describe('by a clock', () => {
  /** Steps of a millisecond in each turn of so many jobs at once, while others take so long a loop. */
  async function turnsOf(jobs: number, othersMs: number): Promise<number[]> {
    let nowMs = 0
    let isOver = false
    const turns: number[] = []
    const run = turnsBy(() => nowMs)
    function* job(steps: number): Steps<void> {
      for (let i = 0; i < steps; i++) {
        nowMs++
        turns.push((turns.pop() ?? 0) + 1)
        yield
      }
    }
    /** Between two turns of the jobs. */
    const others = (): void => {
      nowMs += othersMs
      turns.push(0)
      if (!isOver) setImmediate(others)
    }
    setImmediate(others)
    await Promise.all(Array.from({ length: jobs }, () => run(job(1_000))))
    isOver = true
    return turns
  }

  test('alone it works for a turn', async () => {
    expect(Math.max(...(await turnsOf(1, 0)))).toBe(TURN_MS)
  })

  test('beside others it takes its part, up to a limit', async () => {
    expect(Math.max(...(await turnsOf(1, 200)))).toBe(200 * FAIR_PART)
    expect(Math.max(...(await turnsOf(1, 10_000)))).toBe(MAX_TURN_MS)
  })

  test('many at once do not take each other for others', async () => {
    expect(Math.max(...(await turnsOf(10, 0)))).toBe(10 * TURN_MS)
  })
})
