/** Every limit of a document, at its edge: the last that goes and the first that does not. */
import { describe, expect, it } from 'vitest'
import type { Made } from '../../test/convergence/pen.ts'
import { Desk, set, type } from '../../test/support/desk.ts'
import { cidOf } from '../op/cid.ts'
import type { KeyId } from '../op/ids.ts'
import { Derivation } from './derivation.ts'
import { excessOf, judge } from './judgement.ts'
import {
  MAX_AFTER,
  MAX_COUNT,
  MAX_DOCUMENT_SIZE,
  MAX_DOCUMENT_TITLE,
  MAX_EDITORS,
  MAX_EDITS,
  MAX_EDITS_OF_KEY,
  MAX_FROZEN_EDITS,
  MAX_FROZEN_INSERTED,
  MAX_INSERTED_BY_KEY,
  MAX_KEY_LENGTH,
  MAX_PLACE_DEPTH,
  MAX_SCHEMA,
  MAX_TEXT,
  MAX_VALUES,
} from './limits.ts'
import type { Edit } from './ops.ts'
import { documentCreate, documentEdit, documentFreeze } from './ops.ts'
import type { EditRecord } from './record.ts'

const fits = (edits: readonly unknown[], after: readonly number[] = []): boolean =>
  documentEdit.body.safeParse({ document: 0, charter: 1, after, edits }).success
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value)

describe('an operation', () => {
  it(`carries ${MAX_EDITS} edits`, () => {
    expect(fits(times(MAX_EDITS, type(0, '')))).toBe(true)
    expect(fits(times(MAX_EDITS + 1, type(0, '')))).toBe(false)
    expect(fits([])).toBe(false)
  })

  it(`inserts ${MAX_TEXT} units of text, all its edits together`, () => {
    const half = 'x'.repeat(MAX_TEXT / 2)
    expect(fits([type(0, half), type(0, half)])).toBe(true)
    expect(fits([type(0, half), type(0, half), type(0, 'x')])).toBe(false)
    expect(fits([set('k', 'x'.repeat(MAX_TEXT - 1))])).toBe(true)
    expect(fits([set('k', 'x'.repeat(MAX_TEXT))])).toBe(false)
  })

  it(`inserts ${MAX_VALUES} values`, () => {
    const list = (count: number) => set('k', times(count, null))
    expect(fits([list(MAX_VALUES - 1)])).toBe(true)
    expect(fits([list(MAX_VALUES)])).toBe(false)
  })

  it(`reaches ${MAX_PLACE_DEPTH} deep, path and value together`, () => {
    const at = (path: number, depth: number) => [
      { do: 'set', path: times(path, 0), at: 'k', value: nested(depth) },
    ]
    expect(fits(at(3, MAX_PLACE_DEPTH - 4))).toBe(true)
    expect(fits(at(3, MAX_PLACE_DEPTH - 3))).toBe(false)
    expect(fits(at(MAX_PLACE_DEPTH - 1, 0))).toBe(true)
    expect(fits(at(MAX_PLACE_DEPTH, 0))).toBe(false)
    expect(fits(at(0, 50))).toBe(false)
  })

  it(`names keys of ${MAX_KEY_LENGTH} units`, () => {
    expect(fits([set('k'.repeat(MAX_KEY_LENGTH), 1)])).toBe(true)
    expect(fits([set('k'.repeat(MAX_KEY_LENGTH + 1), 1)])).toBe(false)
    expect(fits([set('', 1)])).toBe(false)
    expect(fits([set('$counter', 1)])).toBe(false)
    expect(fits([set('k', { $other: 1 })])).toBe(false)
  })

  it(`counts to ${MAX_COUNT} either way`, () => {
    const by = (n: number) => [{ do: 'increment', path: [], at: 'n', by: n }]
    expect(fits(by(-MAX_COUNT))).toBe(true)
    expect(fits(by(-MAX_COUNT - 1))).toBe(false)
    expect(fits([set('k', { $counter: MAX_COUNT })])).toBe(true)
    expect(fits([set('k', { $counter: MAX_COUNT + 1 })])).toBe(false)
  })

  it(`builds on ${MAX_AFTER} edits`, () => {
    expect(fits([type(0, '')], times(MAX_AFTER, 2))).toBe(true)
    expect(fits([type(0, '')], times(MAX_AFTER + 1, 2))).toBe(false)
    const freeze = (count: number) =>
      documentFreeze.body.safeParse({
        document: 0,
        charter: 1,
        after: times(count, 2),
        digest: new Uint8Array(32),
      }).success
    expect(freeze(MAX_AFTER)).toBe(true)
    expect(freeze(MAX_AFTER + 1)).toBe(false)
  })

  it('holds no fractions, no links, no unknown fields', () => {
    expect(fits([set('k', 1.5)])).toBe(false)
    expect(fits([set('k', undefined as never)])).toBe(false)
    expect(fits([{ ...type(0, 'x'), more: 1 }])).toBe(false)
    expect(fits([{ ...type(-1, 'x') }])).toBe(false)
  })
})

