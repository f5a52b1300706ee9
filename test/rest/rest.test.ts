/** Whatever rests, and whenever, nothing that a replica says tells it (`src/replica/rest/facts.ts`). */
import { describe, expect, test, vi } from 'vitest'
import type { Incoming } from '../../src/chain/run.ts'
import { finish } from '../../src/document/steps.ts'
import { Replica } from '../../src/replica/replica.ts'
import { REST_AFTER_MS } from '../../src/replica/rest/facts.ts'
import type { ReplicaImage } from '../../src/replica/rest/image.ts'
import { takeImage } from '../../src/replica/rest/imaging.ts'
import { Resting } from '../../src/replica/rest/resting.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import { Dice } from '../convergence/moot.ts'
import { opSet } from '../convergence/op-sets.ts'
import { forSeeds, PROPERTY_TIMEOUT_MS } from '../convergence/seeds.ts'
import { toyVerifier } from '../convergence/toy-crypto.ts'
import { rememberingVerifier } from '../settle/node.ts'
import { saidIn } from '../settle/world.ts'
import { TestClock } from '../support/people.ts'
import { asRun, Decided, LATE } from './decided.ts'
import { restPortraitOf } from './rest-portrait.ts'
import { Sleeper, type SleeperOptions } from './sleeper.ts'

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS })

/** Seeds of coalitions that decide under attack, with amendments, leavers, forks and revocations. */
const WORLDS = 6
/** Seeds of random operations that go wrong in every way. */
const SETS = 30

/** Seeds of coalitions whose ballots rest, and of which one thing or other is said late. */
const DECIDED = 30

/** When nothing that was said in a run is from the future any more, after its founding. */
const LATER_MS = 500 * 86_400_000

/** What the ways in which a replica was put to rest came to. */
interface Tally {
  rested: number
  byImage: number
  woken: number
}

/** Compares portraits; says only in what they differ. */
function same(a: readonly string[], b: readonly string[]): void {
  const [ofA, ofB] = [new Set(a), new Set(b)]
  const differs = {
    only: a.filter((line) => !ofB.has(line)),
    lacks: b.filter((line) => !ofA.has(line)),
  }
  expect(differs).toEqual({ only: [], lacks: [] })
}

/** How many ballots rest, after whatever wakes has. */
function resting({ replica }: Sleeper): number {
  replica.views.standing()
  return replica.views.resting.current().length
}

/**
 * Gives the operations to a replica that rests now and then, and to one that never does; some come
 * late, when what they are about rests already.
 */
function compare(
  options: SleeperOptions,
  said: readonly (readonly Incoming[])[],
  dice: Dice,
  spoil?: (image: ReplicaImage) => ReplicaImage,
): Tally {
  const sleeper = new Sleeper(options, spoil)
  const plain = new Sleeper(options)
  const late = said.filter(() => dice.chance(0.04))
  const held = new Set(late)
  const order = [...said.filter((run) => !held.has(run)), ...dice.shuffled(late)]
  const tally = { rested: 0, byImage: 0, woken: 0 }
  for (let at = 0; at < order.length; ) {
    const next = at + dice.int(1, Math.ceil(order.length / 6))
    const before = resting(sleeper)
    for (const one of [sleeper, plain]) {
      one.clock.time = Math.max(sleeper.clock.time, plain.clock.time)
      for (const run of order.slice(at, next)) one.replica.ingest(run, 'peer')
    }
    at = next
    // Now and then something comes while an image is taken.
    const between = (): void => {
      if (at >= order.length || !dice.chance(0.2)) return
      for (const { replica } of [sleeper, plain]) replica.ingest(order[at] ?? [], 'peer')
      at++
    }
    plain.replica.tick()
    tally.woken += Math.max(0, before - resting(sleeper))
    if (dice.chance(0.5)) sleeper.rest(dice.chance(0.6), dice.chance(0.5) ? between : undefined)
    if (dice.chance(0.4)) {
      if (sleeper.restart()) tally.byImage++
      const longWay = sleeper.recounted()
      same(restPortraitOf(sleeper.replica), restPortraitOf(longWay))
      expect(sleeper.replica.missing().sort()).toEqual(longWay.missing().sort())
    }
    offer(order.slice(0, at), [sleeper, plain])
    if (dice.chance(0.3)) same(restPortraitOf(sleeper.replica), restPortraitOf(plain.replica))
  }
  offer(order, [sleeper, plain])
  sleeper.rest()
  plain.clock.time = sleeper.clock.time
  plain.replica.tick()
  same(restPortraitOf(sleeper.replica), restPortraitOf(plain.replica))
  sleeper.restart()
  offer(order, [sleeper, plain])
  same(restPortraitOf(sleeper.replica), restPortraitOf(plain.replica))
  same(restPortraitOf(sleeper.recounted()), restPortraitOf(plain.replica))
  return { ...tally, rested: sleeper.rested }
}

/** All again: what waited was not on disk, and what was not wanted when it came may be by now. */
function offer(said: readonly (readonly Incoming[])[], to: readonly Sleeper[]): void {
  for (const { replica } of to)
    for (let before = -1; before !== replica.ledger.byCid.size; ) {
      before = replica.ledger.byCid.size
      for (const run of said) replica.ingest(run, 'again')
    }
}

const verifier = rememberingVerifier()
const worlds = new Map<number, ReturnType<typeof saidIn>>()
function worldOf(seed: number): ReturnType<typeof saidIn> {
  const known = worlds.get(seed) ?? saidIn({ seed })
  worlds.set(seed, known)
  return known
}

