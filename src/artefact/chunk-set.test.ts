import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChunkSet } from './chunk-set.ts'

const scene = fc.integer({ min: 1, max: 70 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    moves: fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: size - 1 }))),
  }),
)

test('is the set of what was put in and not taken out, and survives the wire', () => {
  fc.assert(
    fc.property(scene, ({ size, moves }) => {
      const [set, model] = [new ChunkSet(size), new Set<number>()]
      for (const [isIn, index] of moves) {
        if (isIn) set.add(index)
        else set.delete(index)
        if (isIn) model.add(index)
        else model.delete(index)
      }
      expect(set.count).toBe(model.size)
      expect(set.isFull).toBe(model.size === size)
      for (let i = 0; i < size; i++) expect(set.has(i)).toBe(model.has(i))
      expect(ChunkSet.decode(set.encode(), size)).toEqual(set)
    }),
  )
})

test('of a peer is refused with bits beyond the last chunk, or another length', () => {
  expect(ChunkSet.decode(Uint8Array.of(0b111), 3)?.isFull).toBe(true)
  expect(ChunkSet.decode(Uint8Array.of(0b1111), 3)).toBeUndefined()
  expect(ChunkSet.decode(Uint8Array.of(1, 0), 3)).toBeUndefined()
  expect(ChunkSet.decode(new Uint8Array(), 3)).toBeUndefined()
})

test('a copy stays as it was, and numbers out of range change nothing', () => {
  const set = ChunkSet.full(9)
  const copy = set.copy()
  set.delete(4)
  set.add(9)
  set.add(-1)
  expect([set.count, copy.count, copy.has(4)]).toEqual([8, 9, true])
})
