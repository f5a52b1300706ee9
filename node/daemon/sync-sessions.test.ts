import { expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { SyncSession } from '../../src/sync/session-types.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { GOSSIP_GRACE_MS, SyncSessions } from './sync-sessions.ts'

const PEERS = ['a', 'b', 'c'].map((letter) => letter.repeat(64) as KeyId)
const [A, B, C] = PEERS as [KeyId, KeyId, KeyId]

/** Sessions of the first member. */
class Bench {
  readonly coalition = new ServedCoalition([1, 1, 1, 1])
  readonly replica = this.coalition.node(0).replica
  readonly asked: KeyId[] = []
  readonly late: [KeyId, number][] = []
  since = this.coalition.clock.now()
  taken = 0
  readonly completed: [KeyId, number][] = []
  isReadOnly = false
  readonly sessions = new SyncSessions({
    replica: this.replica,
    isReadOnly: () => this.isReadOnly,
    taken: (ops) => {
      this.taken += ops
    },
    connectedSince: () => this.since,
    connected: () => PEERS,
    syncSoon: (peer) => void this.asked.push(peer),
    lateOps: (peer, count) => void this.late.push([peer, count]),
    completed: (peer, beganAt) => void this.completed.push([peer, beganAt]),
  })

  /** Opens a session; the returned function ends it as complete. */
  begin(peer: KeyId): { readonly session: SyncSession; readonly end: () => void } {
    const session = this.sessions.open(peer)
    return { session, end: () => this.sessions.ended(peer, { complete: true }, session) }
  }
}

/** Drives two sessions against each other, frame by frame. */
function drive(near: SyncSession, far: SyncSession): boolean {
  const queues: [SyncSession, Uint8Array[], SyncSession, Uint8Array[]] = [near, [], far, []]
  const [, toNear, , toFar] = queues
  const steps = { near: near.start(), far: far.start() }
  toFar.push(...steps.near.send)
  toNear.push(...steps.far.send)
  while (toFar.length + toNear.length > 0) {
    const toNext = toFar.shift()
    if (toNext) {
      steps.far = far.receive(toNext)
      toNear.push(...steps.far.send)
    }
    const back = toNear.shift()
    if (back) {
      steps.near = near.receive(back)
      toFar.push(...steps.near.send)
    }
  }
  return steps.near.done && steps.far.done
}

async function withVote() {
  const bench = new Bench()
  const id = await bench.coalition.proposed('policy@a')
  const other = bench.coalition.node(1)
  unwrap(await other.service.vote(id, 'yes', undefined))
  const theirs = new SyncSessions({
    replica: other.replica,
    isReadOnly: () => false,
    taken() {},
    connectedSince: () => undefined,
    connected: () => [],
    syncSoon() {},
    lateOps() {},
    completed() {},
  })
  return { bench, theirs, other }
}

test('what a session brought is counted as taken in, and its end as heard from the peer', async () => {
  const { bench, theirs, other } = await withVote()
  const { session, end } = bench.begin(A)
  expect(drive(session, theirs.open(B))).toBe(true)
  end()
  expect(bench.replica.digest()).toEqual(other.replica.digest())
  expect(bench.taken).toBe(1)
  expect(bench.completed).toEqual([[A, bench.coalition.clock.now()]])
  expect(bench.replica.local.syncedAt.get(A)).toBe(bench.coalition.clock.now())
})

test('a session that takes over is judged by its own course, not by that which it cut off', async () => {
  const { bench, theirs } = await withVote()
  const first = bench.sessions.open(A)
  const { session, end } = bench.begin(A)
  bench.sessions.ended(A, { complete: false }, first)
  drive(session, theirs.open(B))
  end()
  expect(bench.completed).toHaveLength(1)
})

test('what gossip should have brought long ago is told; what is fresh is not', async () => {
  const fresh = await withVote()
  const now = fresh.bench.begin(A)
  drive(now.session, fresh.theirs.open(B))
  now.end()
  expect(fresh.bench.late).toEqual([[A, 0]])
  const old = await withVote()
  old.bench.since -= 1
  old.bench.coalition.clock.advance(GOSSIP_GRACE_MS + 1)
  const later = old.bench.begin(A)
  drive(later.session, old.theirs.open(B))
  later.end()
  expect(old.bench.late).toEqual([[A, 1]])
})

test('while nothing can be stored a session exchanges nothing, and its end says nothing', async () => {
  const { bench } = await withVote()
  bench.isReadOnly = true
  const { session, end } = bench.begin(A)
  expect(session.start()).toEqual({ send: [], done: true })
  end()
  expect(bench.replica.local.syncedAt.has(A)).toBe(false)
})

test('what is missing is asked of each peer once, and anew when something else is missing', () => {
  const bench = new Bench()
  const end = (peer: KeyId) => bench.begin(peer).end()
  end(A)
  expect(bench.asked).toEqual([])
  bench.replica.missing = () => ['bafymissing' as never]
  for (const peer of [A, B, C, A]) end(peer)
  expect(bench.asked).toEqual([B, C])
  bench.replica.missing = () => ['bafyother' as never]
  end(C)
  expect(bench.asked).toEqual([B, C, A])
})
