import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unwrap } from '../op/refusal.ts'
import type { ContentDigest } from './digest.ts'
import { type LocalCopy, planEviction } from './eviction.ts'

const copy = (n: number, over: Partial<LocalCopy> = {}): LocalCopy => ({
  digest: String(n).padStart(64, '0') as ContentDigest,
  sizeBytes: 10,
  usedAt: n,
  isPinned: false,
  ...over,
})

const digests = (list: readonly LocalCopy[]) => list.map(({ digest }) => digest)

describe('room is made', () => {
  test('by the copies unused for longest, and no more of them than needed', () => {
    const copies = [copy(3), copy(1), copy(2)]
    expect(planEviction(copies, 0, 30)).toEqual({ ok: true, value: [] })
    expect(planEviction(copies, 1, 30)).toEqual({ ok: true, value: digests([copy(1)]) })
    expect(planEviction(copies, 11, 30)).toEqual({ ok: true, value: digests([copy(1), copy(2)]) })
  })

  test('never by what is pinned: then nothing goes, and it says why', () => {
    const copies = [copy(1, { isPinned: true }), copy(2)]
    expect(planEviction(copies, 10, 20)).toEqual({ ok: true, value: digests([copy(2)]) })
    expect(planEviction(copies, 11, 20)).toMatchObject({
      ok: false,
      code: 'artefact-quota',
      message: '11 bytes do not fit: 10 of 20 bytes are pinned',
    })
  })
})

test('what stays fits with what comes, nothing pinned goes, and what goes was used before what stays', () => {
  const copies = fc.uniqueArray(
    fc.record({ n: fc.nat(50), sizeBytes: fc.nat(20), usedAt: fc.nat(9), isPinned: fc.boolean() }),
    { selector: ({ n }) => n, maxLength: 12 },
  )
  fc.assert(
    fc.property(copies, fc.nat(40), fc.nat(200), (given, needed, quota) => {
      const list = given.map(({ n, ...rest }) => copy(n, rest))
      const planned = planEviction(list, needed, quota)
      const pinned = list.filter(({ isPinned }) => isPinned)
      const sum = (some: readonly LocalCopy[]) =>
        some.reduce((n, { sizeBytes }) => n + sizeBytes, 0)
      expect(planned.ok).toBe(sum(pinned) + needed <= quota)
      if (!planned.ok) return
      const gone = new Set(unwrap(planned))
      const staying = list.filter(({ digest }) => !gone.has(digest))
      const going = list.filter(({ digest }) => gone.has(digest))
      expect(sum(staying) + needed).toBeLessThanOrEqual(quota)
      expect(going.filter(({ isPinned }) => isPinned)).toEqual([])
      const youngest = Math.max(-1, ...going.map(({ usedAt }) => usedAt))
      for (const one of staying)
        if (!one.isPinned) expect(one.usedAt).toBeGreaterThanOrEqual(youngest)
    }),
  )
})
