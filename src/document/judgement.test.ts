/** Poisoned input: whatever a faulty author says is void alike everywhere and holds nobody up. */
import { describe, expect, it } from 'vitest'
import { Desk, set, type } from '../../test/support/desk.ts'
import { cidOf } from '../op/cid.ts'

describe('edits of several authors', () => {
  it('merge, whoever hears them first', () => {
    const desk = new Desk()
    const base = desk.edit(0, [], [type(0, 'The gateway is restarted.')])
    const left = desk.edit(1, [base], [type(4, 'old ')])
    const right = desk.edit(2, [base], [type(25, ' Twice.')])
    desk.edit(1, [left, right], [type(0, '# Restart\n')])
    expect(desk.read().value).toBe('# Restart\nThe old gateway is restarted. Twice.')
    const backwards = desk.other((said) => said.reverse())
    expect(desk.read(backwards).automergeHeads).toEqual(desk.read().automergeHeads)
    expect(desk.read().heads).toHaveLength(1)
  })

  it('are read as they were after any of them', () => {
    const desk = new Desk()
    const first = desk.edit(0, [], [type(0, 'one')])
    const second = desk.edit(1, [first], [type(3, ' two')])
    desk.edit(2, [second], [type(0, '', 3)])
    const document = desk.read()
    expect(document.valueAt([])).toMatchObject({ value: '' })
    expect(document.valueAt([second.op.cid])).toMatchObject({ value: 'one two' })
    expect(document.diff([first.op.cid], [second.op.cid])).toMatchObject({
      value: '@@ -1,1 +1,1 @@\n-one\n+one two',
    })
  })
})

describe('an edit that does not fit', () => {
  it.each([
    ['text past the end', { do: 'splice', path: [], at: 9, remove: 0, insert: 'x' }],
    ['more removed than there is', { do: 'splice', path: [], at: 1, remove: 9, insert: '' }],
    ['half of a surrogate pair', { do: 'splice', path: [], at: 1, remove: 0, insert: 'x' }],
    ['a place inside text', { do: 'set', path: [0], at: 'a', value: 1 }],
    ['a key of text', { do: 'set', path: [], at: 'a', value: 1 }],
    ['a list that is text', { do: 'insert', path: [], at: 0, values: [1] }],
    ['a counter that is text', { do: 'increment', path: [], at: 'a', by: 1 }],
  ])('is void: %s', (_what, edit) => {
    const desk = new Desk()
    const base = desk.edit(0, [], [type(0, '😀')])
    const bad = desk.edit(1, [base], [edit])
    expect(desk.standing(bad)).toBe('void does-not-fit')
    expect(desk.read().value).toBe('😀')
  })

  it.each([
    ['an item that is not there', { do: 'set', path: ['list'], at: 2, value: 1 }],
    ['a place beyond the end', { do: 'insert', path: ['list'], at: 3, values: [1] }],
    ['a key of a list', { do: 'set', path: ['list'], at: 'a', value: 1 }],
    ['an index of a map', { do: 'set', path: [], at: 0, value: 1 }],
    ['a key that is not there', { do: 'remove', path: [], at: 'nothing', count: 1 }],
    ['a key twice', { do: 'remove', path: [], at: 'list', count: 2 }],
    ['too many items', { do: 'remove', path: ['list'], at: 1, count: 2 }],
    ['a counter that is a number', { do: 'increment', path: [], at: 'n', by: 1 }],
    ['a path through a number', { do: 'set', path: ['n', 'm'], at: 'a', value: 1 }],
  ])('is void in a map: %s', (_what, edit) => {
    const desk = new Desk('map')
    const base = desk.edit(0, [], [set('list', [1, 2]), set('n', 1)])
    expect(desk.standing(desk.edit(1, [base], [edit]))).toBe('void does-not-fit')
    expect(desk.read().value).toEqual({ list: [1, 2], n: 1 })
  })

  it('takes with it all other edits of its operation, and none of anybody else', () => {
    const desk = new Desk()
    const bad = desk.edit(1, [], [type(0, 'kept?'), type(99, 'no')])
    const good = desk.edit(2, [], [type(0, 'good')])
    expect(desk.standing(bad)).toBe('void does-not-fit')
    expect(desk.standing(good)).toBe('counts')
    expect(desk.read().value).toBe('good')
  })

  it('does not end what its author may do', () => {
    const desk = new Desk()
    desk.edit(1, [], [type(9, 'no')])
    expect(desk.standing(desk.edit(1, [], [type(0, 'yes')]))).toBe('counts')
  })
})

describe('an edit that changes nothing', () => {
  it('counts, and others can build on it', () => {
    const desk = new Desk()
    const idle = desk.edit(0, [], [type(0, '')])
    const next = desk.edit(1, [idle], [type(0, 'x')])
    expect(desk.standing(idle)).toBe('counts')
    expect(desk.read().heads).toEqual([next.op.cid])
  })
})

