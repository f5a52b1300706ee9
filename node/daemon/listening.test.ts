import { expect, test } from 'vitest'
import { found, openReplica, Party } from '../../test/support/coalition.ts'
import { HandTimers } from '../../test/support/hand-timers.ts'
import { TestClock } from '../../test/support/people.ts'
import { LISTEN_MS, Listening } from './listening.ts'

function listening({ hasSpoken }: { readonly hasSpoken: boolean }) {
  const founded = found([1, 1])
  const clock = new TestClock(founded.at)
  const [member] = founded.members
  if (!member) return expect.unreachable()
  const replica = openReplica(founded, { member, clock })
  if (hasSpoken)
    new Party(member, replica).issue({ type: 'node.address', refs: [], body: { addresses: [] } })
  const timers = new HandTimers(clock)
  let ends = 0
  const listener = new Listening({ replica, timers, onOver: () => void ends++ })
  listener.start()
  return { listener, timers, ends: () => ends }
}

test('a key that has never spoken need not listen', () => {
  expect(listening({ hasSpoken: false }).listener.isOver).toBe(true)
})

test('one that has waits until somebody was heard', () => {
  const { listener, timers, ends } = listening({ hasSpoken: true })
  expect(listener.isOver).toBe(false)
  listener.heard()
  listener.heard()
  timers.advance(LISTEN_MS)
  expect([listener.isOver, ends()]).toEqual([true, 1])
})

test('or, where nobody is there, for a moment', () => {
  const { listener, timers, ends } = listening({ hasSpoken: true })
  timers.advance(LISTEN_MS - 1)
  expect(listener.isOver).toBe(false)
  timers.advance(1)
  expect([listener.isOver, ends()]).toEqual([true, 1])
})
