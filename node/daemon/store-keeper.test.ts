import { expect, test } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import { Replica } from '../../src/replica/replica.ts'
import { MemoryStore, type StoreBatch } from '../../src/replica/store.ts'
import { found, verifier } from '../../test/support/coalition.ts'
import { HandTimers } from '../../test/support/hand-timers.ts'
import { TestClock } from '../../test/support/people.ts'
import { AlarmBoard } from '../api/alarms.ts'
import { StoreError } from '../store/errors.ts'
import { silentLog } from './log.ts'
import {
  COMMIT_DELAY_MS,
  COMMIT_OPS,
  RECOVERY_MS,
  type RecoverableStore,
  StoreKeeper,
} from './store-keeper.ts'

/** A memory on a disk that can fill up, and that counts its transactions. */
class Disk implements RecoverableStore {
  isFull = false
  isStuck = false
  commits = 0
  private readonly memory = new MemoryStore()

  get readOnly(): boolean {
    return this.isStuck
  }

  commit(batch: StoreBatch): void {
    if (this.isFull) {
      this.isStuck = true
      throw new StoreError('store-read-only', 'the disk is full', 'free some space')
    }
    this.commits++
    this.memory.commit(batch)
  }

  tryRecover(): boolean {
    this.isStuck = this.isFull
    return !this.isFull
  }

  load = () => this.memory.load()
  notes = () => this.memory.notes()
  get = (cid: OpCid) => this.memory.get(cid)
  close(): void {}
}

function setUp() {
  const clock = new TestClock()
  const timers = new HandTimers(clock)
  const founded = found([1, 1, 1, 1])
  const store = new Disk()
  const raised: string[] = []
  const alarms = new AlarmBoard(({ code }) => void raised.push(code))
  const replica = Replica.open({ coalition: founded.coalition, store, clock, verifier })
  let recoveries = 0
  const onRecovered = () => void recoveries++
  const keeper = new StoreKeeper({ replica, store, alarms, timers, log: silentLog, onRecovered })
  const take = () => {
    replica.ingest(founded.ops)
    keeper.touch(founded.ops.length)
  }
  return { timers, store, alarms, raised, keeper, take, recoveries: () => recoveries }
}

test('what is taken in within the delay is written in one transaction', () => {
  const { timers, store, keeper, take } = setUp()
  take()
  timers.advance(COMMIT_DELAY_MS - 1)
  keeper.touch(1)
  expect(store.commits).toBe(0)
  timers.advance(1)
  expect(store.commits).toBe(1)
  expect([...store.load()]).not.toEqual([])
})

test('many operations are not kept waiting', () => {
  const { store, keeper, take } = setUp()
  take()
  keeper.touch(COMMIT_OPS)
  expect(store.commits).toBe(1)
})

test('a full disk raises one alarm, loses nothing, and goes on by itself when there is room', () => {
  const { timers, store, alarms, raised, keeper, take, recoveries } = setUp()
  store.isFull = true
  take()
  timers.advance(COMMIT_DELAY_MS)
  expect(keeper.isReadOnly).toBe(true)
  expect(alarms.list()).toMatchObject([{ code: 'store-read-only', fix: 'free some space' }])
  timers.advance(3 * RECOVERY_MS)
  expect(raised).toEqual(['store-read-only'])
  expect(recoveries()).toBe(0)
  store.isFull = false
  timers.advance(RECOVERY_MS)
  expect(keeper.isReadOnly).toBe(false)
  expect(alarms.list()).toEqual([])
  expect(recoveries()).toBe(1)
  expect([...store.load()]).not.toEqual([])
})

test('a write elsewhere that found the disk full is noticed', () => {
  const { timers, store, keeper, raised, take } = setUp()
  take()
  store.isFull = true
  store.isStuck = true
  keeper.check()
  expect(raised).toEqual(['store-read-only'])
  store.isFull = false
  timers.advance(RECOVERY_MS)
  expect(keeper.isReadOnly).toBe(false)
})
