/** The rate of a key (design §2.6): it delays, it never drops. */
import { expect, test, vi } from 'vitest'
import { asRun, Stage } from '../../test/convergence/stage.ts'
import { emptyStore } from '../../test/support/memory-store.ts'
import { signerNumber, TestClock } from '../../test/support/people.ts'
import { fakeCid } from '../../test/support/votes.ts'
import {
  LACKING_REFS_PER_OP,
  LEAST_BURST_OPS,
  RATE_BURST_MINUTES,
  RATE_BYTES_PER_OP,
  RECOUNT_OPS,
  SETTLE_RATE_FACTOR,
} from './limits.ts'

const PER_MINUTE = 6
const BURST = RATE_BURST_MINUTES * PER_MINUTE
const STEP_MS = 60_000 / PER_MINUTE

/** A stage whose charter lets a key say six operations a minute, an hour after its founding. */
function slowStage(): Stage {
  const stage = new Stage(PER_MINUTE)
  stage.clock.advance(3_600_000)
  return stage
}

test('a key may be ten minutes ahead; its next operation waits until tick finds it due', () => {
  const stage = slowStage()
  const replica = stage.replica()
  const taken = Array.from({ length: BURST + 3 }, (_, i) =>
    replica.ingest([stage.note(stage.node(0), `${i}`)]),
  ).filter(({ accepted }) => accepted.length > 0)
  expect(taken).toHaveLength(BURST + 1)
  stage.clock.advance(STEP_MS - 1)
  expect(replica.tick().accepted).toHaveLength(0)
  stage.clock.advance(1)
  expect(replica.tick().accepted).toHaveLength(1)
  stage.clock.advance(STEP_MS)
  expect(replica.tick().accepted).toHaveLength(1)
})

test('a large operation counts once for each part of its size: rates bound disks, not only counts', () => {
  const stage = slowStage()
  const replica = stage.replica()
  const taken = Array.from({ length: BURST }, () => {
    const made = stage.node(0).say({
      ...{ type: 'node.address', refs: [], at: stage.clock.now() },
      body: { addresses: [], more: new Uint8Array(3 * RATE_BYTES_PER_OP) },
    })
    return replica.ingest([made]).accepted.length
  })
  expect(taken.reduce((sum, count) => sum + count, 0)).toBe(BURST / 4 + 1)
})

test.each([
  ['ordinary operations', 'vote.cast', 1],
  ['settle operations', 'settle.estimate', SETTLE_RATE_FACTOR],
])('references to what is not held count as well: %s', (_, type, factor) => {
  const stage = slowStage()
  const replica = stage.replica()
  const held = stage.note(stage.node(1))
  replica.ingest([held])
  // Each counts for itself and, by what it refers to in vain, for three more.
  const refs = Array.from({ length: 3 * LACKING_REFS_PER_OP }, (_, i) => fakeCid(`nothing ${i}`))
  const taken = Array.from({ length: factor * BURST }, (_, i) => {
    const made = stage.refer(stage.node(0), [], { type, refs: [held.op.cid, ...refs], body: { i } })
    return replica.ingest([made]).accepted.length
  })
  expect(taken.reduce((sum, count) => sum + count, 0)).toBe((factor * BURST) / 4 + 1)
})

test('seals and settle operations have a bucket of their own, ten times as large', () => {
  const stage = slowStage()
  const replica = stage.replica()
  for (let i = 0; i <= BURST; i++) replica.ingest([stage.note(stage.node(0), `${i}`)])
  const seals = Array.from({ length: SETTLE_RATE_FACTOR * BURST + 2 }, (_, i) =>
    stage.refer(stage.node(0), [], { type: 'seal', body: { i } }),
  )
  const accepted = seals.map((made) => replica.ingest([made]).accepted.length)
  expect(accepted.filter((count) => count > 0)).toHaveLength(SETTLE_RATE_FACTOR * BURST + 1)
  expect(replica.ingest([stage.note(stage.node(1))]).accepted).toHaveLength(1)
})

test('old times claimed use up the rate since the founding, no more', () => {
  const stage = slowStage()
  const replica = stage.replica()
  const line = { type: 'node.address', refs: [], body: { addresses: [] }, at: 0 }
  let accepted = 0
  for (let i = 0; i < 1000; i++)
    accepted += replica.ingest([stage.node(0).say({ ...line, v: 1 + i })]).accepted.length
  expect(accepted).toBe(60 * PER_MINUTE + BURST + 1)
})

test('a whole history is let in at once by a node that joins late', () => {
  const stage = slowStage()
  const history = Array.from({ length: 500 }, (_, i) => {
    stage.clock.advance(STEP_MS)
    return stage.note(stage.node(0), `${i}`)
  })
  expect(stage.replica().ingest(asRun(history)).accepted).toHaveLength(500)
})

test('a restart does not forgive what a key is ahead', () => {
  const stage = slowStage()
  const store = emptyStore()
  const replica = stage.replica({ store })
  for (let i = 0; i <= BURST; i++) replica.ingest([stage.note(stage.node(0), `${i}`)])
  replica.flush()
  const again = stage.replica({ store })
  expect(again.ingest([stage.note(stage.node(0), 'more')]).waiting).toHaveLength(1)
})

