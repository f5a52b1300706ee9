import { expect, test } from 'vitest'
import { found, openReplica } from '../../test/support/coalition.ts'
import { heardOf } from './heard.ts'
import { isRootUnknown, learntOwnRoot } from './own-root.ts'
import { recoveryOf } from './recovery.ts'
import { staleNotes } from './stale-notes.ts'

function lost(weights: readonly number[]) {
  const founded = found(weights)
  const [own, ...others] = founded.members
  if (!own) return expect.unreachable()
  const replica = openReplica(founded, { member: own })
  replica.note(staleNotes('the store was lost'))
  return { replica, hear: (n: number) => replica.noteSynced(others[n]?.node.key ?? own.node.key) }
}

test('one member alone cannot keep from us what our root said', () => {
  const { replica, hear } = lost([1, 1, 1, 1])
  expect(recoveryOf(replica)?.steps[0]).toMatchObject({
    done: false,
    sentence: expect.stringContaining('nobody yet; weight 0 of 2'),
  })
  hear(0)
  expect(learntOwnRoot(replica)).toBe(false)
  expect(heardOf(replica)).toMatchObject({ from: ['s2'], weight: 1, isEnough: false })
  hear(2)
  expect(learntOwnRoot(replica)).toBe(true)
  expect(isRootUnknown(replica)).toBe(false)
  expect(learntOwnRoot(replica), 'news once').toBe(false)
  expect(recoveryOf(replica)?.steps[0]).toMatchObject({ done: true })
})

test('our own nodes tell us nothing that counts, and where there is one other, that one is enough', () => {
  const { replica, hear } = lost([1, 1])
  hear(7)
  expect(learntOwnRoot(replica)).toBe(false)
  hear(0)
  expect(learntOwnRoot(replica)).toBe(true)
})