function compareWorld(seed: number, spoil?: (image: ReplicaImage) => ReplicaImage): Tally {
  const { founded, said } = worldOf(seed)
  const { coalition, at } = founded
  const options = { coalition, verifier, at: at + LATER_MS }
  return compare(options, said, new Dice(seed), spoil)
}

test(`coalitions that decide (${WORLDS} seeds)`, () => {
  const sum = { rested: 0, byImage: 0, woken: 0 }
  forSeeds(WORLDS, (seed) => {
    const { rested, byImage, woken } = compareWorld(seed)
    sum.rested += rested
    sum.byImage += byImage
    sum.woken += woken
  })
  console.table(sum)
  expect(sum.rested).toBeGreaterThan(WORLDS / 2)
  expect(sum.byImage).toBeGreaterThan(WORLDS / 4)
})

/** Ballots that rest for certain, then one thing after another that bears on them. */
function compareDecided(seed: number, spoil?: (image: ReplicaImage) => ReplicaImage): Tally {
  const dice = new Dice(seed)
  const decided = new Decided(dice)
  const { coalition, at } = decided.founded
  const options = { coalition, verifier, at: at + LATER_MS }
  const sleeper = new Sleeper(options, spoil)
  const plain = new Sleeper(options)
  const tally = { rested: 0, byImage: 0, woken: 0 }
  let heard = 0
  const hear = (): void => {
    const said = decided.ops.slice(heard).map(asRun)
    heard = decided.ops.length
    plain.clock.time = sleeper.clock.time
    for (const { replica } of [sleeper, plain]) for (const run of said) replica.ingest(run, 'peer')
    plain.replica.tick()
  }
  for (const { replica } of [sleeper, plain]) replica.ingest(decided.founded.ops)
  for (let i = dice.int(2, 3); i > 0; i--) decided.decide()
  hear()
  sleeper.rest(dice.chance(0.7))
  for (const what of dice.shuffled(LATE).slice(0, 3)) {
    if (dice.chance(0.4) && sleeper.restart()) tally.byImage++
    const before = resting(sleeper)
    decided.late(what)
    hear()
    offer(decided.ops.map(asRun), [sleeper, plain])
    tally.woken += Math.max(0, before - resting(sleeper))
    same(restPortraitOf(sleeper.replica), restPortraitOf(plain.replica))
    if (dice.chance(0.3)) sleeper.rest()
  }
  if (sleeper.restart()) tally.byImage++
  same(restPortraitOf(sleeper.replica), restPortraitOf(plain.recounted()))
  return { ...tally, rested: sleeper.rested }
}

test(`settled ballots, and what came late (${DECIDED} seeds)`, () => {
  const sum = { rested: 0, byImage: 0, woken: 0 }
  forSeeds(DECIDED, (seed) => {
    const { rested, byImage, woken } = compareDecided(seed)
    sum.rested += rested
    sum.byImage += byImage
    sum.woken += woken
  })
  console.table(sum)
  expect(sum.rested).toBeGreaterThan(DECIDED)
  expect(sum.woken).toBeGreaterThan(DECIDED / 4)
})

test.each([
  ['of just now', REST_AFTER_MS - 1, 0],
  ['of a while ago, which a late joiner hears now', REST_AFTER_MS, 1],
])('a settled ballot %s', (_, since, resting) => {
  const decided = new Decided(new Dice(1))
  decided.decide()
  const { founded, ops } = decided
  const { coalition } = founded
  const lastAt = ops.at(-1)?.op.at ?? 0
  const clock = new TestClock(lastAt + since)
  const joiner = Replica.open({ coalition, verifier, clock, store: new MemoryStore() })
  joiner.ingest(founded.ops)
  for (const run of ops.map(asRun)) joiner.ingest(run)
  expect(finish(takeImage(joiner, 'of this test'))?.facts).toHaveLength(resting)
})

test(`random operations (${SETS} sets)`, () => {
  let byImage = 0
  forSeeds(SETS, (seed) => {
    const { founded, ops, dueAt } = opSet(seed)
    const { coalition } = founded
    const options = { coalition, verifier: toyVerifier, at: dueAt }
    const said = ops.map((op) => [op])
    byImage += compare(options, said, new Dice(seed)).byImage
  })
  expect(byImage).toBeGreaterThan(SETS / 4)
})

describe('a broken rule is caught', () => {
  const isCaught = (spoil?: (image: ReplicaImage) => ReplicaImage): boolean => {
    for (let seed = 1; seed <= DECIDED; seed++)
      try {
        compareDecided(seed, spoil)
      } catch {
        return true
      }
    return false
  }
  const spoiled = (change: (facts: ReplicaImage['facts'][number]) => object) =>
    isCaught((image) => ({
      ...image,
      facts: image.facts.map((facts) => ({ ...facts, ...change(facts) })),
    }))

  test('a summary that forgets a settlement', () => {
    expect(spoiled(({ settlements }) => ({ settlements: settlements.slice(1) }))).toBe(true)
  })

  test('a summary that forgets who endorsed', () => {
    expect(spoiled(({ endorse }) => ({ endorse: endorse.slice(1) }))).toBe(true)
  })

  test('what a fork or a revocation takes does not wake', () => {
    const keep = vi.spyOn(Resting.prototype, 'keep').mockImplementation(() => {})
    expect(isCaught()).toBe(true)
    keep.mockRestore()
  })

  test('who leaves does not wake', () => {
    const leaving = vi.spyOn(Resting.prototype, 'changedByLeaving').mockReturnValue([])
    expect(isCaught()).toBe(true)
    leaving.mockRestore()
  })

  test('what roots say of keys does not wake', () => {
    const keys = vi.spyOn(Resting.prototype, 'changedByKeys').mockReturnValue([])
    expect(isCaught()).toBe(true)
    keys.mockRestore()
  })
})
