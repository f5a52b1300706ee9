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
  completed = 0
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
    completed: () => void this.completed++,
  })
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
  expect(drive(bench.sessions.open(A), theirs.open(B))).toBe(true)
  bench.sessions.ended(A, { complete: true })
  expect(bench.replica.digest()).toEqual(other.replica.digest())
  expect(bench.taken).toBe(1)
  expect(bench.completed).toBe(1)
  expect(bench.replica.local.syncedAt.get(A)).toBe(bench.coalition.clock.now())
})

test('what gossip should have brought long ago is told; what is fresh is not', async () => {
  const fresh = await withVote()
  drive(fresh.bench.sessions.open(A), fresh.theirs.open(B))
  fresh.bench.sessions.ended(A, { complete: true })
  expect(fresh.bench.late).toEqual([[A, 0]])
  const old = await withVote()
  old.bench.since -= 1
  old.bench.coalition.clock.advance(GOSSIP_GRACE_MS + 1)
  drive(old.bench.sessions.open(A), old.theirs.open(B))
  old.bench.sessions.ended(A, { complete: true })
  expect(old.bench.late).toEqual([[A, 1]])
})

test('while nothing can be stored a session exchanges nothing, and its end says nothing', async () => {
  const { bench } = await withVote()
  bench.isReadOnly = true
  expect(bench.sessions.open(A).start()).toEqual({ send: [], done: true })
  bench.sessions.ended(A, { complete: true })
  expect(bench.replica.local.syncedAt.has(A)).toBe(false)
})

test('what is missing is asked of each peer once, and anew when something else is missing', () => {
  const bench = new Bench()
  const end = (peer: KeyId) => {
    bench.sessions.open(peer)
    bench.sessions.ended(peer, { complete: true })
  }
  end(A)
  expect(bench.asked).toEqual([])
  bench.replica.missing = () => ['bafymissing' as never]
  for (const peer of [A, B, C, A]) end(peer)
  expect(bench.asked).toEqual([B, C])
  bench.replica.missing = () => ['bafyother' as never]
  end(C)
  expect(bench.asked).toEqual([B, C, A])
})
