import type { Stream } from '@libp2p/interface'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { KeyId } from '../../src/op/ids.ts'
import { fakeConnection } from '../../test/support/fake-connection.ts'
import {
  at,
  FakePort,
  keyOfSeed,
  stopAll,
  stopLater,
  streamPair,
  until,
} from '../../test/support/network.ts'
import {
  DEFAULT_TIMINGS,
  MAX_SESSIONS,
  MAX_SESSIONS_PER_MEMBER,
  SESSION_PLACE_MS,
} from './limits.ts'
import { silentLogger } from './port.ts'
import { SyncRunner } from './sync.ts'

afterEach(stopAll)

describe('which session runs', () => {
  let port: FakePort
  let keys: KeyId[]
  let opened: KeyId[]
  let faults: string[]
  let hasPatience: boolean
  /** What the runner's clock is ahead of ours. */
  let aheadMs: number
  /** What opening a stream gives; never, unless a test says. */
  let newStream: (key: KeyId) => Promise<Stream>

  beforeEach(async () => {
    port = new FakePort()
    keys = (await Promise.all(Array.from({ length: 20 }, (_, i) => keyOfSeed(i + 1)))).sort()
    for (const key of keys) port.members.add(key)
    opened = []
    faults = []
    hasPatience = true
    aheadMs = 0
    newStream = () => new Promise<Stream>(() => {})
  })

  /** A runner of the middle key. */
  const runner = (timings: object = {}) => {
    const made = new SyncRunner({
      self: at(keys, 10),
      port,
      timings: { ...DEFAULT_TIMINGS, syncSoonMs: 5, syncGraceMs: 60, syncRetryMs: 1, ...timings },
      log: silentLogger,
      now: () => Date.now() + aheadMs,
      random: () => 0.5,
      connectionTo: (key) => connectionTo(key),
      connected: () => keys.slice(0, 1),
      onFault: (_, fault) => faults.push(fault),
      bear: () => hasPatience,
    })
    return made
  }

  const connectionTo = (key: KeyId) =>
    fakeConnection(key, {
      newStream: (_, options) => {
        opened.push(key)
        const aborted = new Promise<Stream>((_, reject) => {
          options?.signal?.addEventListener('abort', () => reject(options.signal?.reason))
        })
        return Promise.race([newStream(key), aborted])
      },
    }).connection

  test('at most one with a peer, and so many in all', async () => {
    const sync = runner({ streamTimeoutMs: 60_000 })
    stopLater(() => sync.stop())
    for (const key of [...keys, ...keys]) sync.now(key)
    await until('sessions', () => opened.length >= MAX_SESSIONS)
    for (const key of keys) sync.now(key)
    await new Promise((resolve) => setImmediate(resolve))
    expect(opened).toHaveLength(MAX_SESSIONS)
    expect(new Set(opened).size).toBe(MAX_SESSIONS)
  })

  test('a full runner refuses whoever opens one more', async () => {
    const sync = runner({ streamTimeoutMs: 60_000 })
    stopLater(() => sync.stop())
    for (const key of keys.slice(0, MAX_SESSIONS)) sync.now(key)
    await until('sessions', () => opened.length === MAX_SESSIONS)
    const { near } = await streamPair()
    await sync.serve(near, at(keys, 19))
    expect(near.status).toBe('aborted')
    expect(port.outcomes).toEqual([])
  })

  test('the keys of one member share a few places', async () => {
    const sync = runner({ streamTimeoutMs: 60_000 })
    stopLater(() => sync.stop())
    for (const key of keys.slice(0, 8)) port.roots.set(key, at(keys, 0))
    for (const key of keys.slice(0, 9)) sync.now(key)
    await until('sessions', () => opened.includes(at(keys, 8)))
    expect(opened).toHaveLength(MAX_SESSIONS_PER_MEMBER + 1)
    const { near } = await streamPair()
    await sync.serve(near, at(keys, 7))
    expect(near.status).toBe('aborted')
  })

  test('where all places are taken, the oldest session of whoever has most gives way in time', async () => {
    const sync = runner({ streamTimeoutMs: 60_000 })
    stopLater(() => sync.stop())
    for (const key of keys.slice(0, 3)) port.roots.set(key, at(keys, 0))
    for (const key of keys.slice(0, MAX_SESSIONS)) sync.now(key)
    await until('sessions', () => opened.length === MAX_SESSIONS)
    const late = at(keys, 19)
    const early = await streamPair()
    await sync.serve(early.near, late)
    expect(early.near.status).toBe('aborted')
    aheadMs = SESSION_PLACE_MS + 1000
    const { near } = await streamPair()
    const served = sync.serve(near, late)
    expect(near.status).toBe('open')
    await sync.stop()
    await served
    expect(port.outcomes.map(({ peer }) => peer)).toEqual([late])
  })

  test('whoever has used up our patience gets no session', async () => {
    const sync = runner()
    stopLater(() => sync.stop())
    hasPatience = false
    const { near } = await streamPair()
    await sync.serve(near, at(keys, 0))
    expect(near.status).toBe('aborted')
  })

  test('a runner that was stopped begins nothing', async () => {
    const sync = runner()
    await sync.stop()
    const { near } = await streamPair()
    await sync.serve(near, at(keys, 0))
    expect(near.status).toBe('aborted')
    expect(port.outcomes).toEqual([])
  })

  test('on connecting the lower key opens at once, the higher only if the lower does not', async () => {
    const sync = runner()
    stopLater(() => sync.stop())
    const [lower, higher] = [at(keys, 9), at(keys, 11)]
    sync.peerUp(lower)
    sync.peerUp(higher)
    await until('both', () => opened.length === 2)
    expect(opened).toEqual([higher, lower])
  })

  test('when both open at once, the lower key’s session stands', async () => {
    const sync = runner({ streamTimeoutMs: 60_000 })
    const [lower, higher] = [at(keys, 9), at(keys, 11)]
    sync.now(lower)
    sync.now(higher)
    await until('our sessions', () => opened.length === 2)
    const [fromLower, fromHigher] = [await streamPair(), await streamPair()]
    const served = sync.serve(fromLower.near, lower)
    await sync.serve(fromHigher.near, higher)
    expect(fromHigher.near.status).toBe('aborted')
    expect(fromLower.near.status).toBe('open')
    await sync.stop()
    await served
    expect(port.outcomes.map(({ peer }) => peer)).toEqual([lower])
  })

  test('many requests become one session, a request during a session one more after it', async () => {
    const pair = await streamPair()
    newStream = async () => (opened.length > 1 ? new Promise<Stream>(() => {}) : pair.near)
    const sync = runner()
    stopLater(() => sync.stop())
    const peer = at(keys, 0)
    for (let i = 0; i < 10; i++) sync.soon(peer)
    await until('a session', () => opened.length === 1)
    for (let i = 0; i < 10; i++) sync.now(peer)
    await new Promise((resolve) => setImmediate(resolve))
    expect(opened).toHaveLength(1)
    pair.far.send(Uint8Array.of(1, 0))
    await pair.far.close()
    await until('another', () => opened.length === 2)
    expect(port.outcomes).toMatchObject([{ complete: true }])
  })

  test('a session that was cut is tried again, one that broke the protocol is reported', async () => {
    newStream = async () => {
      const { near, far } = await streamPair()
      if (opened.length === 1) far.abort(new TypeError('cut'))
      else far.send(Uint8Array.of(1, 9))
      return near
    }
    const sync = runner()
    stopLater(() => sync.stop())
    sync.now(at(keys, 0))
    await until('a fault', () => faults.includes('unknown-frame'))
    expect(port.outcomes[0]).toEqual({ peer: keys[0], complete: false })
  })

  test('random peers get sessions without being asked', async () => {
    const sync = runner({ syncMinMs: 1, syncMaxMs: 3 })
    stopLater(() => sync.stop())
    sync.start()
    await until('a session', () => opened.includes(at(keys, 0)))
  })
})
