import { describe, expect, it } from 'vitest'
import { Desk, set, type } from '../../test/support/desk.ts'

describe('who wrote what', () => {
  it('is told by span of text, also inside what another wrote', () => {
    const desk = new Desk()
    const base = desk.edit(0, [], [type(0, 'Restart 😀 now.')])
    const inside = desk.edit(1, [base], [type(8, 'twice ')])
    const spans = desk.read().blame()
    expect(spans.map(({ at, value, edit }) => [at, value, edit?.cid])).toEqual([
      [0, 'Restart ', base.op.cid],
      [8, 'twice ', inside.op.cid],
      [14, '😀 now.', base.op.cid],
    ])
  })

  it('is told of every value of data', () => {
    const desk = new Desk('map')
    const first = desk.edit(0, [], [set('name', 'gateway'), set('hosts', [1, 2])])
    const second = desk.edit(1, [first], [{ do: 'set', path: ['hosts'], at: 1, value: 3 }])
    const spans = desk.read().blame()
    expect(spans.map(({ place, value, edit }) => [place.join('/'), value, edit?.cid])).toEqual([
      ['hosts/0', 1, first.op.cid],
      ['hosts/1', 3, second.op.cid],
      ['name', 'gateway', first.op.cid],
    ])
  })
})

describe('conflicts', () => {
  it('are shown where people set one place at the same time, with who did', () => {
    const desk = new Desk('map')
    const left = desk.edit(1, [], [set('owner', 'ash'), set('same', 1)])
    const right = desk.edit(2, [], [set('owner', 'birch')])
    const [conflict, ...more] = desk.read().conflicts()
    expect(more).toEqual([])
    expect(conflict?.place).toEqual(['owner'])
    const rivals = conflict?.rivals.map(({ value, edit }) => [value, edit?.cid]).sort()
    expect(rivals).toEqual([
      ['ash', left.op.cid],
      ['birch', right.op.cid],
    ])
    const shown = conflict?.rivals.find(({ isShown }) => isShown)
    expect(desk.read().value).toMatchObject({ owner: shown?.value })
  })

  it('end when somebody who saw both decides', () => {
    const desk = new Desk('map')
    const both = [1, 2].map((who) => desk.edit(who, [], [set('owner', who)]))
    expect(desk.read().conflicts()).toHaveLength(1)
    desk.edit(3, both, [set('owner', 3)])
    expect(desk.read().conflicts()).toEqual([])
  })
})
