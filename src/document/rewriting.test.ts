import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { someValue } from '../../test/support/drafts.ts'
import { cidOf } from '../op/cid.ts'
import type { Value } from '../op/ids.ts'
import { unwrap } from '../op/refusal.ts'
import { applyEdits } from './apply.ts'
import { blank, contentOf, type Handle } from './content.ts'
import { MAX_EDITS, MAX_TEXT } from './limits.ts'
import { documentEdit, type Edit } from './ops.ts'
import { editsTo, portionsOf, rebased, splices } from './rewriting.ts'
import { counterOf, isValueList, isValueMap } from './value.ts'

const ID = cidOf(Uint8Array.of(3))

function holding(value: Value): Handle {
  const handle = blank(ID, typeof value === 'string' ? 'text' : 'map')
  expect(applyEdits(handle, unwrap(editsTo(handle, value)))).toBeUndefined()
  handle.commit(null, 0)
  return handle
}

/** What a value reads as: counters are numbers. */
function plain(value: Value): Value {
  const counter = counterOf(value)
  if (counter !== undefined) return counter
  if (isValueList(value)) return value.map(plain)
  if (!isValueMap(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

const values = fc.gen().map((gen) => {
  const dice = {
    int: (min: number, max: number) => gen(fc.integer, { min, max: Math.max(min, max) }),
    pick: <T>(list: readonly T[]): T =>
      list[gen(fc.integer, { min: 0, max: list.length - 1 })] as T,
    chance: (probability: number) => gen(fc.integer, { min: 0, max: 99 }) < 100 * probability,
  }
  return { a: someValue(dice), b: someValue(dice), c: someValue(dice) }
})

describe('writing a value', () => {
  it('gives edits that lead there, each fit for an operation', () => {
    fc.assert(
      fc.property(values, values, (before, after) => {
        const handle = holding(before)
        const edits = unwrap(editsTo(handle, plain(after)))
        expect(applyEdits(handle, edits)).toBeUndefined()
        expect(contentOf(handle)).toEqual(plain(after))
        const body = { document: 0, charter: 1, after: [], edits }
        if (edits.length > 0) expect(documentEdit.body.safeParse(body).success).toBe(true)
        handle.free()
      }),
      { numRuns: 200 },
    )
  })

  it('gives no edits where nothing changed', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(unwrap(editsTo(holding(value), plain(value)))).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('changes a counter by what was added to it', () => {
    const handle = holding({ open: { $counter: 3 } })
    expect(unwrap(editsTo(handle, { open: 5 }))).toEqual([
      { do: 'increment', path: [], at: 'open', by: 2 },
    ])
  })

  it('changes the items of a list that differ, and leaves the others alone', () => {
    const handle = holding({ steps: [{ do: 'stop' }, { do: 'copy' }, { do: 'start' }] })
    const wanted = { steps: [{ do: 'stop' }, { do: 'copy all' }, { do: 'check' }, { do: 'start' }] }
    expect(unwrap(editsTo(handle, wanted))).toEqual([
      { do: 'set', path: ['steps', 1], at: 'do', value: 'copy all' },
      { do: 'insert', path: ['steps'], at: 2, values: [{ do: 'check' }] },
    ])
  })

  it('chooses another word, but weaves prose', () => {
    const handle = holding({ owner: 'ash', plan: 'Stop.\nCopy.\n' })
    expect(unwrap(editsTo(handle, { owner: 'birch', plan: 'Stop.\nCopy all.\n' }))).toEqual([
      { do: 'set', path: [], at: 'owner', value: 'birch' },
      { do: 'splice', path: ['plan'], at: 10, remove: 0, insert: ' all' },
    ])
  })

  it('refuses data for text and text for data', () => {
    expect(editsTo(holding('text'), { a: 1 })).toMatchObject({ code: 'invalid-value' })
    expect(editsTo(holding({}), 'text')).toMatchObject({ code: 'invalid-value' })
  })
})

describe('splices', () => {
  it('lead from one text to the other and cut no character', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 })
    fc.assert(
      fc.property(text, text, (before, after) => {
        const now = splices(before, after).reduce(
          (all, { at, remove, insert }) => all.slice(0, at) + insert + all.slice(at + remove),
          before,
        )
        expect(now).toBe(after)
      }),
    )
  })

  it('touch only what differs', () => {
    expect(splices('Stop the old gateway.', 'Stop the new gateway now.')).toEqual([
      { at: 9, remove: 3, insert: 'new' },
      { at: 20, remove: 0, insert: ' now' },
    ])
  })
})

describe('what was written against an older version', () => {
  it('changes only what its writer changed', () => {
    const from = holding('The gateway restarts at noon.')
    const onto = from.clone('11'.repeat(16))
    applyEdits(onto, unwrap(editsTo(onto, 'Warning: the gateway restarts at noon.')))
    onto.commit(null, 0)
    const edits = unwrap(rebased(from, onto, 'The gateway restarts at midnight.'))
    expect(applyEdits(onto, edits)).toBeUndefined()
    expect(contentOf(onto)).toBe('Warning: the gateway restarts at midnight.')
  })
})

describe('data that was written against an older version', () => {
  it('keeps what others added, counts both, and decides where both chose', () => {
    const from = holding({ owner: 'ash', open: { $counter: 1 }, plan: 'a\nb\n' })
    const onto = from.clone('11'.repeat(16))
    const theirs = { owner: 'birch', open: 3, plan: 'a!\nb\n', more: { $counter: 5 } }
    applyEdits(onto, unwrap(editsTo(onto, theirs)))
    onto.commit(null, 0)
    const edits = unwrap(rebased(from, onto, { owner: 'cedar', open: 2, plan: 'a\nb?\n' }))
    expect(applyEdits(onto, edits)).toBeUndefined()
    expect(contentOf(onto)).toEqual({ owner: 'cedar', open: 4, plan: 'a!\nb?\n', more: 5 })
  })
})

describe('a large value', () => {
  const inserted = (portions: readonly Edit[][]) =>
    portions.flat().map((edit) => (edit.do === 'splice' ? edit.insert : ''))

  it('goes in portions that each fit, and no pair of surrogates is cut', () => {
    const text = `a${'😀'.repeat(MAX_TEXT)}`
    const edits: Edit[] = [{ do: 'splice', path: [], at: 0, remove: 0, insert: text }]
    const portions = unwrap(portionsOf(edits))
    expect(inserted(portions).join('')).toBe(text)
    for (const piece of inserted(portions)) expect(piece.isWellFormed()).toBe(true)
    for (const list of portions) {
      const body = { document: 0, charter: 1, after: [], edits: list }
      expect(documentEdit.body.safeParse(body).success).toBe(true)
    }
  })

  it(`of more than ${MAX_EDITS} edits goes in several operations`, () => {
    const edits = Array.from(
      { length: MAX_EDITS + 1 },
      (_, i): Edit => ({ do: 'set', path: [], at: `k${i}`, value: null }),
    )
    expect(unwrap(portionsOf(edits)).map((list) => list.length)).toEqual([MAX_EDITS, 1])
  })

  it('that is one piece and fits into no operation is refused', () => {
    const edit: Edit = { do: 'set', path: [], at: 'k', value: 'x'.repeat(MAX_TEXT + 1) }
    expect(portionsOf([edit])).toMatchObject({ code: 'too-large' })
  })
})
