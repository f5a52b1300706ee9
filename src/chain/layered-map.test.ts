/** Maps that share what they begin with: to each it is as if it were alone. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LayeredMap } from './layered-map.ts'

interface Value {
  n: number
}

const step = fc.record({
  what: fc.constantFrom('set', 'change', 'delete', 'clear', 'fork', 'detach'),
  who: fc.nat(),
  key: fc.nat(6),
  n: fc.nat(99),
})

/** A layered map beside the plain one that it must be like. */
type Pair = readonly [LayeredMap<number, Value>, Map<number, Value>]

const forked = ([layered, plain]: Pair): Pair => [
  layered.fork(),
  new Map([...plain].map(([key, { n }]) => [key, { n }])),
]

function change([layered, plain]: Pair, key: number, n: number): void {
  const own = layered.owned(key, (shared) => ({ ...shared }))
  if (own) own.n = n
  const value = plain.get(key)
  if (value) value.n = n
}

test('whatever one does, each reads as a plain map does, in its order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pairs: Pair[] = [[new LayeredMap<number, Value>(), new Map()]]
      for (const { what, who, key, n } of steps) {
        const pair = pairs[who % pairs.length]
        if (!pair) continue
        const [layered, plain] = pair
        if (what === 'set') for (const map of pair) map.set(key, { n })
        if (what === 'change') change(pair, key, n)
        if (what === 'delete') expect(layered.delete(key)).toBe(plain.delete(key))
        if (what === 'clear') for (const map of pair) map.clear()
        if (what === 'detach') layered.detach((shared) => ({ ...shared }))
        if (what === 'fork' && pairs.length < 4) pairs.push(forked(pair))
        for (const [mine, theirs] of pairs) {
          expect([...mine]).toEqual([...theirs])
          expect([...mine.keys()]).toEqual([...theirs.keys()])
          expect([...mine.values()]).toEqual([...theirs.values()])
          expect(mine.size).toBe(theirs.size)
          for (let i = 0; i <= 6; i++) expect(mine.has(i)).toBe(theirs.has(i))
        }
      }
    }),
    { numRuns: 200 },
  )
})