describe('a creation', () => {
  const creates = (more: object): boolean =>
    documentCreate.body.safeParse({
      charter: 0,
      kind: 'text',
      title: 't',
      editors: 'members',
      ...more,
    }).success

  it('has a title, editors and a purpose of bounded length', () => {
    expect(creates({ title: 't'.repeat(MAX_DOCUMENT_TITLE) })).toBe(true)
    expect(creates({ title: 't'.repeat(MAX_DOCUMENT_TITLE + 1) })).toBe(false)
    expect(creates({ title: '' })).toBe(false)
    expect(creates({ schema: 's'.repeat(MAX_SCHEMA) })).toBe(true)
    expect(creates({ schema: 's'.repeat(MAX_SCHEMA + 1) })).toBe(false)
    expect(creates({ editors: { stakeholders: times(MAX_EDITORS, 'acme') } })).toBe(true)
    expect(creates({ editors: { stakeholders: times(MAX_EDITORS + 1, 'acme') } })).toBe(false)
    expect(creates({ editors: { functions: [] } })).toBe(false)
  })
})

describe('a document', () => {
  /** A document that is as large as it may be, but for `room`. */
  function full(desk: Desk, room = 0): Made {
    let last: Made | undefined
    // Empty text is a value: it counts 1.
    for (let left = MAX_DOCUMENT_SIZE - 1 - room; left > 0; left -= MAX_TEXT)
      last = desk.edit(0, last ? [last] : [], [type(0, 'x'.repeat(Math.min(left, MAX_TEXT)))])
    return last ?? desk.creation
  }

  it(`holds ${MAX_DOCUMENT_SIZE} units of text and values`, () => {
    const desk = new Desk()
    const last = full(desk, 1)
    const more = desk.edit(1, [last], [type(0, 'xx')])
    expect(desk.standing(more)).toBe('void too-large')
    expect(desk.standing(desk.edit(2, [last], [type(0, 'x')]))).toBe('counts')
  })

  it('can always be made smaller, also where concurrent edits made it too large', () => {
    const desk = new Desk()
    const last = full(desk, 2)
    const left = desk.edit(1, [last], [type(0, 'ab')])
    const right = desk.edit(2, [last], [type(0, 'cd')])
    expect(desk.standing(right)).toBe('counts')
    expect(desk.standing(desk.edit(3, [left, right], [type(0, 'e')]))).toBe('void too-large')
    const smaller = desk.edit(0, [left, right], [type(0, '', 1)])
    expect(desk.standing(smaller)).toBe('counts')
    expect(desk.standing(desk.edit(1, [smaller], [type(0, 'f', 1)]))).toBe('counts')
  })

  it('measures data as well', () => {
    const desk = new Desk('map')
    const text = 'x'.repeat(MAX_TEXT - 1)
    let last: Made | undefined
    for (const at of 'abc') last = desk.edit(0, last ? [last] : [], [set(at, text)])
    // 1 for the map, 3 × (key, text, 1), and (key, bytes, 1) reach the limit less 1.
    const room = MAX_DOCUMENT_SIZE - 1 - 3 * (MAX_TEXT + 1) - 2
    last = desk.edit(0, last ? [last] : [], [set('h', new Uint8Array(room - 1))])
    expect(desk.standing(last)).toBe('counts')
    expect(desk.standing(desk.edit(1, [last], [set('i', 1)]))).toBe('void too-large')
    expect(desk.standing(desk.edit(2, [last], [set('h', null)]))).toBe('counts')
  })

  it(`counts to ${MAX_COUNT}, and back from beyond`, () => {
    const desk = new Desk('map')
    const by = (n: number) => ({ do: 'increment', path: [], at: 'n', by: n })
    const start = desk.edit(0, [], [set('n', { $counter: MAX_COUNT - 1 })])
    const left = desk.edit(1, [start], [by(1)])
    const right = desk.edit(2, [start], [by(1)])
    expect(desk.standing(right)).toBe('counts')
    expect(desk.read().value).toEqual({ n: MAX_COUNT + 1 })
    expect(desk.standing(desk.edit(3, [left, right], [by(1)]))).toBe('void does-not-fit')
    expect(desk.standing(desk.edit(0, [left, right], [by(-1)]))).toBe('counts')
  })
})

