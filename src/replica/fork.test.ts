/** Replicas that begin as one: what they share is in memory once, what one takes in is its own. */
import { expect, test } from 'vitest'
import { portraitOf } from '../../test/convergence/portrait.ts'
import { cidsOf, Stage, standingOf } from '../../test/convergence/stage.ts'
import { toyVerifier } from '../../test/convergence/toy-crypto.ts'
import { Replica } from './replica.ts'
import { MemoryStore } from './store.ts'

/** A replica that begins where another stands, on a store that holds the same. */
function forkOf(stage: Stage, like: Replica): Replica {
  const { coalition, clock } = stage
  const store = new MemoryStore()
  const puts = [...like.ledger.byCid.keys()].flatMap((cid) => like.stored(cid) ?? [])
  store.commit({ puts, drops: [], signatures: [], notes: [] })
  return Replica.fork(like, { coalition, store, clock, verifier: toyVerifier })
}

test('it reads as the one that it began with, and as one that was opened by itself', () => {
  const stage = new Stage()
  const like = stage.replica()
  const fork = forkOf(stage, like)
  expect(portraitOf(fork)).toEqual(portraitOf(stage.replica()))
  expect(fork.charter?.id).toBe(stage.coalition)
  expect(fork.ledger.byCid.get(stage.coalition)).toBe(like.ledger.byCid.get(stage.coalition))
})

test('what one takes in shows in no other', () => {
  const stage = new Stage()
  const like = stage.replica()
  const [a, b] = [forkOf(stage, like), forkOf(stage, like)]
  const before = portraitOf(b)
  const note = stage.note(stage.node(0), 'a')
  a.ingest([note])
  like.ingest([stage.note(stage.node(1), 'b')])
  expect(portraitOf(b)).toEqual(before)
  expect(standingOf(b, note)).toBe('absent')
  expect(standingOf(a, note)).toBe('regular')
})

test('a root that forks, revokes and delegates at one changes nothing at another', () => {
  const stage = new Stage()
  const like = stage.replica()
  const alone = stage.replica()
  const [a, b] = [forkOf(stage, like), forkOf(stage, like)]
  const before = portraitOf(b)
  const root = stage.root(0)
  const node = stage.newPen()
  const said = [
    stage.note(stage.node(0), 'first'),
    stage.delegate(root, node),
    stage.note(node, 'hello'),
    stage.revoke(stage.root(1), stage.node(1), null),
    stage.note(root, 'branch', root.fork(2)),
  ]
  for (const made of said) for (const replica of [a, alone]) replica.ingest([made])
  expect(portraitOf(a)).toEqual(portraitOf(alone))
  expect(a.ledger.chain(root.key).forkedAt).toBe(2)
  expect(portraitOf(b)).toEqual(before)
  expect(portraitOf(like)).toEqual(before)
  // In another order, and after the other one: both end up the same.
  b.ingest([...said].reverse())
  for (const made of said) b.ingest([made])
  expect(portraitOf(b)).toEqual(portraitOf(alone))
})

test('nothing may wait where a replica is forked', () => {
  const stage = new Stage()
  const like = stage.replica()
  const [first, second] = [stage.note(stage.node(0), '1'), stage.note(stage.node(0), '2')]
  expect(like.ingest([second]).waiting).toEqual(cidsOf([second]))
  expect(() => forkOf(stage, like)).toThrow('nothing waits where a ledger is forked')
  like.ingest([first])
  expect(portraitOf(forkOf(stage, like))).toEqual(portraitOf(like))
})
