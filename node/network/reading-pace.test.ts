import { afterEach, expect, test } from 'vitest'
import {
  acquaint,
  bytesOf,
  connectedTo,
  startNode,
  stopAll,
  streamPair,
  until,
} from '../../test/support/network.ts'
import { GOSSIP_BURST_BYTES, GOSSIP_BYTES_PER_SECOND, MAX_GOSSIP_BYTES } from './limits.ts'
import { ReadingPace } from './reading-pace.ts'
import { TimerSet } from './timers.ts'

afterEach(stopAll)

test('waits after the burst for as long as the rest takes; each member has its own pace', () => {
  let now = 5_000
  const pace = new ReadingPace(() => now, new TimerSet())
  expect(pace.spend('a', GOSSIP_BURST_BYTES)).toBe(0)
  expect(pace.spend('a', GOSSIP_BYTES_PER_SECOND)).toBe(1000)
  expect(pace.spend('b', 1)).toBe(0)
  now += 1000
  expect(pace.spend('a', 0)).toBe(0)
  expect(pace.spend('a', GOSSIP_BYTES_PER_SECOND / 4)).toBe(250)
  now += 3_600_000
  expect(pace.spend('a', GOSSIP_BURST_BYTES + GOSSIP_BYTES_PER_SECOND)).toBe(1000)
})

test('a stream is read no more until its member has waited, and loses nothing', async () => {
  const [a, b] = await Promise.all([startNode(1), startNode(2)])
  acquaint(a, b)
  await until('a connection', () => connectedTo(a, b) && connectedTo(b, a))
  await until('a mesh', () => a.host.peers().some((peer) => peer.inMesh))
  const count = Math.ceil((GOSSIP_BURST_BYTES + GOSSIP_BYTES_PER_SECOND) / MAX_GOSSIP_BYTES)
  const startedAt = performance.now()
  for (let sent = 0; sent < count; ) {
    for (let i = 0; i < BATCH && sent < count; i++) await a.host.publish(numbered(sent++))
    await until('a batch', () => b.port.gossiped.length === sent)
  }
  // What came on top of the burst took its time: that much, whatever else the machine did.
  const restMs = (1000 * (count * MAX_GOSSIP_BYTES - GOSSIP_BURST_BYTES)) / GOSSIP_BYTES_PER_SECOND
  const batchMs = (1000 * BATCH * MAX_GOSSIP_BYTES) / GOSSIP_BYTES_PER_SECOND
  expect(performance.now() - startedAt).toBeGreaterThan(restMs - 2 * batchMs)
})

test('a peer that ends its side while it waits loses nothing, and ends nothing', async () => {
  const { near, far } = await streamPair()
  const waits: (() => void)[] = []
  const after = (_ms: number, run: () => void) => {
    waits.push(run)
    return () => undefined
  }
  const pace = new ReadingPace(() => performance.now(), { after })
  let read = 0
  far.addEventListener('message', ({ data }) => {
    read += data.byteLength
  })
  pace.follow(far, 'a')
  pace.spend('a', GOSSIP_BURST_BYTES + GOSSIP_BYTES_PER_SECOND)
  near.send(new Uint8Array(REST_BYTES))
  await until('it is paused', () => far.readStatus === 'paused')
  near.send(new Uint8Array(REST_BYTES))
  await near.close()
  await until('the end has come', () => far.remoteWriteStatus === 'closed')
  for (let run = waits.shift(); run; run = waits.shift()) run()
  expect(far.readStatus).toBe('closed')
  expect(read).toBe(2 * REST_BYTES)
})

/** Fits into a stream's window. */
const REST_BYTES = 100_000

/** Messages that are published before the next ones wait for their arrival. */
const BATCH = 40

/** A message as large as may be. */
function numbered(number: number): Uint8Array {
  const message = new Uint8Array(MAX_GOSSIP_BYTES).fill(65)
  message.set(bytesOf(`${number} `))
  return message
}
