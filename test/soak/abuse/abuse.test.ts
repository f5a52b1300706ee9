/** Every attack, for a moment each: honest daemons go on settling and stay within bounds; `npm run soak:abuse` measures. */
import { expect, test } from 'vitest'
import { ATTACKS } from './attacks.ts'
import { MAX_FILES_GROWTH, MAX_GROWTH_MIB } from './bounds.ts'
import { runAbuse } from './run.ts'

const TIMEOUT_MS = 600_000

test('whatever one member or any number of strangers do, the others go on settling', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { attacks, digestsEqual } = await runAbuse({ seconds: 0.5, ballots: 1, calmBallots: 0 })
  expect(attacks.map(({ attack }) => attack)).toEqual(Object.keys(ATTACKS))
  for (const { attack, ballots, growthMib, moreFiles, deeds } of attacks) {
    expect(ballots, attack).toBeGreaterThan(0)
    expect(growthMib, attack).toBeLessThan(MAX_GROWTH_MIB)
    expect(moreFiles, attack).toBeLessThan(MAX_FILES_GROWTH)
    // An attack that did nothing shows nothing.
    const { refused: _, ...done } = deeds
    expect(Math.max(...Object.values(done)), attack).toBeGreaterThan(1)
  }
  expect(digestsEqual).toBe(true)
})
