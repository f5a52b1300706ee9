/** Whatever rests, and whenever, nothing that a replica says tells it (`src/replica/rest/facts.ts`). */
import { describe, expect, test, vi } from 'vitest'
import type { Incoming } from '../../src/chain/run.ts'
import type { ReplicaImage } from '../../src/replica/rest/image.ts'
import { Resting } from '../../src/replica/rest/resting.ts'
import { Dice } from '../convergence/moot.ts'
import { opSet } from '../convergence/op-sets.ts'
import { forSeeds, PROPERTY_TIMEOUT_MS } from '../convergence/seeds.ts'
import { toyVerifier } from '../convergence/toy-crypto.ts'
import { rememberingVerifier } from '../settle/node.ts'
import { saidIn } from '../settle/world.ts'
import { restPortraitOf } from './rest-portrait.ts'
import { Sleeper, type SleeperOptions } from './sleeper.ts'

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS })

/** Seeds of coalitions that decide under attack, with amendments, leavers, forks and revocations. */
const WORLDS = 40
/** Seeds of random operations that go wrong in every way. */
const SETS = 150

/** What the ways in which a replica was put to rest came to. */
interface Tally {
  rested: number
  byImage: number
  woken: number
}

/**
 * Gives the operations to a replica that rests now and then, and to one that never does; some come
 * late, when what they are about rests already.
 */
function compare(
  options: SleeperOptions,
  ops: readonly Incoming[],
  dice: Dice,
  spoil?: (image: ReplicaImage) => ReplicaImage,
): Tally {
  const sleeper = new Sleeper(options, spoil)
  const plain = new Sleeper(options)
  const late = ops.filter(() => dice.chance(0.04))
  const held = new Set(late)
  const order = [...ops.filter((op) => !held.has(op)), ...dice.shuffled(late)]
  const tally = { rested: 0, byImage: 0, woken: 0 }
  for (let at = 0; at < order.length; ) {
    const next = at + dice.int(1, Math.ceil(order.length / 6))
    for (const one of [sleeper, plain]) {
      one.clock.time = Math.max(sleeper.clock.time, plain.clock.time)
      for (const op of order.slice(at, next)) one.replica.ingest([op], 'peer')
    }
    at = next
    const before = sleeper.replica.views.resting.current().length
    if (dice.chance(0.5)) sleeper.rest(dice.chance(0.6))
    if (dice.chance(0.4) && sleeper.restart()) tally.byImage++
    sleeper.replica.views.standing()
    tally.woken += Math.max(0, before - sleeper.replica.views.resting.current().length)
    if (dice.chance(0.3))
      expect(restPortraitOf(sleeper.replica)).toEqual(restPortraitOf(plain.recounted()))
  }
  sleeper.rest()
  expect(restPortraitOf(sleeper.replica)).toEqual(restPortraitOf(plain.recounted()))
  sleeper.restart()
  expect(restPortraitOf(sleeper.replica)).toEqual(restPortraitOf(plain.replica))
  expect(restPortraitOf(sleeper.recounted())).toEqual(restPortraitOf(plain.replica))
  return { ...tally, rested: sleeper.rested }
}

const worlds = new Map<number, ReturnType<typeof saidIn>>()
function worldOf(seed: number): ReturnType<typeof saidIn> {
  const known = worlds.get(seed) ?? saidIn({ seed })
  worlds.set(seed, known)
  return known
}

function compareWorld(seed: number, spoil?: (image: ReplicaImage) => ReplicaImage): Tally {
  const { founded, ops } = worldOf(seed)
  const { coalition, at } = founded
  const options = { coalition, verifier: rememberingVerifier(), at: at + 86_400_000 }
  return compare(options, ops, new Dice(seed), spoil)
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
  expect(sum.rested).toBeGreaterThan(WORLDS)
  expect(sum.byImage).toBeGreaterThan(WORLDS / 4)
  expect(sum.woken).toBeGreaterThan(WORLDS / 4)
})

test(`random operations (${SETS} sets)`, () => {
  let byImage = 0
  forSeeds(SETS, (seed) => {
    const { founded, ops, dueAt } = opSet(seed)
    const { coalition } = founded
    const options = { coalition, verifier: toyVerifier, at: dueAt }
    byImage += compare(options, ops, new Dice(seed)).byImage
  })
  expect(byImage).toBeGreaterThan(SETS / 4)
})

describe('a broken rule is caught', () => {
  const isCaught = (spoil?: (image: ReplicaImage) => ReplicaImage): boolean => {
    for (let seed = 1; seed <= WORLDS; seed++)
      try {
        compareWorld(seed, spoil)
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
