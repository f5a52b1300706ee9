/** Checkpoints (design §2.4): what an author has seen, as deltas along its chain. */
import { expect, test } from 'vitest'
import type { Made, Pen } from '../../test/convergence/pen.ts'
import { Stage } from '../../test/convergence/stage.ts'
import { fakeCid } from '../../test/support/votes.ts'
import { linkOf } from '../op/cid.ts'
import { keyBytes } from '../op/key-id.ts'
import { MAX_FRONTIER_KEYS } from './limits.ts'
import { MAX_CHECKPOINT_ENTRIES } from './ops.ts'

type Entry = readonly [Pen, number, string]

/** A checkpoint of node 0. */
const say = (stage: Stage, full: boolean, entries: readonly Entry[]): Made =>
  stage.refer(stage.node(0), [], {
    type: 'checkpoint',
    body: {
      full,
      frontier: entries.map(([pen, seq, text]) => [keyBytes(pen.key), seq, linkOf(fakeCid(text))]),
    },
  })

/** What it adds up to at a replica that holds all that was said. */
function seen(stage: Stage, at: Made) {
  const replica = stage.replica()
  for (const made of stage.node(0).branch()) replica.ingest([made])
  const frontier = replica.views.checkpoints.frontierOf(at.op.cid)
  return (
    frontier &&
    new Map([...frontier].map(([key, { seq, twin }]) => [key, { seq, forked: twin !== null }]))
  )
}

test('deltas add up, and a full one begins anew', () => {
  const stage = new Stage()
  const [a, b] = [stage.node(1), stage.node(2)]
  say(stage, true, [[a, 1, 'a1']])
  stage.note(stage.node(0))
  const second = say(stage, false, [[b, 4, 'b4']])
  const third = say(stage, false, [[a, 2, 'a2']])
  const fresh = say(stage, true, [[b, 5, 'b5']])
  expect(seen(stage, second)?.size).toBe(2)
  expect(seen(stage, third)?.get(a.key)).toEqual({ seq: 2, forked: false })
  expect([...(seen(stage, fresh)?.keys() ?? [])]).toEqual([b.key])
})

test('two operations at one seq show that the author knew of the fork, from then on', () => {
  const stage = new Stage()
  const a = stage.node(1)
  const first = say(stage, true, [
    [a, 3, 'a3'],
    [a, 3, 'other a3'],
  ])
  const later = say(stage, false, [[stage.node(2), 0, 'b0']])
  expect(seen(stage, first)?.get(a.key)).toEqual({ seq: 3, forked: true })
  expect(seen(stage, later)?.get(a.key)).toEqual({ seq: 3, forked: true })
})

test('as many entries as the limit are understood, one more is not', () => {
  const stage = new Stage()
  const many = (count: number): Entry[] =>
    Array.from({ length: count }, () => [stage.newPen(), 0, 'x'] as const)
  const edge = say(stage, true, many(MAX_CHECKPOINT_ENTRIES))
  const beyond = say(stage, true, many(MAX_CHECKPOINT_ENTRIES + 1))
  expect(seen(stage, edge)?.size).toBe(MAX_CHECKPOINT_ENTRIES)
  expect(seen(stage, beyond)).toBeUndefined()
})

test('what is no checkpoint, or is not held, shows nothing', () => {
  const stage = new Stage()
  const note = stage.note(stage.node(0))
  expect(seen(stage, note)).toBeUndefined()
  expect(seen(stage, stage.note(stage.node(1)))).toBeUndefined()
})

test('as many keys as the limit are seen, one more is not, and known ones go on', () => {
  const stage = new Stage()
  const pens = Array.from({ length: MAX_FRONTIER_KEYS + 1 }, () => stage.newPen())
  for (let at = 0; at < pens.length; at += MAX_CHECKPOINT_ENTRIES)
    say(
      stage,
      at === 0,
      pens.slice(at, at + MAX_CHECKPOINT_ENTRIES).map((pen) => [pen, 0, 'x'] as const),
    )
  const [first, ...others] = pens
  const beyond = others.at(-1)
  if (!first || !beyond) throw new RangeError('there are that many')
  const last = say(stage, false, [
    [first, 1, 'y'],
    [beyond, 1, 'y'],
  ])
  const frontier = seen(stage, last)
  expect(frontier?.size).toBe(MAX_FRONTIER_KEYS)
  expect(frontier?.get(first.key)?.seq).toBe(1)
  expect(frontier?.has(beyond.key)).toBe(false)
})

test('any of many checkpoints shows the same, whichever were asked for before', () => {
  const stage = new Stage()
  const a = stage.node(1)
  const all = Array.from({ length: 150 }, (_, i) => say(stage, i === 0, [[a, i, `a${i}`]]))
  const replica = stage.replica()
  replica.ingest(stage.node(0).branch())
  const seqAt = (made: Made | undefined) =>
    made && replica.views.checkpoints.frontierOf(made.op.cid)?.get(a.key)?.seq
  for (const i of [149, 3, 64, 63, 65, 128, 0, 149]) expect(seqAt(all[i])).toBe(i)
})
