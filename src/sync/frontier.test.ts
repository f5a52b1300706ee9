/** Frontiers (design §2.6): equal exactly where the counted sets are. */
import { expect, test } from 'vitest'
import { inOrder, Site } from '../../test/convergence/delivery.ts'
import { opSet } from '../../test/convergence/op-sets.ts'
import { forSeeds } from '../../test/convergence/seeds.ts'
import { Stage } from '../../test/convergence/stage.ts'
import type { Replica } from '../replica/replica.ts'
import { frontierOf } from './frontier.ts'

const print = (replica: Replica): string =>
  frontierOf(replica)
    .map(({ bytes }) => Buffer.from(bytes).toString('hex'))
    .join()

const entryOf = (replica: Replica, key: string) =>
  frontierOf(replica).find(({ chain }) => chain.key === key)

test('a sound key is its length and head; one of which nothing is held is not listed', () => {
  const stage = new Stage()
  const replica = stage.replica()
  expect(entryOf(replica, stage.node(0).key)).toBeUndefined()
  replica.ingest([stage.note(stage.node(0)), stage.note(stage.node(0), 'b')])
  expect(entryOf(replica, stage.node(0).key)).toMatchObject({
    length: 2,
    state: 'open',
    proofs: [],
  })
})

test('a forked key shows its cut and the two operations that prove it', () => {
  const stage = new Stage()
  const pen = stage.node(0)
  const notes = ['a', 'b', 'c'].map((text) => stage.note(pen, text))
  const replica = stage.replica()
  replica.ingest([...notes, stage.note(pen, 'other', pen.fork(1))])
  const entry = entryOf(replica, pen.key)
  expect(entry).toMatchObject({ length: 1, state: 'forked' })
  expect(entry?.proofs).toHaveLength(2)
  expect(entry?.proofs).toContain(notes[1]?.op.cid)
})

test('a revoked key shows that it is cut, also where nothing of it is held', () => {
  const stage = new Stage()
  const replica = stage.replica()
  replica.ingest([stage.revoke(stage.root(0), stage.node(0), null)])
  expect(entryOf(replica, stage.node(0).key)).toMatchObject({ length: 0, state: 'cut' })
})

test('a key that only a broken root delegated shows those delegations', () => {
  const stage = new Stage()
  const node = stage.newPen()
  const delegated = stage.delegate(stage.root(0), node)
  const replica = stage.replica()
  replica.ingest([delegated, stage.note(stage.root(0), 'fork', stage.root(0).fork(2))])
  expect(entryOf(replica, node.key)).toMatchObject({
    length: 0,
    state: 'cut',
    delegations: [delegated.op.cid],
  })
})

test('two replicas have equal frontiers exactly when they have equal digests', () => {
  forSeeds(25, (seed) => {
    const set = opSet(seed + 70_000)
    const site = new Site(set)
    const seen = new Map<string, string>()
    for (const ops of inOrder(set)) {
      site.replica.ingest(ops)
      const frontier = print(site.replica)
      const { ops: digest } = site.replica.digest()
      expect(seen.get(frontier) ?? digest).toBe(digest)
      seen.set(frontier, digest)
    }
  })
})
