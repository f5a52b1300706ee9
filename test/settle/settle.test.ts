/**
 * Settlement under attack (design §3.6): shipped replicas, signed operations, at most F faulty in
 * any way, a network that loses, delays and parts. `npm run soak:settle` runs many more seeds.
 */
import { describe, expect, test } from 'vitest'
import { CoverageTable } from './coverage.ts'
import { runSeed } from './world.ts'

const SEEDS = 300
const CHUNK = 25
const CHUNK_TIMEOUT_MS = 180_000

const chunks = Array.from({ length: SEEDS / CHUNK }, (_, i) => i * CHUNK + 1)

describe('with at most F faulty', () => {
  const table = new CoverageTable()

  test.each(chunks)(
    'seeds from %i: one outcome, justified, final, everywhere',
    (first) => {
      for (let seed = first; seed < first + CHUNK; seed++) {
        const report = runSeed({ seed })
        table.add(report)
        expect(report.findings, replayLine(seed)).toEqual([])
      }
    },
    CHUNK_TIMEOUT_MS,
  )

  test('the runs met the hard cases often enough', () => {
    process.stdout.write(`${table}\n`)
    expect(table.rare()).toEqual([])
  })
})

/** That runs stall beyond F is plain; that they go wrong shows that the checks can tell. */
const SAFETY = new Set(['agreement', 'irrevocability', 'slot-exclusivity', 'justified-adoption'])

test(
  'with more than F faulty the same checks find violations',
  () => {
    const seeds = Array.from({ length: 100 }, (_, i) => i + 1)
    const isBroken = (seed: number): boolean =>
      runSeed({ seed, level: 'excessive' }).findings.some(({ check }) => SAFETY.has(check))
    expect(seeds.some(isBroken)).toBe(true)
  },
  CHUNK_TIMEOUT_MS,
)

test('a seed always runs the same', () => {
  expect(runSeed({ seed: 7 })).toEqual(runSeed({ seed: 7 }))
})

const replayLine = (seed: number): string => `replay: node test/settle/soak.ts --seed ${seed}`
