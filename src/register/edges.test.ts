/** Limits and dates of registers, each at its edge. */
import { describe, expect, it } from 'vitest'
import type { Value } from '../op/ids.ts'
import type { RegisterKind, RegisterScene } from './kind.ts'
import { CRITICAL_SCORE, gradeOf, HIGH_SCORE } from './kinds/risk.ts'
import { registerKind } from './kinds.ts'
import { MAX_AMOUNT_DIGITS } from './limits.ts'
import { lintRows, type RegisterRow } from './lint.ts'
import { readRows } from './rows.ts'
import { fieldSchema } from './schema.ts'
import { listTable, MAX_ODD } from './table.ts'

const scene: RegisterScene = {
  now: Date.UTC(2026, 5, 15),
  members: [{ id: 'acme', weight: 1, functions: [], jurisdictions: [] }],
  components: [],
  artefacts: new Set(),
}

const kindOf = (name: string): RegisterKind =>
  registerKind(name) ?? expect.fail(`there is no ${name}`)

const rowsOf = (kind: RegisterKind, value: Value): RegisterRow[] =>
  readRows(kind, value).map((row) => ({ ...row, document: 'bafyone', writers: [] }))

const codes = (name: string, value: Value): string[] =>
  lintRows(kindOf(name), rowsOf(kindOf(name), value), scene).findings.map(
    ({ code, row }) => `${row} ${code}`,
  )

describe('a register', () => {
  it('shows what ends, or is to be reviewed, thirty days ahead', () => {
    const row = { by: 'acme', statement: 'x', given: '2026-01-01' }
    const ending = (expires: string) => codes('assurances', { a: { ...row, expires } })
    expect([ending('2026-07-14'), ending('2026-07-15'), ending('2026-06-14')]).toEqual([
      ...[['a expiring'], [], ['a expired']],
    ])
    const policy = { by: 'acme', what: 'other', url: 'https://a.example' }
    const due = (reviewBy: string) =>
      codes('policies', { p: { ...policy, reviewBy } }).filter((code) => code === 'p review-due')
    expect([due('2026-07-14').length, due('2026-07-15').length]).toEqual([1, 0])
  })

  it('of policies wants a contact that one can write to', () => {
    const row = { by: 'acme', what: 'disclosure', url: 'https://a.example', reviewBy: '2027-01-01' }
    const found = (contact: string) =>
      codes('policies', { p: { ...row, contact } }).filter((code) => code.startsWith('p '))
    expect(found('mailto:a@a.example')).toEqual([])
    expect(found('http://a.example')).toEqual(['p odd-contact'])
  })

  it('of risks grades a score by what it is', () => {
    expect([4, 5, HIGH_SCORE - 1, HIGH_SCORE].map(gradeOf)).toEqual([
      ...['low', 'medium', 'medium', 'high'],
    ])
    expect([CRITICAL_SCORE - 1, CRITICAL_SCORE].map(gradeOf)).toEqual(['high', 'critical'])
  })

  it('takes amounts of so many digits, and shows so much of what is malformed', () => {
    const amount = (digits: number) =>
      fieldSchema({ shape: 'amount' }).safeParse('9'.repeat(digits)).success
    expect([amount(MAX_AMOUNT_DIGITS), amount(MAX_AMOUNT_DIGITS + 1)]).toEqual([true, false])
    const cell = (length: number) =>
      listTable(kindOf('tasks'), rowsOf(kindOf('tasks'), { r: { title: ['x'.repeat(length)] } }))
        .rows[0]?.[1]
    // Four characters are those of the list itself.
    expect(cell(MAX_ODD - 4)).toBe(`!["${'x'.repeat(MAX_ODD - 4)}"]`)
    expect(cell(MAX_ODD - 3)).toBe(`!["${'x'.repeat(MAX_ODD - 3)}…`)
  })
})
