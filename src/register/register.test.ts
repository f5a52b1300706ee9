import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Value } from '../op/ids.ts'
import { dateMs, momentMs } from './dates.ts'
import { exportRegister, formatsOf } from './export.ts'
import { days } from './field.ts'
import type { Finding, RegisterKind, RegisterScene } from './kind.ts'
import { REGISTER_KINDS, registerKind } from './kinds.ts'
import { MAX_DAYS, MAX_FINDINGS, MAX_LINE, MAX_LIST, MAX_PROSE, MAX_SHARE } from './limits.ts'
import { lintRows, type RegisterRow, wholeRows } from './lint.ts'
import { formatAmount, parseAmount } from './money.ts'
import { readRows } from './rows.ts'
import { fieldSchema, rowSchema } from './schema.ts'
import { listTable } from './table.ts'

const NOW = Date.UTC(2026, 5, 15)
const member = (id: string, weight = 1) => ({ id, weight, functions: [], jurisdictions: ['EU'] })
const scene: RegisterScene = {
  now: NOW,
  members: [member('acme', 3), member('globex', 2), member('hooli')],
  components: ['core'],
  artefacts: new Set(),
}

const kindOf = (name: string): RegisterKind => {
  const kind = registerKind(name)
  return kind ?? expect.fail(`there is no ${name}`)
}

const rowsOf = (kind: RegisterKind, value: Value, writers: string[] = []): RegisterRow[] =>
  readRows(kind, value).map((row) => ({ ...row, document: 'bafyone', writers }))

const lint = (name: string, value: Value, writers: string[] = []): readonly Finding[] =>
  lintRows(kindOf(name), rowsOf(kindOf(name), value, writers), scene).findings

const codes = (name: string, value: Value): string[] =>
  lint(name, value).map(({ code, row }) => `${row} ${code}`)

/** The row of the example in a kind's help, as the command line reads it. */
function exampleOf(kind: RegisterKind): Value {
  const words = kind.example.fields.match(/"[^"]*"|\S+/g) ?? []
  const row: Record<string, string[]> = {}
  let name = ''
  for (const word of words)
    if (word.startsWith('--'))
      name = word.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    else row[name] = [...(row[name] ?? []), word.replaceAll('"', '')]
  const value = ([field, list]: [string, string[]]): [string, Value] => {
    const { shape } = kind.fields[field] ?? { shape: 'line' }
    if (shape === 'count') return [field, Number(list[0])]
    return [
      field,
      ['members', 'lines', 'rows', 'components'].includes(shape) ? list : (list[0] ?? ''),
    ]
  }
  return {
    [kind.example.row]: { ...kind.defaults, ...Object.fromEntries(Object.entries(row).map(value)) },
  }
}

