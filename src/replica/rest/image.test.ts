import { sha256 } from '@noble/hashes/sha2.js'
import { expect, test } from 'vitest'
import { found, openReplica } from '../../../test/support/coalition.ts'
import { finish } from '../../document/steps.ts'
import { cidOf } from '../../op/cid.ts'
import type { CoalitionId } from '../../op/ids.ts'
import { decodeImage, encodeImage, operationsOf } from './image.ts'
import { takeImage } from './imaging.ts'

const founded = found([1, 1, 1])
const rules = 'these'
const { coalition } = founded
const image = finish(takeImage(openReplica(founded), rules)) ?? expect.unreachable()
const bytes = encodeImage(image, sha256)
const asked = { coalition, rules, hash: sha256 }

test('what an image says comes back', () => {
  const read = decodeImage(bytes, asked)
  expect(read).toEqual(image)
  expect(operationsOf(image)).toBe(founded.ops.length)
  // Wherever it lies in memory.
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  expect(decodeImage(shifted.subarray(3), asked)).toEqual(image)
})

test('one of other rules, of another coalition, damaged or cut is none', () => {
  const other = cidOf(Uint8Array.of(1)) as CoalitionId
  expect(decodeImage(bytes, { ...asked, rules: 'those' })).toBeUndefined()
  expect(decodeImage(bytes, { ...asked, coalition: other })).toBeUndefined()
  expect(decodeImage(bytes.subarray(0, -1), asked)).toBeUndefined()
  expect(decodeImage(new Uint8Array(), asked)).toBeUndefined()
  for (const at of [0, 33, 60, bytes.length >> 1, bytes.length - 1]) {
    const damaged = Uint8Array.from(bytes)
    damaged[at] = (damaged[at] ?? 0) ^ 1
    expect(decodeImage(damaged, asked), `byte ${at}`).toBeUndefined()
  }
})

test('none is taken where something comes between that changes what was taken', () => {
  const replica = openReplica(founded)
  const steps = takeImage(replica, rules)
  steps.next()
  replica.ledger.recounts++
  expect(finish(steps)).toBeUndefined()
})
