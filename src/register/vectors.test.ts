/** Hand-written vectors that any implementation of registers can share. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { apportion, transfersOf } from './apportionment.ts'
import { scheduleOf, type Task } from './dependencies.ts'
import { raciFindings } from './kinds/duty.ts'

const FOLDER = new URL('../../test/vectors/registers/', import.meta.url)
const casesOf = <T>(file: string, shape: z.ZodType<T>): readonly T[] =>
  z
    .object({ cases: z.array(shape) })
    .parse(JSON.parse(readFileSync(new URL(`${file}.json`, FOLDER), 'utf8'))).cases

const name = z.string()
const digits = z.record(z.string(), z.string().transform(BigInt))

describe('apportionment', () => {
  const cases = casesOf(
    'apportionment',
    z.object({ name, units: z.string().transform(BigInt), shares: digits, parts: digits }),
  )

  it.each(cases)('$name', ({ units, shares, parts }) => {
    expect(apportion(units, new Map(Object.entries(shares)))).toEqual(
      new Map(Object.entries(parts)),
    )
  })

  const shares = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.bigInt(0n, 10n ** 9n))

  it('adds up to the whole, and nobody is off by a whole unit', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), shares, (units, given) => {
        const parts = [...apportion(units, new Map(Object.entries(given)))]
        const total = Object.values(given).reduce((sum, share) => sum + share, 0n)
        const sum = parts.reduce((all, [, part]) => all + part, 0n)
        expect(sum).toBe(total === 0n ? 0n : units)
        for (const [id, part] of parts) {
          const exact = units * (given[id] ?? 0n)
          expect(part * total - exact < total && exact - part * total < total).toBe(true)
        }
      }),
    )
  })

  it('payments bring every balance to zero, one fewer than there are members at most', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.bigInt(-1000n, 1000n)),
        (given) => {
          const sum = Object.values(given).reduce((all, one) => all + one, 0n)
          const balances = new Map([...Object.entries(given), ['z', -sum] as const])
          const left = new Map(balances)
          const transfers = transfersOf(balances)
          for (const { from, to, units } of transfers) {
            expect(units > 0n).toBe(true)
            left.set(from, (left.get(from) ?? 0n) + units)
            left.set(to, (left.get(to) ?? 0n) - units)
          }
          expect([...left.values()].every((units) => units === 0n)).toBe(true)
          expect(transfers.length).toBeLessThan(balances.size)
        },
      ),
    )
  })
})

describe('critical path', () => {
  const task = z
    .tuple([z.string(), z.int(), z.array(z.string())])
    .transform(([id, days, dependsOn]): Task => ({ id, days, dependsOn }))
  const slot = z
    .tuple([z.string(), z.int(), z.int(), z.int()])
    .transform(([id, startDay, endDay, slackDays]) => ({ id, startDay, endDay, slackDays }))
  const cases = casesOf(
    'critical-path',
    z.object({
      name,
      tasks: z.array(task),
      path: z.array(z.string()),
      days: z.int(),
      slots: z.array(slot),
    }),
  )

  it.each(cases)('$name', ({ tasks, path, days, slots }) => {
    const schedule = scheduleOf(tasks)
    expect(schedule.criticalPath).toEqual(path)
    expect(schedule.totalDays).toBe(days)
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
    expect(schedule.slots.toSorted(byId)).toEqual(slots.toSorted(byId))
  })

  it('is as long as the whole, and the same whatever order tasks come in', () => {
    const ids = Array.from({ length: 8 }, (_, i) => `t${i}`)
    const tasks = fc
      .array(fc.record({ days: fc.nat(9), on: fc.subarray(ids) }), { minLength: 1, maxLength: 8 })
      .map((list) => list.map(({ days, on }, i) => ({ id: `t${i}`, days, dependsOn: on })))
    fc.assert(
      fc.property(tasks, fc.nat(), (list, turn) => {
        const schedule = scheduleOf(list)
        const days = new Map(list.map((one) => [one.id, one.days]))
        const length = schedule.criticalPath.reduce((sum, id) => sum + (days.get(id) ?? 0), 0)
        expect(length).toBe(schedule.totalDays)
        expect(schedule.slots.length + schedule.cycles.flat().length).toBe(list.length)
        const at = turn % list.length
        expect(scheduleOf([...list.slice(at), ...list.slice(0, at)].reverse())).toEqual(schedule)
      }),
    )
  })

  it('survives one chain and one ring as long as a document can hold', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => ({
      id: `r${i}`,
      days: 1,
      dependsOn: [`r${i + 1}`],
    }))
    expect(scheduleOf(chain).totalDays).toBe(20_000)
    const ring = [...chain, { id: 'r20000', days: 1, dependsOn: ['r0'] }]
    expect(scheduleOf(ring).cycles).toHaveLength(1)
    const pairs = Array.from({ length: 20_000 }, (_, i) => ({
      id: `r${i}`,
      days: 1,
      dependsOn: [`r${i ^ 1}`],
    }))
    expect(scheduleOf(pairs).cycles).toHaveLength(10_000)
  })
})

describe('cycles', () => {
  const task = z
    .tuple([z.string(), z.array(z.string())])
    .transform(([id, dependsOn]): Task => ({ id, days: 1, dependsOn }))
  const cycles = z.array(z.array(z.string()))

  it.each(casesOf('cycles', z.object({ name, tasks: z.array(task), cycles })))(
    '$name',
    ({ tasks, cycles: expected }) => {
      expect(scheduleOf(tasks).cycles).toEqual(expected)
      expect(scheduleOf(tasks.toReversed()).cycles).toEqual(expected)
    },
  )
})

describe('RACI', () => {
  const ids = z.array(z.string()).optional()
  const row = z
    .object({ id: z.string(), activity: z.string(), scope: z.string().optional() })
    .extend({ accountable: ids, responsible: ids })
  const findings = z.array(z.tuple([z.string(), z.string()]))

  it.each(casesOf('raci', z.object({ name, rows: z.array(row), findings })))(
    '$name',
    ({ rows, findings: expected }) => {
      const plain = rows.map((one) => JSON.parse(JSON.stringify(one)))
      const found = raciFindings(plain).map(({ code, row: id }) => [code, id])
      expect(found.toSorted()).toEqual(expected.toSorted())
    },
  )
})
