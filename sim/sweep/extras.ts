/**
 * What a plan runs its scenario with besides: oracles and strategies of the researcher, a rule that is
 * broken on purpose. Every worker loads the same, and a run's id covers it.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { nearestWord } from '../../src/charter/nearest.ts'
import { SimError } from '../cli/errors.ts'
import { loadOracles, loadStrategies } from '../cli/extensions.ts'
import { MUTANTS, mutantNamed } from '../mutant/mutants.ts'
import type { RunOptions } from '../run-result.ts'

/** Files and names, as a plan carries them. */
export interface Extras {
  readonly oracles: readonly string[]
  readonly strategies: readonly string[]
  readonly mutant?: string | undefined
}

/** None. */
export const NO_EXTRAS: Extras = { oracles: [], strategies: [] }

/** Loads them. Throws `SimError`. */
export async function loadExtras({ oracles, strategies, mutant }: Extras): Promise<RunOptions> {
  const broken = mutant === undefined ? undefined : mutantNamed(mutant)
  if (mutant !== undefined && broken === undefined) throw unknownMutant(mutant)
  return {
    ...broken?.options,
    oracles: await loadOracles(oracles),
    strategies: await loadStrategies(strategies),
  }
}

function unknownMutant(name: string): SimError {
  const names = MUTANTS.map((one) => one.name)
  const near = nearestWord(name, names)
  const hint = near === undefined ? `one of ${names.join(', ')}` : `did you mean "${near}"?`
  return new SimError('no-mutant', `there is no mutant "${name}"`, hint)
}

/** A digest of them, empty for none. */
export function extrasDigest({ oracles, strategies, mutant }: Extras): string {
  const files = [...oracles, ...strategies].map((file) => readFileSync(file, 'utf8'))
  if (files.length === 0 && mutant === undefined) return ''
  return createHash('sha256')
    .update(JSON.stringify([files, mutant]))
    .digest('hex')
    .slice(0, 16)
}
