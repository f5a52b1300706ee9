import { expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import { KNOWN_PLACES_MS, KnownPlaces } from './known-places.ts'

test('members are known by the addresses that they say, also after they moved', () => {
  let now = 0
  const book = new Map<KeyId, readonly string[]>()
  const places = new KnownPlaces(
    () => book,
    () => now,
  )
  book.set('a' as KeyId, ['/ip4/203.0.113.7/tcp/4001', 'no address', '/ip6/2001:db8::1/tcp/4001'])
  expect(places.has('203.0.113.7')).toBe(true)
  expect(places.has('2001:db8:0:0::/64')).toBe(true)
  expect(places.has('203.0.113.8')).toBe(false)
  book.set('a' as KeyId, ['/ip4/203.0.113.8/tcp/4001'])
  now += KNOWN_PLACES_MS
  expect([places.has('203.0.113.8'), places.has('203.0.113.7')]).toEqual([true, false])
})