describe('one key', () => {
  const key = 'a'.repeat(64) as KeyId
  const id = cidOf(Uint8Array.of(0))
  const root = new Uint8Array(32)
  const charter = { protocol: 1, stakeholders: [{ id: 'a', root, functions: [] }] }
  const context = {
    keyring: { claimantsOf: () => ['0'.repeat(64)], grantsOf: () => new Set(['edit']) },
    charterInForce: () => charter,
  } as never
  const base = { key, at: 0, v: 1, charter: id }

  /** The reasons of a chain of edits, whose outcomes are as if each had been derived. */
  function reasons(count: number, edits: readonly Edit[]): (string | undefined)[] {
    const list = Array.from({ length: count }, (_, i) => cidOf(new TextEncoder().encode(`${i}`)))
    const records = list.map((cid, seq): [typeof cid, EditRecord] => {
      const before = list[seq - 1]
      const after = before ? [before] : []
      return [cid, { ...base, cid, seq, after, edits, complete: true, before }]
    })
    const handle = new Derivation(id, 'text').whole().handle
    const outcomes = new Map(list.map((cid) => [cid, { hash: '00'.repeat(32) }]))
    const summary = { value: '', hasConflicts: false }
    const restored = { load: () => handle, summary, members: new Set<typeof id>(), outcomes }
    const derivation = new Derivation(id, 'text', restored)
    const document = { ...base, cid: id, seq: 0, kind: 'text', title: '', editors: 'members' }
    const record = { ...document, schema: undefined, edits: new Map(records) } as const
    const { verdicts } = judge(record as never, derivation, context)
    return list.map((cid) => {
      const verdict = verdicts.get(cid)
      return verdict && 'reason' in verdict ? verdict.reason : verdict?.standing
    })
  }

  it(`makes ${MAX_EDITS_OF_KEY} edits to a document`, () => {
    const edit: Edit = { do: 'splice', path: [], at: 0, remove: 0, insert: '' }
    const found = reasons(MAX_EDITS_OF_KEY + 1, [edit])
    expect(found.slice(-2)).toEqual(['sound', 'too-many'])
  })

  it(`inserts ${MAX_INSERTED_BY_KEY} units into a document`, () => {
    const insert = 'x'.repeat(MAX_TEXT)
    const edit: Edit = { do: 'splice', path: [], at: 0, remove: 0, insert }
    const found = reasons(MAX_INSERTED_BY_KEY / MAX_TEXT + 1, [edit])
    expect(found.slice(-2)).toEqual(['sound', 'too-many'])
  })
})

describe('a freeze', () => {
  const history = (insert: string, count: number) =>
    new Map(
      Array.from({ length: count }, (_, i) => {
        const edits: Edit[] = [{ do: 'splice', path: [], at: 0, remove: 0, insert }]
        return [cidOf(new TextEncoder().encode(`${i}`)), { edits } as unknown as EditRecord] // cast: only its edits are looked at
      }),
    )

  it(`builds on ${MAX_FROZEN_EDITS} edits`, () => {
    expect(excessOf(history('', MAX_FROZEN_EDITS))).toBeUndefined()
    expect(excessOf(history('', MAX_FROZEN_EDITS + 1))?.code).toBe('too-much-history')
  })

  it(`builds on what inserted ${MAX_FROZEN_INSERTED} units`, () => {
    const pieces = MAX_FROZEN_INSERTED / MAX_TEXT
    expect(excessOf(history('x'.repeat(MAX_TEXT), pieces))).toBeUndefined()
    expect(excessOf(history('x'.repeat(MAX_TEXT), pieces + 1))?.code).toBe('too-much-history')
  })
})