describe.each(REGISTER_KINDS.map((kind) => [kind.kind, kind] as const))('%s', (_, kind) => {
  it('has an example that is a row of it, in every format that it has', () => {
    const [row] = rowsOf(kind, exampleOf(kind))
    expect(row?.faults).toEqual([])
    expect(rowSchema(kind).safeParse(row?.fields).success).toBe(true)
    for (const format of formatsOf(kind)) {
      const file = exportRegister(format, {
        ...{ kind, rows: wholeRows(kind, row ? [row] : []), scene, source: 'bafy', changedAt: NOW },
      })
      expect(file.ok && file.value.content).toContain(format === 'ics' ? 'BEGIN:VEVENT' : row?.id)
    }
  })

  it('survives whatever a peer writes: rows are read, linted, shown, exported', () => {
    const scalar = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        '2026-01-01',
        'acme',
        'r1',
        '1e9',
        '-1',
        '2026-02-30',
        'sha256:',
        '\u202e\ud800\n',
      ),
      fc.integer(),
      fc.constant(null),
      fc.boolean(),
    )
    const value = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('acme', '__proto__', 'x'), scalar),
    )
    const names = fc.constantFrom(...Object.keys(kind.fields), '__proto__', 'constructor', 'id')
    const row = fc.oneof({ weight: 5, arbitrary: fc.dictionary(names, value) }, value)
    const ids = fc.constantFrom(
      'r1',
      'r2',
      kind.example.row,
      '',
      '__proto__',
      '=1+1',
      'constructor',
    )
    fc.assert(
      fc.property(fc.dictionary(ids, row), (given) => {
        // cast: values of documents, of any shape.
        const whole = { ...(given as Record<string, Value>), ...(exampleOf(kind) as object) }
        const rows = rowsOf(kind, whole, ['globex'])
        expect(rows.map(({ id }) => id).toSorted()).toEqual(Object.keys(whole).toSorted())
        expect(listTable(kind, rows).rows).toHaveLength(rows.length)
        lintRows(kind, rows, scene)
        for (const format of formatsOf(kind)) {
          const input = { kind, rows: wholeRows(kind, rows), scene, source: 'bafy', changedAt: NOW }
          expect(exportRegister(format, input).ok).toBe(true)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('a row by hand', () => {
  it('says what is missing, malformed or unknown, and is not computed with', () => {
    const value = {
      ok: { title: 'Fine', owner: 'acme', due: '2026-07-01', status: 'todo' },
      late: { title: 'Bad date', owner: 'acme', due: '2026-02-30', status: 'todo' },
      less: { title: 'No owner', due: '2026-07-01', status: 'todo' },
      more: { title: 'Fine', owner: 'acme', due: '2026-07-01', status: 'todo', colour: 'red' },
      none: 7,
      'no id': { title: 'Fine', owner: 'acme', due: '2026-07-01', status: 'todo' },
    }
    expect(codes('tasks', value)).toEqual([
      'late malformed',
      'less missing',
      'no id odd-id',
      'none no-row',
      'more unknown-field',
    ])
    const rows = rowsOf(kindOf('tasks'), value)
    expect(wholeRows(kindOf('tasks'), rows).map(({ id }) => id)).toEqual(['more', 'ok'])
    expect(listTable(kindOf('tasks'), rows).rows[0]).toContain('!"2026-02-30"')
  })

  it('fits to the letter at each limit, and not one beyond', () => {
    const fits = (shape: Parameters<typeof fieldSchema>[0], value: unknown): boolean =>
      fieldSchema(shape).safeParse(value).success
    expect(fits({ shape: 'line' }, 'x'.repeat(MAX_LINE))).toBe(true)
    expect(fits({ shape: 'line' }, 'x'.repeat(MAX_LINE + 1))).toBe(false)
    expect(fits({ shape: 'line' }, 'two\nlines')).toBe(false)
    expect(fits({ shape: 'line' }, ' ')).toBe(false)
    expect(fits({ shape: 'prose' }, 'x'.repeat(MAX_PROSE))).toBe(true)
    expect(fits({ shape: 'prose' }, 'x'.repeat(MAX_PROSE + 1))).toBe(false)
    expect(
      fits(
        { shape: 'lines' },
        Array.from({ length: MAX_LIST }, () => 'x'),
      ),
    ).toBe(true)
    expect(
      fits(
        { shape: 'lines' },
        Array.from({ length: MAX_LIST + 1 }, () => 'x'),
      ),
    ).toBe(false)
    expect(fits({ shape: 'shares' }, { acme: MAX_SHARE })).toBe(true)
    expect(fits({ shape: 'shares' }, { acme: MAX_SHARE + 1 })).toBe(false)
    expect(fits({ shape: 'shares' }, { acme: 0 })).toBe(false)
    expect(fits({ ...days }, MAX_DAYS)).toBe(true)
    expect(fits({ ...days }, MAX_DAYS + 1)).toBe(false)
    expect(fits({ shape: 'amount' }, '999999999999999.999')).toBe(true)
    expect(fits({ shape: 'amount' }, '1000000000000000')).toBe(false)
    expect(fits({ shape: 'amount' }, '-1')).toBe(false)
  })

  it('has dates of the calendar only', () => {
    expect(dateMs('2024-02-29')).toBe(Date.UTC(2024, 1, 29))
    expect([dateMs('2026-02-29'), dateMs('1969-12-31'), dateMs('2026-1-1')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(momentMs('2026-03-01T09:00Z')).toBe(Date.UTC(2026, 2, 1, 9))
    expect(momentMs('2026-03-01T24:00Z')).toBeUndefined()
  })
})

describe('lint', () => {
  it('of milestones names cycles, what is due before what it waits for, what is late', () => {
    const row = (over: object) => ({ title: 'x', owner: 'acme', status: 'planned', ...over })
    expect(
      codes('milestones', {
        a: row({ dependsOn: ['b'] }),
        b: row({ dependsOn: ['a'] }),
        c: row({ due: '2026-06-14' }),
        d: row({ due: '2026-06-20', dependsOn: ['e', 'ghost'] }),
        e: row({ due: '2026-06-21' }),
      }),
    ).toEqual(['a cycle', 'd due-before', 'd unknown-row', 'c overdue'])
  })

  it('of risks asks for owner and mitigation from a score of 10 on, and for a fresh look', () => {
    const row = (over: object) => ({
      ...{ title: 'x', likelihood: 2, impact: 5, status: 'open', assessed: '2026-06-01' },
      ...over,
    })
    expect(codes('risks', { high: row({}) })).toEqual(['high unmitigated', 'high no-owner'])
    expect(codes('risks', { medium: row({ likelihood: 3, impact: 3 }) })).toEqual([])
    expect(codes('risks', { closed: row({ status: 'closed' }) })).toEqual([])
    expect(codes('risks', { old: row({ impact: 1, assessed: '2026-03-16' }) })).toEqual([
      'old stale',
    ])
    expect(codes('risks', { new: row({ impact: 1, assessed: '2026-03-17' }) })).toEqual([])
    const ended = row({ mitigation: 'm', owner: 'acme', due: '2026-07-01', expires: '2026-06-14' })
    expect(codes('risks', { ended })).toEqual(['ended expired'])
  })

  it('of maintenance finds those who stand in for each other down at once, however it repeats', () => {
    const row = (by: string, starts: string, over: object = {}) => ({
      ...{ by, what: 'reboot', starts, minutes: 60, group: 'gateways' },
      ...over,
    })
    const weekly = row('acme', '2026-01-04T02:00Z', { repeats: 'weekly' })
    const once = (starts: string, by = 'globex') => row(by, starts)
    expect(codes('maintenance', { a: weekly, b: once('2026-07-05T02:30Z') })).toEqual([
      'b simultaneous',
    ])
    expect(codes('maintenance', { a: weekly, b: once('2026-07-05T03:00Z') })).toEqual([])
    expect(codes('maintenance', { a: weekly, b: once('2026-07-05T02:30Z', 'acme') })).toEqual([])
    const other = row('globex', '2026-07-05T02:30Z', { group: 'wallets' })
    expect(codes('maintenance', { a: weekly, b: other })).toEqual([])
  })

  it('of what speaks for a member takes that member’s word only', () => {
    const row = { by: 'acme', statement: 'Keys are in an HSM', given: '2026-01-01' }
    const value = { keys: { ...row, expires: '2027-01-01' } }
    expect(lint('assurances', value, ['acme'])).toEqual([])
    expect(lint('assurances', value, ['acme', 'globex'])).toMatchObject([
      { code: 'in-anothers-name', sentence: 'speaks for acme, and globex wrote it' },
    ])
    // Nor is it reported or exported as if that member had said it.
    const kind = kindOf('assurances')
    const said = (writers: string[]) => {
      const rows = wholeRows(kind, rowsOf(kind, value, writers))
      return [rows.length, kind.report?.of(rows, scene).tables[0]?.rows.length]
    }
    expect([said(['acme']), said(['globex'])]).toEqual([
      [1, 1],
      [0, 0],
    ])
  })

  it('of pledges takes the word of whoever promises', () => {
    const row = { by: 'acme', amount: '5', currency: 'EUR', purpose: 'x', due: '2027-01-01' }
    expect(lint('pledges', { p: row }, ['globex'])).toMatchObject([{ code: 'in-anothers-name' }])
    expect(lint('pledges', { p: row }, ['acme'])).toEqual([])
  })

  it('of constraints is red until the design says how they are met', () => {
    const row = { jurisdiction: 'EU', rule: 'Erasure', affects: ['ledger'], owner: 'acme' }
    const open = { ...row, due: '2026-09-01', status: 'open' }
    expect(codes('constraints', { r: open })).toEqual(['r unmapped'])
    expect(codes('constraints', { r: { ...open, metBy: 'Keys are shredded' } })).toEqual([])
  })

  it('of the glossary finds one word in two rows, an alias too, in whatever case', () => {
    const term = (word: string, over: object = {}) => ({ term: word, definition: 'd', ...over })
    expect(
      codes('glossary', { a: term('Exploited', { aliases: ['KEV'] }), b: term('kev') }),
    ).toEqual(['b two-meanings'])
    expect(codes('glossary', { a: term('Exploited', { aliases: ['exploited'] }) })).toEqual([])
  })

  it('of variances is an error outside what is allowed, and after its end', () => {
    const row = { by: 'acme', component: 'core', versions: ['1.4', '1.5'], until: '2026-06-15' }
    const find = (over: object) => lint('variances', { v: { ...row, ...over } }, ['acme'])
    expect(find({ running: '1.5' })).toEqual([])
    expect(find({ running: '1.3' })).toMatchObject([{ code: 'outside' }])
    expect(find({ until: '2026-06-14' })).toMatchObject([{ code: 'expired' }])
    expect(find({ component: 'cor' })).toMatchObject([{ code: 'no-such-component' }])
  })

  it('of suites asks for a pin: a commit, or an image', () => {
    const row = { title: 'x', covers: 'security', run: 'make' }
    expect(codes('suites', { s: row })).toEqual(['s not-pinned'])
    const repo = 'https://git.example/x'
    expect(codes('suites', { s: { ...row, repo, commit: 'main' } })).toEqual(['s moving'])
    expect(codes('suites', { s: { ...row, repo, commit: 'a'.repeat(40) } })).toEqual([])
    expect(codes('suites', { s: { ...row, image: `sha256:${'a'.repeat(64)}` } })).toEqual([])
  })

  it('of policies names those that members lack', () => {
    const row = {
      by: 'acme',
      what: 'threat-model',
      url: 'https://a.example',
      reviewBy: '2027-01-01',
    }
    expect(lint('policies', { r: row }, ['acme']).map(({ sentence }) => sentence)).toContain(
      'acme has published no disclosure policy',
    )
    expect(codes('policies', {})).toEqual([])
  })

  it('names rows of one id in two documents, and computes with both', () => {
    const kind = kindOf('pledges')
    const row = { by: 'acme', amount: '5', currency: 'EUR', purpose: 'x', due: '2027-01-01' }
    const one = rowsOf(kind, { p: row })
    const both = [...one, ...one.map((same) => ({ ...same, document: 'bafyother' }))]
    expect(lintRows(kind, both, scene).findings.map(({ code }) => code)).toEqual(['same-id'])
    expect(wholeRows(kind, both).map(({ id }) => id)).toEqual(['p', 'p@afyother'])
  })

  it('stops listing at its limit and counts the rest', () => {
    const rows = Object.fromEntries(
      Array.from({ length: MAX_FINDINGS + 3 }, (_, i) => [`r${i}`, i]),
    )
    const { findings, more } = lintRows(kindOf('tasks'), rowsOf(kindOf('tasks'), rows), scene)
    expect([findings.length, more]).toEqual([MAX_FINDINGS, 3])
  })
})

describe('costs', () => {
  const cost = (over: object) => ({
    ...{ title: 'Audit', amount: '100.00', currency: 'EUR', paidBy: 'acme', date: '2026-05-01' },
    ...{ split: 'equal', ...over },
  })
  const reportOf = (value: Value) => {
    const kind = kindOf('costs')
    return kind.report?.of(wholeRows(kind, rowsOf(kind, value)), scene).tables ?? []
  }

  it('are borne to the cent, and balances say who pays whom', () => {
    const [parts, balances, transfers] = reportOf({ audit: cost({}) })
    expect(parts?.rows).toEqual([
      ['audit', 'acme', '33.34', 'EUR'],
      ['audit', 'globex', '33.33', 'EUR'],
      ['audit', 'hooli', '33.33', 'EUR'],
    ])
    expect(balances?.rows[0]).toEqual(['EUR', 'acme', '100.00', '33.34', '66.66'])
    expect(transfers?.rows).toEqual([
      ['EUR', 'globex', 'acme', '33.33'],
      ['EUR', 'hooli', 'acme', '33.33'],
    ])
  })

  it('go by weight, by shares, between some; currencies stay apart, yen have no cents', () => {
    const partsOf = (over: object) =>
      reportOf({ c: cost(over) })[0]?.rows.map(([, id, part]) => `${id} ${part}`)
    expect(partsOf({ split: 'weight' })).toEqual(['acme 50.00', 'globex 33.33', 'hooli 16.67'])
    expect(partsOf({ split: 'shares', shares: { hooli: 1, acme: 3 } })).toEqual([
      'acme 75.00',
      'hooli 25.00',
    ])
    expect(partsOf({ between: ['globex', 'hooli'] })).toEqual(['globex 50.00', 'hooli 50.00'])
    expect(partsOf({ amount: '100', currency: 'JPY' })).toEqual([
      'acme 34',
      'globex 33',
      'hooli 33',
    ])
    expect(codes('costs', { c: cost({ amount: '1.5', currency: 'JPY' }) })).toEqual([
      'c too-precise',
    ])
  })

  it('are written and read to the last unit', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 20n), 10n ** 20n),
        fc.constantFrom('EUR', 'JPY', 'KWD'),
        (units, currency) => {
          const text = formatAmount(units < 0n ? -units : units, currency)
          expect(parseAmount(text, currency)).toBe(units < 0n ? -units : units)
        },
      ),
    )
    expect(formatAmount(-5n, 'EUR')).toBe('-0.05')
  })
})
