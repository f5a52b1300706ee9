import type { Stream } from '@libp2p/interface'
import fc from 'fast-check'
import { encode } from 'uint8-varint'
import { afterEach, describe, expect, test } from 'vitest'
import { MAX_FRAME_BYTES, type SyncSession } from '../../src/sync/session-types.ts'
import { bytesOf, SwapSession, stopAll, streamPair, until } from '../../test/support/network.ts'
import { driveSession } from './drive-session.ts'
import { writeFrames } from './frames.ts'
import { MAX_PENDING_STEPS, VAIN_REST_FACTOR } from './limits.ts'

afterEach(stopAll)

const TIMES = { idleMs: 5000, closeMs: 2000 }

const swap = (items: Set<string>) => new SwapSession(items, (item) => items.add(item))
const drive = (stream: Stream, session: SyncSession, times: object = {}) =>
  driveSession(stream, session, { ...TIMES, ...times }, new AbortController())

describe('a sync session over a stream', () => {
  test('both sides end with the union, and both see it complete', async () => {
    const { near, far } = await streamPair()
    const [ours, theirs] = [new Set(['a', 'b']), new Set(['b', 'c'])]
    const outcomes = await Promise.all([drive(near, swap(ours)), drive(far, swap(theirs))])
    expect(outcomes).toEqual([{ complete: true }, { complete: true }])
    expect([...ours].sort()).toEqual(['a', 'b', 'c'])
    expect([...theirs].sort()).toEqual(['a', 'b', 'c'])
  })

  test('two that send more than fits on the way do not wait for each other for ever', async () => {
    const { near, far } = await streamPair()
    const heavy = (): SyncSession => ({
      start: () => ({ send: frames(48, 128 * 1024), done: false }),
      receive: (frame) => ({ send: [], done: frame.length === 1 }),
    })
    const outcomes = await Promise.all([drive(near, heavy()), drive(far, heavy())])
    expect(outcomes).toEqual([{ complete: true }, { complete: true }])
  })

  test('whoever sends what is no news waits many times as long as it took to look at it', async () => {
    const { near, far } = await streamPair()
    const lookMs = 20
    const looks: number[] = []
    const looking: SyncSession = {
      start: () => ({ send: [], done: false }),
      receive: () => {
        for (const end = performance.now() + lookMs; performance.now() < end; );
        looks.push(performance.now())
        return { send: [], done: looks.length === 3, isVain: true }
      },
    }
    const driven = drive(near, looking)
    await writeFrames(far, [bytesOf('a'), bytesOf('b'), bytesOf('c')])
    await until('all looked at', () => looks.length === 3)
    const [first = 0, , third = 0] = looks
    expect(third - first).toBeGreaterThanOrEqual(2 * (VAIN_REST_FACTOR + 1) * lookMs - 4)
    await far.close()
    expect(await driven).toEqual({ complete: true })
  })

  test('a peer that asks without reading the answers is not read from without bound', async () => {
    const { near, far } = await streamPair()
    let asked = 0
    const answering: SyncSession = {
      start: () => ({ send: [], done: false }),
      receive: () => {
        asked++
        return { send: frames(4, 64 * 1024), done: false }
      },
    }
    far.pause()
    const abort = new AbortController()
    const driven = driveSession(near, answering, TIMES, abort)
    await writeFrames(
      far,
      Array.from({ length: 10 * MAX_PENDING_STEPS }, () => bytesOf('?')),
    )
    await until('a full queue', () => asked >= MAX_PENDING_STEPS)
    await until('a stalled sender', () => near.writableNeedsDrain)
    expect(asked).toBeLessThanOrEqual(MAX_PENDING_STEPS + 8)
    expect(near.writeBufferLength).toBeLessThan(MAX_FRAME_BYTES)
    abort.abort()
    expect((await driven).complete).toBe(false)
  })

  test('a fault resets the stream and is reported on the side that saw it', async () => {
    const { near, far } = await streamPair()
    const driven = drive(near, swap(new Set()))
    await writeFrames(far, [bytesOf('?')])
    expect(await driven).toMatchObject({ complete: false, fault: 'unknown-frame' })
  })

  test('a frame over the limit is a fault', async () => {
    const { near, far } = await streamPair()
    const driven = drive(near, swap(new Set()))
    far.send(encode(MAX_FRAME_BYTES + 1))
    expect(await driven).toMatchObject({ complete: false, fault: 'frame-too-large' })
  })

  test('a peer that leaves, stalls or takes too long is no fault', async () => {
    const left = await streamPair()
    const leaving = drive(left.near, swap(new Set()))
    await left.far.close()
    const stalled = drive((await streamPair()).near, swap(new Set()), { idleMs: 50 })
    const slow = drive((await streamPair()).near, swap(new Set()), { maxMs: 50 })
    for (const driven of [leaving, stalled, slow]) {
      const { complete, fault } = await driven
      expect({ complete, fault }).toEqual({ complete: false, fault: undefined })
    }
  })

  test('a session that throws takes nothing else down', async () => {
    const { near, far } = await streamPair()
    const broken: SyncSession = {
      start: () => ({ send: [], done: false }),
      receive: () => {
        throw new TypeError('a bug')
      },
    }
    const driven = drive(near, broken)
    await writeFrames(far, [bytesOf('x')])
    const outcome = await driven
    expect(outcome.complete).toBe(false)
    expect(outcome.fault).toBeUndefined()
    expect(outcome.error?.message).toBe('a bug')
  })

  test('a peer that does not end its side is reset, and the session stands', async () => {
    const { near, far } = await streamPair()
    const driven = drive(near, swap(new Set()), { closeMs: 50 })
    await writeFrames(far, [Uint8Array.of(0)])
    expect(await driven).toEqual({ complete: true })
    expect(near.status).toBe('aborted')
  })

  test('whatever bytes come, the session ends and nothing is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (garbage) => {
        const { near, far } = await streamPair()
        const driven = drive(near, swap(new Set()), { idleMs: 1000 })
        far.send(garbage)
        await far.close()
        expect(typeof (await driven).complete).toBe('boolean')
      }),
      { numRuns: 15 },
    )
  })
})

/** Frames of one size, then a frame of one byte. */
function* frames(count: number, bytes: number): Iterable<Uint8Array> {
  for (let i = 0; i < count; i++) yield new Uint8Array(bytes)
  yield new Uint8Array(1)
}
