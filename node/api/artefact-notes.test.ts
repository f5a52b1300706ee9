import { expect, test } from 'vitest'
import type { ContentDigest } from '../../src/artefact/digest.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { found, openReplica } from '../../test/support/coalition.ts'
import {
  askedPins,
  isFalse,
  isLiar,
  MAX_REMEMBERED_LIES,
  noteFalse,
  noteLiar,
  savePins,
} from './artefact-notes.ts'

const digest = (n: number) => n.toString(16).padStart(64, '0') as ContentDigest
const peer = 'ab'.repeat(32) as KeyId

test('so many lies are remembered, and the oldest forgotten for a new one', () => {
  const replica = openReplica(found([1]))
  for (let n = 0; n < MAX_REMEMBERED_LIES; n++) noteLiar(replica, peer, digest(n))
  expect(isLiar(replica, peer, digest(0))).toBe(true)
  noteLiar(replica, peer, digest(MAX_REMEMBERED_LIES))
  expect([0, 1, MAX_REMEMBERED_LIES].map((n) => isLiar(replica, peer, digest(n)))).toEqual([
    false,
    true,
    true,
  ])
})

test('a lie is about one artefact by one peer; a false manifest is false for everybody', () => {
  const replica = openReplica(found([1]))
  noteLiar(replica, peer, digest(1))
  noteFalse(replica, digest(2))
  expect(isLiar(replica, peer, digest(2))).toBe(false)
  expect(isLiar(replica, 'cd'.repeat(32) as KeyId, digest(1))).toBe(false)
  expect([isFalse(replica, digest(1)), isFalse(replica, digest(2))]).toEqual([false, true])
})

test('pins are exactly those that were saved last', () => {
  const replica = openReplica(found([1]))
  savePins(replica, new Set([digest(2), digest(1)]))
  expect([...askedPins(replica)]).toEqual([digest(1), digest(2)])
  savePins(replica, new Set())
  expect(askedPins(replica).size).toBe(0)
})
