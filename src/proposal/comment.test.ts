/** In which order comments are read. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fakeCid } from '../../test/support/votes.ts'
import { inOrder } from './comment.ts'

const said = (name: string, at: number, to?: string) => ({
  cid: fakeCid(name),
  at,
  answers: to === undefined ? null : fakeCid(to),
})

test('an answer follows what it answers: in the same moment, and by a clock that is behind', () => {
  const [question, answer, thanks] = [said('q', 5), said('a', 5, 'q'), said('t', 1, 'a')]
  const other = said('o', 3)
  fc.assert(
    fc.property(fc.shuffledSubarray([question, answer, thanks, other], { minLength: 4 }), (any) => {
      expect(inOrder(any)).toEqual([question, answer, thanks, other])
    }),
  )
})

test('what answers something that is not held stands by its own clock', () => {
  expect(inOrder([said('b', 2, 'gone'), said('a', 1)])).toEqual([
    said('a', 1),
    said('b', 2, 'gone'),
  ])
})

test('a long chain of answers is no burden', () => {
  const chain = Array.from({ length: 20_000 }, (_, i) =>
    said(String(i), 20_000 - i, i === 0 ? undefined : String(i - 1)),
  )
  expect(inOrder(chain)).toEqual(chain)
})
