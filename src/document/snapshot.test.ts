import { describe, expect, it } from 'vitest'
import type { Made } from '../../test/convergence/pen.ts'
import { Desk, set, type } from '../../test/support/desk.ts'
import type { OpCid } from '../op/ids.ts'
import { restoreSnapshot, type SnapshotStore } from './snapshot.ts'

class Shelf implements SnapshotStore {
  readonly kept = new Map<OpCid, Uint8Array>()
  reads = 0

  get(id: OpCid): Uint8Array | undefined {
    this.reads++
    return this.kept.get(id)
  }

  put(id: OpCid, bytes: Uint8Array): void {
    this.kept.set(id, bytes)
  }
}

/** A document of some edits, two authors in turn. */
function written(count: number): { desk: Desk; last: Made } {
  const desk = new Desk()
  let last = desk.edit(0, [], [type(0, 'start')])
  for (let i = 1; i < count; i++) last = desk.edit(i % 2, [last], [type(i % 5, `${i} `)])
  return { desk, last }
}

describe('a snapshot', () => {
  it('is written once a document was derived, and opens to the same', () => {
    const { desk } = written(40)
    const shelf = new Shelf()
    const first = desk.read(desk.other(undefined, shelf))
    expect(shelf.kept.size).toBe(1)
    const again = desk.read(desk.other(undefined, shelf))
    expect(again.value).toBe(first.value)
    expect(again.automergeHeads).toEqual(first.automergeHeads)
    expect(again.blame()).toEqual(first.blame())
  })

  it('is gone on with: later and concurrent edits are derived upon it', () => {
    const { desk, last } = written(40)
    const shelf = new Shelf()
    desk.read(desk.other(undefined, shelf))
    desk.edit(0, [last], [type(0, 'later ')])
    desk.edit(2, [], [type(0, 'from the very beginning ')])
    const warm = desk.read(desk.other(undefined, shelf))
    const cold = desk.read(desk.other())
    expect(warm.automergeHeads).toEqual(cold.automergeHeads)
    expect(warm.value).toBe(cold.value)
  })

  it('that holds an edit which no longer counts is not shown', () => {
    const { desk, last } = written(40)
    const shelf = new Shelf()
    const { stage } = desk
    const lost = desk.edit(3, [last], [type(0, 'lost ')])
    desk.read(desk.other(undefined, shelf))
    const revocation = stage.revoke(stage.root(3), stage.node(3), null)
    const warm = desk.other(undefined, shelf)
    warm.ingest([revocation])
    const cold = desk.other()
    cold.ingest([revocation])
    expect(desk.standing(lost, warm)).toBe('absent')
    expect(desk.read(warm).automergeHeads).toEqual(desk.read(cold).automergeHeads)
  })

  it('that is damaged anywhere is derived anew', () => {
    const { desk } = written(40)
    const shelf = new Shelf()
    const { automergeHeads } = desk.read(desk.other(undefined, shelf))
    const bytes = shelf.kept.get(desk.id) ?? new Uint8Array()
    for (const at of [0, 31, 32, 100, bytes.length - 1]) {
      const damaged = bytes.slice()
      damaged[at] = (damaged[at] ?? 0) ^ 1
      expect(restoreSnapshot(desk.id, damaged)).toBeUndefined()
      shelf.kept.set(desk.id, damaged)
      expect(desk.read(desk.other(undefined, shelf)).automergeHeads).toEqual(automergeHeads)
    }
    expect(restoreSnapshot(desk.id, bytes.subarray(0, 20))).toBeUndefined()
  })

  it('tells what is there, conflicts and text that nobody normalised included', () => {
    const desk = new Desk('map')
    let last = desk.edit(0, [], [set('text', 'e\n'), set('bytes', Uint8Array.of(1))])
    const mark = { do: 'splice', path: ['text'], at: 1, remove: 0, insert: '\u0301' }
    last = desk.edit(1, [last], [mark])
    for (let i = 0; i < 40; i++) last = desk.edit(0, [last], [set('n', i)])
    desk.edit(1, [last], [set('n', 'left')])
    desk.edit(2, [last], [set('n', 'right')])
    const shelf = new Shelf()
    const cold = desk.read(desk.other(undefined, shelf))
    const warm = desk.read(desk.other(undefined, shelf))
    expect(warm.value).toEqual(cold.value)
    expect(warm.value).toMatchObject({ text: 'e\u0301\n' })
    expect(warm.conflicts()).toEqual(cold.conflicts())
    expect(warm.conflicts()).toHaveLength(1)
  })

  it('of another document is none of this one', () => {
    const { desk } = written(40)
    const shelf = new Shelf()
    desk.read(desk.other(undefined, shelf))
    const bytes = shelf.kept.get(desk.id) ?? new Uint8Array()
    expect(restoreSnapshot(desk.stage.coalition, bytes)).toBeUndefined()
    expect(restoreSnapshot(desk.id, bytes)).toBeDefined()
  })
})
