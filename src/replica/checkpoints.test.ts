/** When a node says what it has seen, and all of it (design §2.4). */
import { expect, test } from 'vitest'
import { Stage } from '../../test/convergence/stage.ts'
import { MAX_CHECKPOINT_ENTRIES } from '../chain/ops.ts'
import { unwrap } from '../op/refusal.ts'
import { lastCheckpoint } from './checkpoints.ts'
import type { Replica } from './replica.ts'

const dueCheckpoints = (replica: Replica) =>
  replica.duties().due.filter(({ kind }) => kind === 'checkpoint')

/** Does the first checkpoint that is due, asks again, until none is; answers with their sizes. */
function sayAll(replica: Replica): number[] {
  const sizes: number[] = []
  for (let [duty] = dueCheckpoints(replica); duty; [duty] = dueCheckpoints(replica)) {
    const { frontier } = unwrap(replica.perform(duty))?.op.body ?? {}
    sizes.push(Array.isArray(frontier) ? frontier.length : 0)
  }
  return sizes
}

const seenBy = (replica: Replica) => {
  const last = lastCheckpoint(replica)
  return last && replica.views.checkpoints.frontierOf(last)
}

test('news of more keys than fit into one checkpoint is told in several, one after the other', () => {
  const stage = new Stage()
  const replica = stage.replica({ signer: stage.node(0).signer })
  const roots = replica.ledger.keyring.roots().length
  const pens = Array.from({ length: MAX_CHECKPOINT_ENTRIES }, () => stage.newPen())
  replica.ingest(pens.map((pen) => stage.delegate(stage.root(0), pen)))
  replica.ingest(pens.map((pen) => stage.note(pen)))
  expect(sayAll(replica)).toEqual([MAX_CHECKPOINT_ENTRIES, roots + 1])
  expect(seenBy(replica)?.size).toBe(MAX_CHECKPOINT_ENTRIES + roots + 1)
  expect(dueCheckpoints(replica)).toEqual([])
})

test('both operations of a fork are told in one checkpoint, or the fork would not show', () => {
  const stage = new Stage()
  const replica = stage.replica({ signer: stage.node(0).signer })
  const pens = Array.from({ length: MAX_CHECKPOINT_ENTRIES }, () => stage.newPen())
  replica.ingest(pens.map((pen) => stage.delegate(stage.root(0), pen)))
  replica.ingest(pens.map((pen) => stage.note(pen)))
  replica.ingest(pens.map((pen) => stage.note(pen, 'other', pen.fork(0))))
  const sizes = sayAll(replica)
  expect(sizes, 'one place is left free').toContain(MAX_CHECKPOINT_ENTRIES - 1)
  const twins = pens.map((pen) => seenBy(replica)?.get(pen.key)?.twin)
  expect(twins.every((twin) => typeof twin === 'string')).toBe(true)
})

test('after a checkpoint there is no news until something is said, and then of that alone', () => {
  const stage = new Stage()
  const replica = stage.replica({ signer: stage.node(0).signer })
  sayAll(replica)
  stage.clock.advance(stage.founded.charter.limits.checkpointEvery)
  expect(dueCheckpoints(replica)).toEqual([])
  replica.ingest([stage.note(stage.node(1))])
  const [duty] = dueCheckpoints(replica)
  expect(duty?.draft?.body.frontier).toMatchObject([{}, {}])
  expect(sayAll(replica), 'node 1, and the checkpoint before').toEqual([2])
})
