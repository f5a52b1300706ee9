import { statSync } from 'node:fs'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { Author, delegation } from '../../test/support/coalition.ts'
import { foundHomes, makeHomes } from '../../test/support/daemons.ts'
import { signerNumber } from '../../test/support/people.ts'
import { closeCore, openCore } from './core.ts'
import { silentLog } from './log.ts'
import { RECOVERY_MS } from './store-keeper.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const ROOM_BYTES = 2 ** 30

test('a full disk takes nothing away: what came meanwhile is written when there is room', async () => {
  const homes = await makeHomes(2)
  const coalition = foundHomes(homes)
  const [own, other] = homes
  if (!own || !other) return expect.unreachable()
  let recoveries = 0
  const core = openCore({ home: own.home, log: silentLog }, () => void recoveries++)
  onTestFinished(() => closeCore(core))
  const { store, replica, keeper, alarms } = core
  store.limitSize(statSync(own.home.layout.store).size)

  const author = new Author(other.member.root, coalition)
  for (let i = 0; i < 400; i++)
    author.say(delegation(coalition, other.member.root, signerNumber(i)), replica.clock.now())
  replica.ingest(author.ops)
  keeper.touch(author.ops.length)
  vi.advanceTimersByTime(RECOVERY_MS)
  expect(keeper.isReadOnly).toBe(true)
  expect(alarms.list()).toMatchObject([{ code: 'store-read-only', severity: 'error' }])
  const draft = { type: 'node.address', refs: [], body: { addresses: ['/ip4/1.2.3.4/tcp/1'] } }
  expect(() => replica.issue(draft)).toThrow(expect.objectContaining({ code: 'store-read-only' }))
  expect(recoveries).toBe(0)

  store.limitSize(ROOM_BYTES)
  vi.advanceTimersByTime(RECOVERY_MS)
  expect(keeper.isReadOnly).toBe(false)
  expect(recoveries).toBe(1)
  expect(alarms.list()).toEqual([])
  const written = new Set([...store.load()].map(({ cid }) => cid))
  expect(author.ops.every(({ op }) => written.has(op.cid))).toBe(true)
  expect(replica.issue(draft).ok).toBe(true)
})
