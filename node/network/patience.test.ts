import { expect, test } from 'vitest'
import { at, keyOfSeed } from '../../test/support/network.ts'
import { PATIENCE, PATIENCE_PER_SECOND } from './limits.ts'
import { Patience } from './patience.ts'

const keys = await Promise.all([1, 2].map(keyOfSeed))
const [busy, calm] = [at(keys, 0), at(keys, 1)]

test('ends after so much at once, comes back at its rate, and is each peer’s own', () => {
  let now = 0
  const patience = new Patience(() => now)
  expect(patience.spend(busy, PATIENCE)).toBe(true)
  expect(patience.spend(calm)).toBe(true)
  now += 1000
  expect(patience.spend(busy, PATIENCE_PER_SECOND)).toBe(true)
  expect(patience.spend(busy)).toBe(false)
})

test('whoever has used it up begins anew: one fault each time', () => {
  const patience = new Patience(() => 0)
  expect(patience.spend(busy, PATIENCE + 1)).toBe(false)
  expect(patience.spend(busy, PATIENCE)).toBe(true)
  expect(patience.spend(busy)).toBe(false)
})

test('forgets whom it has borne long enough, also when the clock is set back', () => {
  let now = 0
  const patience = new Patience(() => now)
  patience.spend(busy, PATIENCE)
  now -= 5000
  patience.spend(busy, 0)
  now += (1000 * PATIENCE) / PATIENCE_PER_SECOND
  patience.spend(calm)
  expect(patience.size).toBe(1)
})