test('what an honest key built on is not held back by the rate of the broken key', () => {
  const stage = slowStage()
  const replica = stage.replica()
  const pen = stage.node(0)
  const notes = Array.from({ length: 3 }, (_, i) => stage.note(pen, `${i}`))
  replica.ingest([...notes, stage.note(pen, 'fork', pen.fork(0))])
  for (let i = 0; i < BURST + 9; i++) replica.ingest([stage.note(pen, `spam ${i}`, pen.fork(0))])
  replica.ingest([stage.refer(stage.node(1), notes.slice(2))])
  expect(replica.ingest(asRun(notes)).waiting).toEqual([])
  expect(replica.missing()).toEqual([])
})

test('a node ahead of its own rate is told so before it signs: it never forks itself', () => {
  const stage = slowStage()
  const clock = new TestClock(stage.clock.now())
  const signer = signerNumber(1001)
  const replica = stage.replica({ clock, signer })
  const draft = { type: 'node.address', refs: [], body: { addresses: [] } }
  const results = Array.from({ length: BURST + 3 }, () => replica.issue(draft))
  expect(results.filter(({ ok }) => ok)).toHaveLength(BURST + 1)
  expect(results.at(-1)).toMatchObject({ ok: false, code: 'too-fast' })
  clock.advance(STEP_MS)
  expect(replica.issue(draft).ok).toBe(true)
  clock.advance(60 * STEP_MS)
  replica.tick()
  expect(replica.issue(draft).ok).toBe(true)
  expect(replica.ledger.chain(signer.key).forkedAt).toBe(Number.POSITIVE_INFINITY)
})

test('what waits for its rate or its time is not looked at when its key says something else', () => {
  const stage = slowStage()
  const replica = stage.replica()
  const pen = stage.node(0)
  const looks = vi.spyOn(replica.ledger.pending, 'take')
  for (let i = 0; i <= BURST; i++) replica.ingest([stage.note(pen, `${i}`)])
  const waiting = Array.from({ length: 50 }, (_, i) =>
    stage.note(pen, `more ${i}`, pen.fork(BURST + 1)),
  )
  for (const made of waiting) expect(replica.ingest([made]).waiting).toHaveLength(1)
  looks.mockClear()
  const seal = stage.refer(pen, [], { type: 'seal', body: {} })
  expect(replica.ingest([seal]).accepted).toHaveLength(1)
  expect(looks).not.toHaveBeenCalled()
  stage.clock.advance(STEP_MS - 1)
  replica.tick()
  expect(looks).not.toHaveBeenCalled()
  stage.clock.advance(1)
  replica.tick()
  expect(looks).toHaveBeenCalled()
})

test('what was counted for references is given back when all of them have come', () => {
  const stage = slowStage()
  const replica = stage.replica()
  const half = (member: number) =>
    Array.from({ length: BURST - 10 }, (_, i) => stage.note(stage.node(member), `${i}`))
  const late = [...half(1), ...half(2)]
  replica.ingest(half(0))
  const ofThem = stage.refer(stage.node(0), late, { type: 'tally', body: {} })
  expect(replica.ingest([ofThem]).accepted).toHaveLength(1)
  const next = stage.note(stage.node(0))
  expect(replica.ingest([next]).waiting).toHaveLength(1)
  replica.ingest(late)
  expect(replica.ingest([next]).accepted).toHaveLength(1)
})

test('at the lowest rate a root still delegates and revokes without a wait', () => {
  const stage = new Stage(1)
  stage.clock.advance(3_600_000)
  const replica = stage.replica()
  const key = stage.newPen()
  const words = [stage.delegate(stage.root(0), key), stage.revoke(stage.root(0), key, null)]
  const taken = words.map((made) => replica.ingest([made]).accepted.length)
  expect(taken).toEqual([1, 1])
  expect(LEAST_BURST_OPS).toBe(2 * RECOUNT_OPS)
})

test('keys that could be forked cannot be laid up: a delegation takes as much as a recount', () => {
  const stage = slowStage()
  const replica = stage.replica()
  const taken = Array.from({ length: BURST }, () => {
    const made = stage.delegate(stage.root(0), stage.newPen())
    return replica.ingest([made]).accepted.length
  })
  expect(taken.reduce((sum, count) => sum + count, 0)).toBe(
    Math.floor(BURST / (1 + RECOUNT_OPS)) + 1,
  )
})

test('a root that makes everybody count anew spends much of its rate on it', () => {
  const stage = slowStage()
  const replica = stage.replica()
  const [root, node] = [stage.root(0), stage.node(0)]
  const notes = Array.from({ length: 20 }, (_, i) => stage.note(node, `${i}`))
  replica.ingest(notes)
  // Each takes one away: a revocation after the last of them costs nobody a recount.
  const lower = notes.slice(0, -1).toReversed()
  const revocations = lower.map((good) => stage.revoke(root, node, good))
  const taken = revocations.filter((made) => replica.ingest([made]).accepted.length > 0)
  const each = 1 + 2 * RECOUNT_OPS
  expect(taken.length).toBe(Math.floor(BURST / each) + 1)
  stage.clock.advance(20 * each * STEP_MS)
  replica.tick()
  expect(
    revocations.every(({ op }) => replica.ledger.byCid.has(op.cid)),
    'delayed, not lost',
  ).toBe(true)
  expect(replica.ledger.chain(node.key).cut).toBe(1)
})
