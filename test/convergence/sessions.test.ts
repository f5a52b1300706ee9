/** Sync sessions make replicas equal, whatever happens in between (design §2.6, §2.7). */
import { expect, test, vi } from 'vitest'
import type { Replica } from '../../src/replica/replica.ts'
import { syncOnce, syncUntilEqual } from '../sync/link.ts'
import { type Arrival, inOrder, inRuns, Site, singly } from './delivery.ts'
import { Dice } from './moot.ts'
import { type OpSet, opSet } from './op-sets.ts'
import { portraitOf } from './portrait.ts'
import { forSeeds, PROPERTY_TIMEOUT_MS } from './seeds.ts'

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS })

const RUNS = 300
/** Most sessions between two replicas until they agree: each may show the other one more fork. */
const MOST_SESSIONS = 8

function siteAt(set: OpSet): Site {
  const site = new Site(set)
  site.clock.time = set.dueAt
  return site
}

/** Everything, and whatever was asked for: what replicas that sync with it end up with. */
function library(set: OpSet, dice: Dice): Site {
  const site = siteAt(set)
  for (const ops of inOrder(set)) site.replica.ingest(ops)
  site.answer(dice)
  return site
}

function takeSome(site: Site, arrivals: readonly Arrival[], dice: Dice): void {
  const share = dice.pick([0, 0.3, 0.6, 0.9, 1])
  for (const ops of arrivals) if (dice.chance(share)) site.replica.ingest(ops, 'somebody')
}

test(`sessions alone make two replicas with different parts of a set equal (${RUNS} sets)`, () => {
  const counts: number[] = []
  forSeeds(RUNS, (seed) => {
    const set = opSet(seed + 30_000)
    const dice = new Dice(seed)
    const [a, b] = [siteAt(set), siteAt(set)]
    takeSome(a, inRuns(set, dice), dice)
    takeSome(b, singly(set, dice), dice)
    counts.push(syncUntilEqual(a.replica, b.replica, MOST_SESSIONS))
    const whole = library(set, dice)
    counts.push(syncUntilEqual(a.replica, whole.replica, MOST_SESSIONS))
    counts.push(syncUntilEqual(b.replica, whole.replica, MOST_SESSIONS))
    expect(portraitOf(a.replica)).toEqual(portraitOf(whole.replica))
    expect(portraitOf(b.replica)).toEqual(portraitOf(whole.replica))
  })
  const histogram = Map.groupBy(counts, (sessions) => sessions)
  console.table([...histogram].map(([sessions, { length }]) => ({ sessions, pairs: length })))
})

/** One random thing that happens among sites. */
function somethingHappens(sites: readonly Site[], left: Arrival[], dice: Dice): void {
  const site = dice.pick(sites)
  const what = dice.roll()
  if (what < 0.7) site.replica.ingest(left.pop() ?? [], `peer ${dice.int(0, 3)}`)
  else if (what < 0.75) site.restart()
  else if (what < 0.8) site.replica.flush()
  else meet(site.replica, dice.pick(sites).replica, dice)
}

/** A session that may be cut anywhere. */
function meet(a: Replica, b: Replica, dice: Dice): void {
  if (a === b) return
  const cut = dice.chance(0.5) ? { cutAfter: dice.int(1, 12) } : {}
  const { faults } = syncOnce(a, b, { nonce: dice.int(0, 1e6), ...cut })
  expect(faults).toEqual([])
}

function allEqual(sites: readonly Site[]): void {
  for (let round = 0; round < MOST_SESSIONS; round++) {
    for (const [i, site] of sites.entries())
      syncUntilEqual(site.replica, (sites[i + 1] ?? sites[0] ?? site).replica, MOST_SESSIONS)
    const states = new Set(sites.map(({ replica }) => JSON.stringify(replica.digest())))
    if (states.size === 1) return
  }
  throw new RangeError('not equal')
}

test(`gossip, sessions with cuts and restarts mixed at random end equal (${RUNS} sets)`, () => {
  forSeeds(RUNS, (seed) => {
    const set = opSet(seed + 40_000)
    const dice = new Dice(seed)
    const sites = [siteAt(set), siteAt(set), siteAt(set)] as const
    const arrivals = dice.shuffled([...inRuns(set, dice), ...dice.some(singly(set, dice), 40)])
    for (const left = [...arrivals]; left.length > 0; ) somethingHappens(sites, left, dice)
    allEqual(sites)
    // What nobody kept, because it did not count when it came, comes again when it is asked for.
    const [first, ...others] = sites
    for (const ops of arrivals) first.replica.ingest(ops)
    first.answer(dice)
    for (const site of others) syncUntilEqual(first.replica, site.replica, MOST_SESSIONS)
    const expected = portraitOf(library(set, dice).replica)
    for (const site of sites) expect(portraitOf(site.recounted())).toEqual(expected)
  })
})
