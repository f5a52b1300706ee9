/** Delta debugging finds the few that matter, in few questions, and never loses the failure. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ddmin } from './ddmin.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

test('three culprits among two hundred are found in a few hundred questions', () => {
  let questions = 0
  const culprits = [17, 92, 171]
  const found = ddmin(upTo(200), (items) => {
    questions++
    return culprits.every((culprit) => items.includes(culprit))
  })
  expect(found).toEqual(culprits)
  expect(questions).toBeLessThan(400)
})

test('what fails without any item needs none', () => {
  expect(ddmin(upTo(5), () => true)).toEqual([])
  expect(ddmin([], () => true)).toEqual([])
})

test('the result fails, keeps the order, and no single item of it can go', () => {
  const rule = fc.record({
    size: fc.integer({ min: 1, max: 40 }),
    groups: fc.array(fc.uniqueArray(fc.nat(39), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  fc.assert(
    fc.property(rule, ({ size, groups }) => {
      const within = groups.map((group) => group.map((item) => item % size))
      const fails = (items: readonly number[]): boolean =>
        within.some((group) => group.every((item) => items.includes(item)))
      const found = ddmin(upTo(size), fails)
      expect(fails(found)).toBe(true)
      expect(found).toEqual(found.toSorted((a, b) => a - b))
      for (const item of found) expect(fails(found.filter((one) => one !== item))).toBe(false)
    }),
  )
})

test('no choice of items is asked about twice', () => {
  const asked = new Set<string>()
  ddmin(upTo(60), (items) => {
    const key = items.join()
    expect(asked.has(key)).toBe(false)
    asked.add(key)
    return items.includes(3) && items.includes(59)
  })
})
