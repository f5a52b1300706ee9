/**
 * Rules broken one at a time: random runs must notice. Those that need a schedule which chance does
 * not find are under `directed/`: echo at F, half a quorum, nobody waits for the timer; that who endorsed
 * a reconstitution goes on deciding is told in `src/replica/reconstitution.test.ts`.
 */
import { expect, test } from 'vitest'
import type { SettleRules } from '../../src/ballot/rules.ts'
import { runSeed } from './world.ts'

const MOST_SEEDS = 100
const TIMEOUT_MS = 300_000

/** Rules, and a seed that shows it soon; when runs change, the search goes on from there. */
const MUTANTS: readonly (readonly [string, Partial<SettleRules>, number])[] = [
  ['a slot’s lock is released before the ballot settles', { slotLock: false }, 14],
  ['an amendment does not wait for open ballots', { amendmentWaits: false }, 46],
  ['settle operations are not pulled by reference', { pullsSettleOps: false }, 4],
  ['a provisional outcome never lapses', { provisionalLapses: false }, 4],
  ['*adopt* counts without an endorsement certificate', { adoptNeedsCertificate: false }, 56],
  ['which of two provisional outcomes came first decides', { holdsBoth: false }, 4],
  ['a slot has two electorates', { oneElectorate: false }, 6],
  ['members are put out who were heard', { removesOnlySilent: false }, 15],
]

test.each(MUTANTS)(
  'it is noticed when %s',
  (_, rules, from) => {
    const seeds = Array.from({ length: MOST_SEEDS }, (_seed, i) => from + i)
    const isNoticed = (seed: number): boolean => runSeed({ seed, rules }).findings.length > 0
    expect(seeds.some(isNoticed)).toBe(true)
  },
  TIMEOUT_MS,
)

test(
  'it is noticed when the faulty alone can reach the floor of a contingency',
  () => {
    const isNoticed = (seed: number): boolean =>
      runSeed({ seed, lowFloor: true }).findings.some(
        ({ check }) => check === 'provisional-justified',
      )
    const seeds = Array.from({ length: MOST_SEEDS }, (_seed, i) => 1 + i)
    expect(seeds.some(isNoticed)).toBe(true)
  },
  TIMEOUT_MS,
)
