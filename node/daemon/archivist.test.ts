import { expect, onTestFinished, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { foundHomes, makeHomes, type TestHome } from '../../test/support/daemons.ts'
import type { Build } from '../api/open-replica.ts'
import type { ArchiveLimits } from './archivist.ts'
import { type Core, closeCore, openCore } from './core.ts'
import { silentLog } from './log.ts'

const LIMITS: ArchiveLimits = { from: 5, every: 3, atStop: 1 }

function open({ home }: TestHome, warnings: string[] = [], build?: Build): Core {
  const log = { ...silentLog, warn: (_facts: object, text = '') => void warnings.push(text) }
  return openCore(
    { home, log: log as typeof silentLog, archive: LIMITS, ...(build && { build }) },
    () => {},
  )
}

/** Says so many things with the node's key. */
function speak({ replica, keeper }: Core, count: number): void {
  for (let i = 0; i < count; i++) {
    const body = { addresses: [`/ip4/1.2.3.4/tcp/${i + 1}`] }
    unwrap(replica.issue({ type: 'node.address', refs: [], body }))
  }
  keeper.flush()
}

async function started(): Promise<TestHome> {
  const homes = await makeHomes(1)
  foundHomes(homes)
  return homes[0] ?? expect.unreachable()
}

test('a node that stops leaves an image, and starts by it as it was', async () => {
  const home = await started()
  const core = open(home)
  speak(core, 6)
  const before = core.replica.digest()
  await core.archivist.stop()
  closeCore(core)

  const warnings: string[] = []
  const again = open(home, warnings)
  onTestFinished(() => closeCore(again))
  expect(again.store.isChecked).toBe(false)
  expect(again.replica.ledger.byCid.archive?.size).toBe(again.replica.ledger.byCid.size)
  expect(again.replica.digest()).toEqual(before)
  expect(warnings).toEqual([])
  // Its chain goes on where it was.
  speak(again, 2)
  expect(again.replica.digest().count).toBe(before.count + 2)
})

test('an image of another build is not looked at, and another is taken', async () => {
  const home = await started()
  const core = open(home)
  speak(core, 6)
  await core.archivist.stop()
  closeCore(core)
  const build = { protocol: core.replica.protocol + 1, types: core.replica.types }
  const warnings: string[] = []
  const other = open(home, warnings, build)
  expect(other.replica.ledger.byCid.archive).toBeUndefined()
  expect(warnings).toEqual([expect.stringContaining('of no use')])
  await other.archivist.stop()
  closeCore(other)
  const again = open(home, warnings, build)
  onTestFinished(() => closeCore(again))
  expect(again.replica.ledger.byCid.archive).toBeDefined()
})

test('a running node rests when enough is new, and goes on from the last image after a kill', async () => {
  const home = await started()
  const core = open(home)
  speak(core, 6)
  core.archivist.check()
  await expect.poll(() => core.store.images.operations).toBeGreaterThan(0)
  expect(core.replica.ledger.byCid.archive?.size).toBeGreaterThan(0)
  core.archivist.check()
  speak(core, 2)
  const before = core.replica.digest()
  // Killed: nothing is taken at the end.
  closeCore(core)
  const again = open(home)
  onTestFinished(() => closeCore(again))
  expect(again.replica.ledger.byCid.archive?.size).toBeGreaterThan(0)
  expect(again.replica.digest()).toEqual(before)
})
