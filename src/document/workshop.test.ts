/** Derivation that pauses: whatever happens between two steps, a document comes out the same. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Made } from '../../test/convergence/pen.ts'
import { Desk, type } from '../../test/support/desk.ts'
import { applyEdits, applying } from './apply.ts'
import { blank, contentOf } from './content.ts'
import { MAX_TEXT } from './limits.ts'
import type { Edit } from './ops.ts'
import { finish, type Steps } from './steps.ts'

/** Three people write, now and then side by side. */
function written(): { desk: Desk; edits: Made[] } {
  const desk = new Desk()
  const edits: Made[] = []
  let heads: Made[] = []
  for (let i = 0; i < 12; i++) {
    const text = `line ${i}\n`.repeat(20)
    const one = desk.edit(i % 3, heads, [type(0, text)])
    const other = desk.edit((i + 1) % 3, heads, [type(0, `other ${i}`), type(1, '', 3)])
    edits.push(one, other)
    heads = [one, other]
  }
  return { desk, edits }
}

const isOver = (steps: Steps<void>, count: number): boolean => {
  for (let i = 0; i < count; i++) if (steps.next().done) return true
  return false
}

describe('a document that is derived in steps', () => {
  it('is the same whoever reads, blames and freezes it in between', { timeout: 120_000 }, () => {
    const { desk, edits } = written()
    const expected = desk.read(desk.other()).automergeHeads
    const acts = fc.array(
      fc.tuple(fc.nat(9), fc.constantFrom('open', 'blame', 'freeze', 'prepare', 'again')),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(acts, fc.nat(edits.length - 1), (between, at) => {
        const { documents } = desk.other().views
        let steps = documents.prepare(desk.id)
        const read = () => {
          const document = documents.open(desk.id)
          if (!document.ok) throw document
          return document.value
        }
        for (const [count, act] of between) {
          if (isOver(steps, count)) break
          if (act === 'open') read()
          if (act === 'blame') read().blame()
          if (act === 'freeze') read().valueAt([edits[at]?.op.cid ?? desk.id])
          if (act === 'prepare') finish(documents.prepare(desk.id))
          if (act === 'again') steps = documents.prepare(desk.id)
        }
        finish(steps)
        expect(read().automergeHeads).toEqual(expected)
        documents.close()
      }),
      { numRuns: 100 },
    )
  })

  it('ends early when it was put away meanwhile, and is derived anew', () => {
    const { desk } = written()
    const { documents } = desk.other().views
    const steps = documents.prepare(desk.id)
    expect(isOver(steps, 3)).toBe(false)
    documents.close()
    expect(steps.next().done).toBe(true)
    const document = documents.open(desk.id)
    expect(document.ok && document.value.automergeHeads).toEqual(desk.read().automergeHeads)
  })

  it('is blamed as it was when that began', () => {
    const { desk } = written()
    const before = desk.read().blame()
    const blaming = desk.read().blaming()
    blaming.next()
    desk.edit(1, [], [type(0, 'meanwhile')])
    desk.read()
    expect(finish(blaming)).toEqual(before)
  })
})

describe('a long deletion', () => {
  /** What one call of Automerge's makes of it. */
  function atOnce(text: string, at: number, remove: number, insert: string) {
    const desk = new Desk()
    const handle = blank(desk.id, 'text')
    applyEdits(handle, [{ do: 'splice', path: [], at: 0, remove: 0, insert: text }])
    handle.commit(null, 0)
    const other = handle.clone('aa'.repeat(16))
    other.splice(String(other.getWithType('/', 'content')?.[1]), at, remove, insert)
    const edits: Edit[] = [{ do: 'splice', path: [], at, remove, insert }]
    const ours = handle.clone('aa'.repeat(16))
    const steps = applying(ours, edits)
    let pauses = 0
    while (!steps.next().done) pauses++
    return { pauses, ours, other }
  }

  it('pauses, and is one change all the same', () => {
    const { pauses, ours, other } = atOnce('x'.repeat(MAX_TEXT), 7, MAX_TEXT - 20, 'instead')
    expect(pauses).toBeGreaterThan(10)
    expect(ours.commit(null, 0)).toBe(other.commit(null, 0))
    expect(contentOf(ours)).toBe(`${'x'.repeat(7)}instead${'x'.repeat(13)}`)
  })

  it('never pauses inside a character of two units', () => {
    const { ours, other } = atOnce(`x${'😀'.repeat(5_000)}`, 0, 9_001, '')
    expect(ours.commit(null, 0)).toBe(other.commit(null, 0))
    expect(contentOf(ours)).toBe('😀'.repeat(500))
  })
})