describe('what an edit builds on', () => {
  it('must be an edit of this document', () => {
    const desk = new Desk()
    const elsewhere = new Desk('text', 'members', desk.stage)
    const other = elsewhere.edit(1, [], [type(0, 'x')])
    desk.replica.ingest(elsewhere.said)
    expect(desk.standing(desk.edit(1, [other], [type(0, 'y')]))).toBe('void wrong-reference')
    expect(desk.standing(desk.edit(2, [desk.creation], [type(0, 'y')]))).toBe(
      'void wrong-reference',
    )
  })

  it('must not be void', () => {
    const desk = new Desk()
    const bad = desk.edit(1, [], [type(9, 'no')])
    const onBad = desk.edit(2, [bad], [type(0, 'x')])
    expect(desk.standing(onBad)).toBe('void builds-on-void')
    expect(desk.standing(desk.edit(0, [onBad], [type(0, 'x')]))).toBe('void builds-on-void')
  })

  it('includes the last edit of its own key that stands', () => {
    const desk = new Desk()
    const first = desk.edit(1, [], [type(0, 'a')])
    expect(desk.standing(desk.edit(1, [], [type(0, 'b')]))).toBe('void leaves-out-own')
    const through = desk.edit(2, [first], [type(1, 'c')])
    expect(desk.standing(desk.edit(1, [through], [type(2, 'd')]))).toBe('counts')
    expect(desk.read().value).toBe('acd')
  })

  it('so one key makes one head, however many edits it says at one place', () => {
    const desk = new Desk()
    for (let i = 0; i < 3_000; i++) desk.edit(1, [], [type(0, `${i}`)])
    const honest = desk.edit(2, [], [type(0, 'honest')])
    expect(desk.read().heads).toHaveLength(2)
    expect(desk.standing(honest)).toBe('counts')
  })
})

describe('an edit that waits', () => {
  it('for what it builds on holds up nobody else, and counts when that comes', () => {
    const desk = new Desk()
    const hidden = desk.draft(1, [], [type(0, 'hidden ')])
    const next = desk.edit(1, [hidden], [type(7, 'next')])
    const honest = desk.edit(2, [], [type(0, 'honest')])
    expect(desk.standing(next)).toBe('absent')
    expect(desk.standing(honest)).toBe('counts')
    desk.replica.ingest([hidden])
    expect(desk.standing(next)).toBe('counts')
  })

  it('for something that never comes keeps later edits of its own key waiting, no others', () => {
    const desk = new Desk()
    const lost = cidOf(Uint8Array.of(1))
    const { id, stage } = desk
    const body = { document: 0, charter: 1, after: [2], edits: [type(0, 'x')] }
    desk.tell(stage.node(1), { type: 'document.edit', refs: [id, stage.coalition, lost], body })
    const later = desk.edit(1, [], [type(0, 'later')])
    const honest = desk.edit(2, [], [type(0, 'honest')])
    expect(desk.standing(later)).toBe('waits builds-on-waiting')
    expect(desk.standing(honest)).toBe('counts')
  })

  it('for a charter that is not in force has no effect', () => {
    const desk = new Desk()
    const edit = desk.edit(1, [], [type(0, 'x')], { charter: desk.id })
    expect(desk.standing(edit)).toBe('waits charter-not-in-force')
  })
})

describe('who may edit', () => {
  it('is not a key without the capability, until its root grants it', () => {
    const desk = new Desk()
    const pen = desk.key(1, ['vote'])
    const edit = desk.edit(pen, [], [type(0, 'x')])
    expect(desk.standing(edit)).toBe('waits no-right')
    const { stage } = desk
    desk.replica.ingest([stage.delegate(stage.root(1), pen, { can: ['edit'] })])
    expect(desk.standing(edit)).toBe('counts')
  })

  it('are those whom the creation names', () => {
    const desk = new Desk('text', { stakeholders: ['s1', 's2'] })
    expect(desk.standing(desk.edit(2, [], [type(0, 'x')]))).toBe('waits no-right')
    expect(desk.standing(desk.edit(1, [], [type(0, 'x')]))).toBe('counts')
  })

  it('are those with a function that it names, of whom there are none here', () => {
    const desk = new Desk('text', { functions: ['auditor'] })
    expect(desk.replica.views.documents.open(desk.id)).toMatchObject({ code: 'unknown-document' })
  })
})

describe('a key that forks', () => {
  it('writes as two, where others built on both; nobody as another', () => {
    const desk = new Desk()
    const { stage } = desk
    const pen = stage.node(1)
    const base = desk.edit(pen, [], [type(0, 'base')])
    const branch = pen.fork(1)
    const left = desk.edit(pen, [base], [type(0, 'left ')])
    const right = desk.draft(pen, [base], [type(4, ' right')], { branch })
    desk.edit(2, [left], [type(0, '2 ')])
    desk.replica.ingest([right])
    expect(desk.standing(right)).toBe('absent')
    desk.edit(3, [right], [type(0, '3 ')])
    expect(desk.standing(right)).toBe('counts')
    expect(desk.standing(left)).toBe('counts')
    expect(desk.read().value).toContain('left ')
    expect(desk.read().value).toContain(' right')
    const other = desk.other((said) => said.reverse())
    expect(desk.read(other).automergeHeads).toEqual(desk.read().automergeHeads)
  })

  it('and is revoked loses what nobody built on, and the document is derived without it', () => {
    const desk = new Desk()
    const { stage } = desk
    const good = desk.edit(1, [], [type(0, 'good')])
    const lost = desk.edit(1, [good], [type(4, ' lost')])
    expect(desk.read().value).toBe('good lost')
    desk.replica.ingest([stage.revoke(stage.root(1), stage.node(1), good)])
    expect(desk.read().value).toBe('good')
    expect(desk.standing(lost)).toBe('absent')
  })

  it('and is revoked keeps what others built on', () => {
    const desk = new Desk()
    const { stage } = desk
    const good = desk.edit(1, [], [type(0, 'good')])
    const used = desk.edit(1, [good], [type(4, ' used')])
    const mine = desk.edit(2, [used], [type(9, ' mine')])
    desk.replica.ingest([stage.revoke(stage.root(1), stage.node(1), good)])
    expect(desk.standing(mine)).toBe('counts')
    expect(desk.read().value).toBe('good used mine')
  })
})
