import { describe, expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import { isKeyId } from '../../src/op/key-id.ts'
import { DialPlan } from './dial-plan.ts'
import { DEFAULT_TIMINGS, MAX_DIALS, RETRY_DIALS_SHARE } from './limits.ts'

const { dialTickMs, dialMinMs, dialMaxMs, dialGraceMs, dialFirstGraceMs, stableMs } =
  DEFAULT_TIMINGS
/** Longest that a node that restarts waits until it dials, in ms. */
const RESTART_MS = 1_000
const nobody = () => false

function keyNamed(n: number): KeyId {
  const text = n.toString(16).padStart(64, '0')
  return isKeyId(text) ? text : keyNamed(0)
}

/** A plan of the key `self` with a clock that the test turns; chance is always one half. */
function setUp(self: number, peers: number[], maxDials = MAX_DIALS) {
  const clock = { at: 0, now: () => clock.at, random: () => 0.5 }
  const plan = new DialPlan(keyNamed(self), DEFAULT_TIMINGS, clock, maxDials)
  const book = new Map(peers.map((n) => [keyNamed(n), [`/ip4/10.0.0.${n}/tcp/1`]]))
  const due = () => plan.due(book, nobody).map(({ key }) => Number.parseInt(key, 16))
  return { clock, plan, book, due }
}

describe('the plan of dials', () => {
  test('the lower key dials at once, the higher after a grace, nobody itself', () => {
    const { clock, due } = setUp(5, [3, 5, 7])
    expect(due()).toEqual([7])
    clock.at = dialFirstGraceMs - 1
    expect(due()).toEqual([])
    clock.at = dialFirstGraceMs
    expect(due()).toEqual([3])
  })

  test('a node that restarts dials all within a second, those that wait for its dial too', () => {
    const { clock, due } = setUp(9, [2, 3, 10])
    const dialled = new Set<number>()
    for (; clock.at <= RESTART_MS; clock.at += dialTickMs) for (const n of due()) dialled.add(n)
    expect([...dialled].sort((a, b) => a - b)).toEqual([2, 3, 10])
  })

  test('after a loss the lower key has dialled before the higher does', () => {
    const [lower, higher] = [setUp(2, [9]), setUp(9, [2])]
    for (const { clock, plan, due } of [lower, higher]) {
      clock.at = dialFirstGraceMs
      for (const n of due()) plan.dialled(keyNamed(n))
    }
    lower.plan.lost(keyNamed(9), stableMs)
    higher.plan.lost(keyNamed(2), stableMs)
    for (const { clock } of [lower, higher]) clock.at += dialMinMs + dialTickMs
    expect(lower.due()).toEqual([9])
    expect(higher.due()).toEqual([])
    higher.clock.at += dialGraceMs
    expect(higher.due()).toEqual([2])
  })

  test('a dead peer is dialled for ever, at most every dialMaxMs', () => {
    const { clock, plan, due } = setUp(1, [2])
    let waitedMs = 0
    for (let day = 0; day < 1000; day++) {
      expect(due()).toEqual([2])
      plan.failed(keyNamed(2))
      const failedAt = clock.at
      while (plan.due(new Map([[keyNamed(2), ['/ip4/10.0.0.2/tcp/1']]]), nobody).length === 0)
        clock.at += 100
      waitedMs = clock.at - failedAt
      expect(waitedMs).toBeLessThanOrEqual(dialMaxMs * 1.25)
      plan.failed(keyNamed(2))
      clock.at += dialMaxMs * 2
    }
    expect(waitedMs).toBeGreaterThanOrEqual(dialMaxMs * 0.75)
  })

  test('the dead leave room for the living', () => {
    const dead = Array.from({ length: 40 }, (_, i) => i + 2)
    const { clock, plan, book, due } = setUp(1, dead)
    for (let i = 0; i < 4; i++) for (const n of due()) plan.failed(keyNamed(n))
    clock.at = 10 * dialMaxMs
    const retries = MAX_DIALS * RETRY_DIALS_SHARE
    expect(due()).toHaveLength(retries)
    const alive = Array.from({ length: MAX_DIALS }, (_, i) => i + 100)
    for (const n of alive) book.set(keyNamed(n), ['/ip4/10.0.1.1/tcp/1'])
    expect(due()).toEqual(alive.slice(0, MAX_DIALS - retries))
  })

  test('where one dial at a time is wanted, the dead and the living have their turn', () => {
    const { clock, plan, due } = setUp(1, [2, 3], 1)
    expect(due()).toEqual([2])
    expect(due()).toEqual([])
    plan.failed(keyNamed(2))
    expect(due()).toEqual([3])
    plan.failed(keyNamed(3))
    clock.at = 2 * dialMaxMs
    expect(due()).toEqual([2])
  })

  test('a clock that is set back delays nobody', () => {
    const { clock, plan, due } = setUp(1, [2])
    clock.at = 10 * 3_600_000
    expect(due()).toEqual([2])
    plan.failed(keyNamed(2))
    expect(due()).toEqual([])
    clock.at = 0
    expect(due()).toEqual([2])
  })

  test('a peer whose address changes is dialled at once, whatever happened before', () => {
    const { plan, book, due } = setUp(1, [2])
    for (let i = 0; i < 8; i++) plan.failed(keyNamed(2))
    due()
    for (let i = 0; i < 8; i++) plan.failed(keyNamed(2))
    expect(due()).toEqual([])
    book.set(keyNamed(2), ['/ip4/10.9.9.9/tcp/1'])
    expect(due()).toEqual([2])
  })

  test('a connection that does not last counts as a failure', () => {
    const { clock, plan, due } = setUp(1, [2])
    for (let i = 0; i < 6; i++) {
      expect(due()).toEqual([2])
      plan.dialled(keyNamed(2))
      plan.lost(keyNamed(2), stableMs - 1)
      clock.at += dialMinMs * 2 ** i
    }
    plan.lost(keyNamed(2), stableMs)
    clock.at += dialMinMs
    expect(due()).toEqual([2])
  })

  test('when one that failed comes back, the others are dialled soon', () => {
    const { clock, plan, due } = setUp(1, [2, 3])
    for (let i = 0; i < 6; i++) {
      due()
      for (const n of [2, 3]) plan.failed(keyNamed(n))
      clock.at += dialMaxMs * 2
    }
    expect(due()).toEqual([2, 3])
    plan.failed(keyNamed(2))
    plan.dialled(keyNamed(3))
    plan.connected(keyNamed(3))
    clock.at += 2000
    expect(due()).toContain(2)
  })

  test('a poke makes everyone due', () => {
    const { plan, due } = setUp(9, [2, 3])
    expect(due()).toEqual([])
    plan.poke()
    expect(due()).toEqual([2, 3])
  })
})
