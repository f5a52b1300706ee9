import { expect, test } from 'vitest'
import { cidOf } from '../../src/op/cid.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { castDraft } from '../../src/replica/acts.ts'
import type { Issued } from '../../src/replica/replica.ts'
import { encodeAnnouncement, encodeGossip } from '../../src/sync/gossip.ts'
import { testMembers, verifier } from '../../test/support/coalition.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { PooledVerifier } from '../crypto/pooled-verifier.ts'
import { GossipJudge } from './gossip-judge.ts'
import { GossipVerifier } from './gossip-verifier.ts'
import { IngestQueue, MAX_QUEUED_PER_PEER } from './ingest-queue.ts'
import { silentLog } from './log.ts'

const PEER = testMembers([1], 50)[0]?.node.key ?? expect.unreachable()

/** The judge of the first member; the others speak. */
class Bench {
  readonly coalition = new ServedCoalition([1, 1, 1, 1])
  readonly replica = this.coalition.node(0).replica
  readonly asked: string[] = []
  taken = 0
  isReadOnly = false
  readonly queue = new IngestQueue({
    replica: this.replica,
    log: silentLog,
    taken: (ops) => {
      this.taken += ops
    },
  })
  private readonly gossip = new GossipJudge({
    replica: this.replica,
    queue: this.queue,
    verifier: new GossipVerifier(verifier, new PooledVerifier()),
    isReadOnly: () => this.isReadOnly,
    ask: (peer) => void this.asked.push(peer),
  })

  judge(message: Uint8Array | undefined) {
    return Promise.resolve(this.gossip.judge(message ?? new Uint8Array(), PEER))
  }

  /** The second member's votes, one after the other. */
  async votes(count: number): Promise<Issued[]> {
    const id = await this.coalition.proposed('policy@a')
    const { party } = this.coalition.node(1)
    return Array.from({ length: count }, (_, i) =>
      party.issue(unwrap(castDraft(party.replica, id, i % 2 === 0 ? 'yes' : 'no'))),
    )
  }
}

const only = <T>(list: readonly T[]): T => {
  const [one] = list
  if (one === undefined) throw new RangeError('the list is empty')
  return one
}

test('a good operation is accepted and in the replica after this turn', async () => {
  const bench = new Bench()
  const vote = only(await bench.votes(1))
  expect(await bench.judge(encodeGossip(vote))).toBe('accept')
  bench.queue.drain()
  expect(bench.replica.ledger.byCid.has(vote.op.cid)).toBe(true)
  expect(bench.taken).toBe(1)
  expect(await bench.judge(encodeGossip(vote))).toBe('ignore')
})

test('a burst of one chain is taken in whole, without a question to anybody', async () => {
  const bench = new Bench()
  const votes = await bench.votes(20)
  const judged = await Promise.all(votes.map((vote) => bench.judge(encodeGossip(vote))))
  expect(new Set(judged)).toEqual(new Set(['accept']))
  bench.queue.drain()
  expect(votes.every(({ op }) => bench.replica.ledger.byCid.has(op.cid))).toBe(true)
  expect(bench.asked).toEqual([])
})

test('an operation whose predecessor is missing is asked for at its sender', async () => {
  const bench = new Bench()
  const [, second] = await bench.votes(2)
  expect(second && (await bench.judge(encodeGossip(second)))).toBe('ignore')
  expect(bench.asked).toEqual([PEER])
})

test('a bad signature and a broken message condemn the message', async () => {
  const bench = new Bench()
  const vote = only(await bench.votes(1))
  expect(await bench.judge(encodeGossip({ ...vote, sig: new Uint8Array(64) }))).toBe('reject')
  expect(await bench.judge(Uint8Array.of(1, 2, 3))).toBe('reject')
  expect(await bench.judge(encodeGossip({ ...vote, bytes: Uint8Array.of(0xa0) }))).toBe('reject')
  bench.queue.drain()
  expect(bench.replica.ledger.byCid.has(vote.op.cid)).toBe(false)
  expect(await bench.judge(encodeGossip(vote))).toBe('accept')
})

test('an announcement is pulled from its sender, once it names something new', async () => {
  const bench = new Bench()
  const vote = only(await bench.votes(1))
  expect(await bench.judge(encodeAnnouncement(vote.op))).toBe('ignore')
  expect(bench.asked).toEqual([PEER])
  bench.replica.ingest([vote])
  expect(await bench.judge(encodeAnnouncement(vote.op))).toBe('ignore')
  expect(bench.asked).toEqual([PEER])
})

test('while nothing can be stored, gossip is left to later sync', async () => {
  const bench = new Bench()
  const vote = only(await bench.votes(1))
  bench.isReadOnly = true
  expect(await bench.judge(encodeGossip(vote))).toBe('ignore')
})

test('one peer fills its own part of the queue, not that of others', () => {
  const { queue } = new Bench()
  const other = testMembers([1], 51)[0]?.node.key ?? expect.unreachable()
  const cids = Array.from({ length: MAX_QUEUED_PER_PEER }, (_, i) =>
    cidOf(Uint8Array.of(i, i >> 8)),
  )
  for (const cid of cids) {
    expect(queue.hasRoom(PEER)).toBe(true)
    queue.enter(cid, PEER)
  }
  expect([queue.hasRoom(PEER), queue.hasRoom(other)]).toEqual([false, true])
  queue.leave(only(cids))
  expect(queue.hasRoom(PEER)).toBe(true)
})
