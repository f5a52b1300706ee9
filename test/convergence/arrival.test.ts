/** However operations arrive, replicas that were offered the same ones agree (design §2.7). */
import { expect, test, vi } from 'vitest'
import { type Arrival, inOrder, inRuns, Site, singly } from './delivery.ts'
import { FAULT_CLASSES, type FaultClass } from './faults.ts'
import { Dice } from './moot.ts'
import { type OpSet, opSet } from './op-sets.ts'
import { portraitOf } from './portrait.ts'
import { forSeeds, PROPERTY_TIMEOUT_MS } from './seeds.ts'

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS })

const RUNS = 320
const LEAST_SHARE = 0.05

/** A replica that was offered a set in some way, and then what it asks for. */
function offered(set: OpSet, arrivals: readonly Arrival[], dice: Dice, restarts = 0): Site {
  const site = new Site(set)
  for (const ops of arrivals) {
    site.replica.ingest(ops, `peer ${dice.int(0, 3)}`)
    if (dice.chance(restarts)) site.restart()
  }
  // What waited was not on disk: after a restart it comes again.
  if (restarts > 0) for (const ops of arrivals) site.replica.ingest(ops, 'again')
  site.letTimePass()
  site.answer(dice)
  return site
}

test(`any order, copies, runs and restarts end in the same digests (${RUNS} sets)`, () => {
  const seen = new Map<FaultClass, number>()
  forSeeds(RUNS, (seed) => {
    const set = opSet(seed)
    for (const name of set.classes) seen.set(name, (seen.get(name) ?? 0) + 1)
    const dice = new Dice(seed)
    const plain = offered(set, inOrder(set), dice)
    const expected = portraitOf(plain.replica)
    // One at a time, in any order, some of them again.
    const mixed = singly(set, dice)
    const copies = dice.some(mixed, 20)
    expect(portraitOf(offered(set, [...mixed, ...copies], dice).replica)).toEqual(expected)
    // Run by run the same is accepted as operation by operation.
    const runs = offered(set, inRuns(set, dice), dice, 0.05)
    expect(portraitOf(runs.replica)).toEqual(expected)
    // What was kept step by step is what counting from scratch gives.
    expect(portraitOf(plain.recounted())).toEqual(expected)
    expect(portraitOf(runs.recounted())).toEqual(expected)
  })
  const shares = FAULT_CLASSES.map((name) => [name, (seen.get(name) ?? 0) / RUNS] as const)
  console.table(
    Object.fromEntries(shares.map(([name, share]) => [name, `${Math.round(100 * share)} %`])),
  )
  for (const [name, share] of shares) expect(share, name).toBeGreaterThanOrEqual(LEAST_SHARE)
})

test('one batch of everything is the same as many', () => {
  forSeeds(100, (seed) => {
    const set = opSet(seed + 20_000)
    const dice = new Dice(seed)
    const good = inOrder(set).flat()
    const one = offered(set, [dice.shuffled(good)], dice).replica
    const many = offered(set, inOrder(set), dice).replica
    expect(portraitOf(one)).toEqual(portraitOf(many))
  })
})

test('who looks after every operation sees in the end what one who looks once sees', () => {
  forSeeds(100, (seed) => {
    const set = opSet(seed + 30_000)
    const dice = new Dice(seed)
    const arrivals = singly(set, dice)
    const watcher = new Site(set)
    for (const ops of arrivals) {
      watcher.replica.ingest(ops, 'peer')
      watcher.replica.digest()
    }
    watcher.letTimePass()
    watcher.answer(dice)
    expect(portraitOf(watcher.replica)).toEqual(portraitOf(offered(set, arrivals, dice).replica))
    expect(portraitOf(watcher.replica)).toEqual(portraitOf(watcher.recounted()))
  })
})
