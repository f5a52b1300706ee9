import fc from 'fast-check'
import { expect, test } from 'vitest'
import { charters } from '../../test/support/charters.ts'
import { fromJson, plainValue, toJson } from './json-values.ts'

test('a charter with its keys and links is the same after a trip through JSON', () => {
  fc.assert(
    fc.property(charters, (charter) => {
      expect(fromJson(JSON.parse(JSON.stringify(toJson(charter))))).toEqual(charter)
    }),
    { numRuns: 30 },
  )
})

test('a map that only looks like bytes or a link stays a map', () => {
  for (const value of [
    { '/': 'no cid' },
    { '/': { bytes: 7 } },
    { '/': { bytes: '', more: 1 }, x: 1 },
  ])
    expect(fromJson(value)).toEqual(value)
})

test('people read bytes as hex', () => {
  expect(plainValue({ key: Uint8Array.of(1, 255), list: [Uint8Array.of(0)] })).toEqual({
    key: '01ff',
    list: ['00'],
  })
})
