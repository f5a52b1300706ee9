/** The memo of short byte strings. */
import { expect, test } from 'vitest'
import { byteMemo } from './byte-memo.ts'

function setUp(limit: number) {
  const computed: string[] = []
  const memo = byteMemo(limit, (bytes) => {
    computed.push(bytes.join())
    return bytes.join()
  })
  return { computed, memo }
}

test('computes once for equal bytes, whoever holds them', () => {
  const { computed, memo } = setUp(8)
  const bytes = Uint8Array.of(1, 2, 3, 4, 5)
  expect(memo(bytes)).toBe('1,2,3,4,5')
  bytes[0] = 9
  expect(memo(bytes)).toBe('9,2,3,4,5')
  expect(memo(Uint8Array.of(9, 2, 3, 4, 5))).toBe('9,2,3,4,5')
  expect(computed).toHaveLength(2)
})

test('keeps apart what ends alike, and what is short', () => {
  const { memo } = setUp(8)
  for (const bytes of [[7, 1, 2, 3, 4], [8, 1, 2, 3, 4], [1, 2, 3, 4], [4], [0, 4], []])
    expect(memo(Uint8Array.from(bytes))).toBe(bytes.join())
})

test('forgets everything beyond its limit and goes on', () => {
  const { computed, memo } = setUp(2)
  for (const n of [1, 2, 1, 3, 1]) memo(Uint8Array.of(n))
  expect(computed).toEqual(['1', '2', '3', '1'])
})
