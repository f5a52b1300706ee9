/** What gossip makes of an operation before it looks at the signature (design §2.6). */
import { expect, test } from 'vitest'
import { Stage } from '../../test/convergence/stage.ts'
import { RATE_BURST_MINUTES } from '../chain/limits.ts'
import { MAX_AHEAD_MS } from '../op/limits.ts'
import { prejudge } from './gossip.ts'

test('the next operation of a chain is worth its signature, so is one that forks it', () => {
  const stage = new Stage()
  const pen = stage.node(0)
  const notes = ['a', 'b'].map((text) => stage.note(pen, text))
  const fork = stage.note(pen, 'other', pen.fork(0))
  const replica = stage.replica()
  const [first, second] = notes
  expect(first && prejudge(replica, first.op)).toBe('verify')
  replica.ingest(notes)
  expect(prejudge(replica, fork.op)).toBe('verify')
  expect(second && prejudge(replica, second.op)).toBe('ignore')
})

test('what builds on something missing makes us ask its sender', () => {
  const stage = new Stage()
  const [, second] = ['a', 'b'].map((text) => stage.note(stage.node(0), text))
  const replica = stage.replica()
  expect(second && prejudge(replica, second.op)).toBe('ask')
  const pen = stage.node(1)
  const first = stage.note(pen, 'a')
  stage.note(pen, 'b')
  const branch = pen.fork(0)
  stage.note(pen, 'hidden', branch)
  const elsewhere = stage.note(pen, 'on another branch', branch)
  replica.ingest([first])
  expect(prejudge(replica, elsewhere.op)).toBe('ask')
})

test('an unknown key, another coalition, the future and a frozen key are ignored, not rejected', () => {
  const stage = new Stage()
  const replica = stage.replica()
  expect(prejudge(replica, stage.note(stage.newPen()).op)).toBe('ignore')
  expect(prejudge(replica, stage.note(stage.penElsewhere(0)).op)).toBe('ignore')
  const line = { type: 'node.address', refs: [], body: { addresses: [] } }
  const edge = stage.node(1).say({ ...line, at: stage.clock.now() + MAX_AHEAD_MS })
  expect(prejudge(replica, edge.op)).toBe('verify')
  const late = stage.node(2).say({ ...line, at: stage.clock.now() + MAX_AHEAD_MS + 1 })
  expect(prejudge(replica, late.op)).toBe('ignore')
  replica.ingest([stage.revoke(stage.root(0), stage.node(0), null)])
  expect(prejudge(replica, stage.note(stage.node(0)).op)).toBe('ignore')
})

test('what a key says ahead of its rate is not forwarded: whoever floods has nobody flood for it', () => {
  const perMinute = 6
  const stage = new Stage(perMinute)
  const replica = stage.replica()
  const pen = stage.node(0)
  const inTime = Array.from({ length: RATE_BURST_MINUTES * perMinute + 1 }, (_, i) => {
    const note = stage.note(pen, `${i}`)
    const look = prejudge(replica, note.op)
    replica.ingest([note])
    return look
  })
  expect(new Set(inTime)).toEqual(new Set(['verify']))
  const ahead = stage.note(pen, 'more')
  expect(prejudge(replica, ahead.op)).toBe('ignore')
  stage.clock.advance(60_000 / perMinute)
  expect(prejudge(replica, ahead.op)).toBe('verify')
})
