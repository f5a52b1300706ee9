/** Sortition: nobody chooses who is drawn, each is as likely as any other, functions are covered. */
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { charterWith, type MemberSpec } from '../../../test/support/charters.ts'
import type { Charter } from '../../charter/schema.ts'
import { unwrap } from '../../op/refusal.ts'
import { drawPanel } from './draw.ts'

const FUNCTIONS = ['maintainer', 'operator']

/** A charter of so many members m0, m1, … with panels; the first holds the first function. */
function charterOf(size: number, seats: number, functions: readonly string[] = []): Charter {
  const members = Array.from({ length: size }, (_, i): MemberSpec => [`m${i}`, 1 + (i % 3)])
  const base = charterWith([['m0', 1, FUNCTIONS], ...members.slice(1)], 'panels: ~')
  return { ...base, panels: { seats, functions: [...functions] } }
}

const withFunctions = (
  charter: Charter,
  held: ReadonlyMap<string, readonly string[]>,
): Charter => ({
  ...charter,
  stakeholders: charter.stakeholders.map((member) => ({
    ...member,
    functions: [...(held.get(member.id) ?? [])],
  })),
})

const seedOf = (n: number): Uint8Array => sha256(utf8ToBytes(`seed ${n}`))

/** How often each member is drawn over so many seeds. */
function frequencies(charter: Charter, parties: readonly string[], runs: number) {
  const counts = new Map<string, number>()
  for (let run = 0; run < runs; run++)
    for (const id of unwrap(drawPanel(charter, parties, seedOf(run))))
      counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}

/** Bound of six standard deviations: for these fixed seeds it holds or it does not, for good. */
function expectAlike(counts: ReadonlyMap<string, number>, runs: number, share: number): void {
  const deviation = Math.sqrt(runs * share * (1 - share))
  for (const count of counts.values())
    expect(Math.abs(count - runs * share)).toBeLessThan(6 * deviation)
}

describe('a panel', () => {
  test('has its seats, each of another member, none of them a party, whatever the seed', () => {
    const input = fc.record({
      size: fc.integer({ min: 5, max: 40 }),
      seats: fc.constantFrom(1, 3),
      parties: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
      seed: fc.uint8Array({ minLength: 36, maxLength: 36 }),
    })
    fc.assert(
      fc.property(input, ({ size, seats, parties, seed }) => {
        const names = parties.map((n) => `m${n}`)
        const panel = unwrap(drawPanel(charterOf(size, seats), names, seed))
        expect(new Set(panel).size).toBe(seats)
        expect(panel.some((id) => names.includes(id))).toBe(false)
        expect(unwrap(drawPanel(charterOf(size, seats), names, seed))).toEqual(panel)
      }),
    )
  })

  test('is drawn blind to weight: each member as often as any other', () => {
    const runs = 6000
    const counts = frequencies(charterOf(12, 3), ['m1', 'm2'], runs)
    expect([...counts.keys()].sort()).toHaveLength(10)
    expectAlike(counts, runs, 3 / 10)
  })

  test('of one seat among sizes that do not divide a power of two is fair too', () => {
    for (const size of [5, 7, 11]) {
      const counts = frequencies(charterOf(size, 1), [], 3000)
      expect(counts.size).toBe(size)
      expectAlike(counts, 3000, 1 / size)
    }
  })

  test('covers every function that the charter lists, by whoever holds it', () => {
    const held = fc.array(fc.subarray(FUNCTIONS), { minLength: 6, maxLength: 12 })
    const seeds = fc.uint8Array({ minLength: 36, maxLength: 36 })
    fc.assert(
      fc.property(held, seeds, (functions, seed) => {
        const byId = new Map<string, readonly string[]>(functions.map((list, i) => [`m${i}`, list]))
        const charter = withFunctions(charterOf(functions.length, 3, FUNCTIONS), byId)
        const drawn = drawPanel(charter, ['m0'], seed)
        const others = functions.slice(1).flat()
        const isCoverable = FUNCTIONS.every((name) => others.includes(name))
        expect(drawn.ok ? 'ok' : drawn.code).toBe(isCoverable ? 'ok' : 'panel-uncovered')
        const covered = drawn.ok ? drawn.value.flatMap((id) => byId.get(id) ?? []) : FUNCTIONS
        expect(FUNCTIONS.filter((name) => !covered.includes(name))).toEqual([])
      }),
    )
  })

  test('draws the seat of a function alike among those who hold it', () => {
    const byId = new Map([1, 2, 3, 4].map((n) => [`m${n}`, ['operator']] as const))
    const charter = withFunctions(charterOf(9, 1, ['operator']), byId)
    const counts = frequencies(charter, [], 3000)
    expect([...counts.keys()].sort()).toEqual(['m1', 'm2', 'm3', 'm4'])
    expectAlike(counts, 3000, 1 / 4)
  })

  test('of one who has two functions leaves a seat for anybody', () => {
    const charter = charterOf(9, 3, FUNCTIONS)
    const panels = [0, 1, 2, 3].map((n) => unwrap(drawPanel(charter, [], seedOf(n))))
    for (const panel of panels) expect(panel).toContain('m0')
  })

  test('needs as many members that are no party as it has seats, and not one more', () => {
    const parties = ['m0', 'm1']
    expect(unwrap(drawPanel(charterOf(5, 3), parties, seedOf(1))).toSorted()).toEqual([
      'm2',
      'm3',
      'm4',
    ])
    expect(drawPanel(charterOf(4, 3), parties, seedOf(1))).toMatchObject({
      code: 'panel-too-small',
    })
    const { panels: _none, ...without } = charterOf(5, 3)
    expect(drawPanel(without, parties, seedOf(1))).toMatchObject({ code: 'no-panels' })
  })

  test('is what any other program draws that follows the same words', () => {
    const charter = charterOf(10, 3)
    const bytes = sha256(
      Uint8Array.from([...utf8ToBytes('folkmoot/panel/v1\0'), ...seedOf(42), 0, 0, 0, 0]),
    )
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const urn = charter.stakeholders.map(({ id }) => id)
    const drawn = [10, 9, 8].map((n, i) => urn.splice(view.getUint32(4 * i) % n, 1)[0])
    expect(unwrap(drawPanel(charter, [], seedOf(42)))).toEqual(drawn)
  })
})
