/** Rules broken on purpose: each must be caught by some oracle, or the oracles have no teeth. */
import type { SettleRules } from '../../src/ballot/rules.ts'

/** A broken rule. */
export interface Mutant {
  readonly name: string
  /** What is broken, in a sentence. */
  readonly about: string
  readonly rules: Partial<SettleRules>
}

/** All of them. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'quorum-off-by-one',
    about: 'one weight less than W − F is a quorum',
    rules: { quorum: (total, faulty) => total - faulty - 1 },
  },
  {
    name: 'no-slot-lock',
    about: 'a node endorses two unsettled ballots of one slot',
    rules: { slotLock: false },
  },
]

/** A mutant by its name. */
export const mutantNamed = (name: string): Mutant | undefined =>
  MUTANTS.find((mutant) => mutant.name === name)
