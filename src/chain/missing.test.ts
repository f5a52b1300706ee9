/** What a replica asks for by name, and in what order (design §2.2). */
import { expect, test } from 'vitest'
import { cidsOf, Stage } from '../../test/convergence/stage.ts'
import { fakeCid } from '../../test/support/votes.ts'
import { MAX_REFS } from '../op/limits.ts'
import { MAX_MISSING } from './limits.ts'

/** Enough made-up references of one key to fill everything that is asked for at once. */
function fillWithNothing(stage: Stage, i: number) {
  return Array.from({ length: MAX_MISSING / MAX_REFS + 1 }, (_, n) => {
    const refs = Array.from({ length: MAX_REFS }, (_, m) => fakeCid(`nothing ${n} ${m}`))
    return stage.refer(stage.node(i), [], { refs })
  })
}

test('a replica without the founding operation asks for nothing else', () => {
  const stage = new Stage()
  const [founding] = stage.founded.ops
  const replica = stage.replica()
  expect(replica.missing()).toEqual([])
  const empty = stage.empty()
  expect(empty.missing()).toEqual([founding?.op.cid])
})

test('a key that refers to thousands of operations that never existed crowds out only its own', () => {
  const stage = new Stage()
  const replica = stage.replica()
  const wanted = stage.note(stage.node(2), 'wanted')
  replica.ingest(fillWithNothing(stage, 0))
  expect(replica.missing()).toHaveLength(MAX_MISSING)
  replica.ingest([stage.refer(stage.node(1), [wanted])])
  expect(replica.missing()).toHaveLength(MAX_MISSING)
  expect(replica.missing().slice(0, 2)).toContain(wanted.op.cid)
})

test('a reference to what waits for its chain asks for what it follows', () => {
  const stage = new Stage()
  const pen = stage.node(2)
  const notes = ['a', 'b', 'c'].map((text) => stage.note(pen, text))
  const replica = stage.replica()
  replica.ingest([stage.refer(stage.node(1), notes.slice(2)), ...notes.slice(2)])
  expect(replica.missing()).toEqual(expect.arrayContaining(cidsOf(notes.slice(1))))
  replica.ingest(notes.slice(1, 2))
  expect(replica.missing()).toContain(notes[0]?.op.cid)
  replica.ingest(notes.slice(0, 1))
  expect(replica.missing()).toEqual([])
})
