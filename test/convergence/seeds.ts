/** Runs of a property: one a seed, so that a failure names what to run again. */
import { InvariantError } from '../../src/op/refusal.ts'

/** The first seed; `FOLKMOOT_SEED` moves it, to search elsewhere. */
const FIRST_SEED = Number(process.env.FOLKMOOT_SEED ?? 1)

/** Time for the runs of one property, in ms: on a busy machine they take many times longer. */
export const PROPERTY_TIMEOUT_MS = 300_000

/** Runs a property for that many seeds; a failure says which seed it was. */
export function forSeeds(count: number, property: (seed: number) => void): void {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + count; seed++)
    try {
      property(seed)
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
      throw new InvariantError(`seed ${seed}: ${what}`)
    }
}
