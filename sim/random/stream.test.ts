import { expect, test } from 'vitest'
import { draw, normal } from './distribution.ts'
import { Stream } from './stream.ts'

const take = (stream: Stream, count: number): number[] =>
  Array.from({ length: count }, () => stream.word())

test('a stream follows from its names, not from what was drawn from others', () => {
  const untouched = take(Stream.of(7).split('people').split('s3'), 5)
  const root = Stream.of(7)
  take(root, 100)
  const people = root.split('people')
  take(people.split('s4'), 9)
  expect(take(people.split('s3'), 5)).toEqual(untouched)
})

test('other seeds and other names give other numbers', () => {
  const all = [Stream.of(1), Stream.of(2), Stream.of(1).split('a'), Stream.of(1).split('b')]
  expect(new Set(all.map((stream) => stream.word())).size).toBe(4)
})

test('the bits are fixed', () => {
  expect(take(Stream.of(1), 3)).toMatchInlineSnapshot(`
    [
      2256877024,
      3698918361,
      2159287426,
    ]
  `)
})

test('bounds are kept, and every value comes', () => {
  const stream = Stream.of(3)
  const dice = Array.from({ length: 600 }, () => stream.int(1, 6))
  expect(new Set(dice)).toEqual(new Set([1, 2, 3, 4, 5, 6]))
  const shares = Array.from({ length: 1000 }, () => stream.next())
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...shares)).toBeLessThan(1)
  expect(stream.shuffled([1, 2, 3, 4]).toSorted()).toEqual([1, 2, 3, 4])
  expect(stream.pick([])).toBeUndefined()
})

test('distributions have the middle that they are named by', () => {
  const stream = Stream.of(5)
  const sample = (kind: Parameters<typeof draw>[0]): number[] =>
    Array.from({ length: 4000 }, () => draw(kind, stream)).toSorted((a, b) => a - b)
  const lognormal = sample({ kind: 'lognormal', medianMs: 1000, sigma: 1.2 })
  expect(lognormal[2000]).toBeGreaterThan(900)
  expect(lognormal[2000]).toBeLessThan(1100)
  const waits = sample({ kind: 'exponential', meanMs: 100 })
  const mean = waits.reduce((sum, ms) => sum + ms, 0) / waits.length
  expect(mean).toBeGreaterThan(92)
  expect(mean).toBeLessThan(108)
  const uniform = sample({ kind: 'uniform', leastMs: 10, mostMs: 20 })
  expect(uniform[0]).toBeGreaterThanOrEqual(10)
  expect(uniform.at(-1)).toBeLessThan(20)
  const bell = Array.from({ length: 4000 }, () => normal(stream))
  expect(Math.abs(bell.reduce((sum, x) => sum + x, 0) / 4000)).toBeLessThan(0.06)
})
